"""The branch's year, recomputed from its records in the transaction that changed them; the same code rebuilds all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction

from activities.actions.locks import lock_branches
from activities.models import ActivityKind, ActivityRecord, BranchYear
from activities.queries.cadence import KIND_ORDER, cadence_rules, cells_of, committee_changes, due_masks
from activities.rules.cadence import every_cell, month_bit, months_of
from activities.rules.states import CONFIRMED_STATES
from branch_portal.database import beyond_scope
from members.models import PartyOrganization

_MASKS = [f"{part}_{kind}" for kind in KIND_ORDER for part in ("due", "held", "confirmed")]
MASK_FIELDS = [*_MASKS, "cells_partly"]
BATCH = 500

#: (branch id, year) → kind → cell id (None for the branch) → (held months, confirmed months)
Tally = dict[tuple[int, int], dict[str, dict[int | None, tuple[int, int]]]]


@transaction.atomic
@beyond_scope("sums are of every row, whoever causes them")
def recompute_branch_years(*, by, branches: Sequence[PartyOrganization], years: Iterable[int]) -> None:
    """Make the stored years of these branches say what their records say: a lock, five queries and one upsert."""
    lock_branches(branch.pk for branch in branches)
    write_branch_years(compute_branch_years(branches, years))


@transaction.atomic
@beyond_scope("sums are of every row, whoever causes them")
def refresh_branch_years(*, by, path: str | None = None) -> None:
    """Recompute the stored years of the branch at or above `path`, or of every branch after a change of the rules."""
    stored = BranchYear.objects.select_related("branch").order_by("year", "branch_id")
    if path is not None:
        stored = stored.filter(branch__path__in=(path, path[: -PartyOrganization.steplen]))
    by_year: dict[int, list[PartyOrganization]] = defaultdict(list)
    for row in stored:
        by_year[row.year].append(row.branch)
    for year, branches in by_year.items():
        for start in range(0, len(branches), BATCH):
            recompute_branch_years(by=by, branches=branches[start : start + BATCH], years=[year])


def compute_branch_years(branches: Sequence[PartyOrganization], years: Iterable[int]) -> list[BranchYear]:
    """The rows as they should be, unsaved. A branch gets a row for every year asked for, also an empty one."""
    wanted = sorted(set(years))
    all_rules, cells, tally = cadence_rules(), cells_of(branches), _tally(branches, wanted)
    committees = committee_changes(branches)
    return [
        _row(
            due_masks(all_rules, branch, cells[branch.pk], year, committees.get(branch.pk, ())),
            branch,
            year,
            tally.get((branch.pk, year), {}),
        )
        for branch in branches
        for year in wanted
    ]


def write_branch_years(rows: Sequence[BranchYear]) -> None:
    """One upsert."""
    BranchYear.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["branch", "year"],
        update_fields=MASK_FIELDS,
        batch_size=2000,
    )


def _tally(branches: Sequence[PartyOrganization], years: Sequence[int]) -> Tally:
    rows = (
        ActivityRecord.objects.filter(
            branch__in=[branch.pk for branch in branches], assessment_year__in=years
        )
        .counted()
        .order_by()
        .values_list("branch_id", "assessment_year", "kind", "cell_id", "on_date__month", "state")
        .distinct()
    )
    tally: Tally = defaultdict(lambda: defaultdict(dict))
    for branch_id, year, kind, cell_id, month, state in rows:
        held, confirmed = tally[branch_id, year][kind].get(cell_id, (0, 0))
        bit = month_bit(month)
        tally[branch_id, year][kind][cell_id] = (
            held | bit,
            confirmed | bit if state in CONFIRMED_STATES else confirmed,
        )
    return tally


def _row(
    owed: tuple[dict[str, int], dict[int, int]],
    branch: PartyOrganization,
    year: int,
    tally: dict[str, dict[int | None, tuple[int, int]]],
) -> BranchYear:
    due, due_by_cell = owed
    row = BranchYear(branch=branch, year=year)
    for kind in KIND_ORDER:
        held, confirmed = tally.get(kind, {}).get(None, (0, 0))
        setattr(row, f"due_{kind}", due.get(kind, 0))
        setattr(row, f"held_{kind}", held)
        setattr(row, f"confirmed_{kind}", confirmed)
    _org_life_by_cells(row, tally.get(ActivityKind.ORG_LIFE_MEETING, {}), set(due_by_cell))
    met = tally.get(ActivityKind.CELL_MEETING, {})
    owed_by: dict[int | None, int] = {cell_id: mask for cell_id, mask in due_by_cell.items()}  # noqa: C416
    pairs = [(owed_by.get(cell_id, 0), *met.get(cell_id, (0, 0))) for cell_id in {*due_by_cell, *met}]
    row.held_cell_meeting = every_cell((asked, held) for asked, held, _ in pairs)
    row.confirmed_cell_meeting = every_cell((asked, confirmed) for asked, _, confirmed in pairs)
    anywhere = 0
    for _, held, _ in pairs:
        anywhere |= held
    row.cells_partly = sum(month_bit(month) for month in months_of(anywhere & ~row.held_cell_meeting))
    return row


def _org_life_by_cells(row: BranchYear, met: dict[int | None, tuple[int, int]], cells: set[int]) -> None:
    """An org-life meeting held cell by cell stands for the branch once every cell has held its own (Art. 17)."""
    for part, place in (("held", 0), ("confirmed", 1)):
        by_cell = {cell: masks[place] for cell, masks in met.items() if cell is not None and masks[place]}
        if cells and cells <= set(by_cell):
            name = f"{part}_{ActivityKind.ORG_LIFE_MEETING.value}"
            for mask in by_cell.values():
                setattr(row, name, getattr(row, name) | mask)
