"""应开尽开, read: the rules in force, each branch's stored year, and the statuses for strips, grids and due lists."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models.functions import Left, Length

from activities.models import ActivityKind, BranchYear, CadenceRule
from activities.rules import cadence as rules
from activities.rules.strip import PeriodStatus, period_statuses
from members.models import OrganizationChange, PartyOrganization

#: Branch id → days from which it had a committee (True) or none, in order.
CommitteeChanges = dict[int, list[tuple[datetime.date, bool]]]

#: The kinds that a branch owes, in the order of the regulation, as strips and grids show them.
KIND_ORDER = (
    ActivityKind.THEME_DAY,
    ActivityKind.GENERAL_MEETING,
    ActivityKind.COMMITTEE_MEETING,
    ActivityKind.CELL_MEETING,
    ActivityKind.PARTY_LECTURE,
    ActivityKind.ORG_LIFE_MEETING,
    ActivityKind.APPRAISAL,
)
_DEFAULTS = {rule.kind: rule for rule in rules.DEFAULT_CADENCE}


def cadence_rules() -> list[rules.CadenceRule]:
    """Every version of every rule. The table holds period, minimum, dates and clause; to whom a kind applies is code.

    A version ends where the next one of its kind begins, also when nobody wrote that down: one rule is in force a day.
    """
    found: list[rules.CadenceRule] = []
    next_from: dict[str, datetime.date] = {}
    for row in CadenceRule.objects.order_by("kind", "-effective_from"):
        ends = [day for day in (row.effective_to, _day_before(next_from.get(row.kind))) if day is not None]
        next_from[row.kind] = row.effective_from
        rule = rules.CadenceRule(
            kind=row.kind,
            period=row.period,
            minimum=row.minimum,
            clause=row.clause,
            condition=_DEFAULTS[row.kind].condition,
            org_kinds=_DEFAULTS[row.kind].org_kinds,
            effective_from=row.effective_from,
            effective_to=min(ends, default=None),
            national=_DEFAULTS[row.kind].national,
        )
        found.append(rule)
    return found


def _day_before(day: datetime.date | None) -> datetime.date | None:
    return day and day - datetime.timedelta(days=1)


def rule_in_force(all_rules: Iterable[rules.CadenceRule], kind: str, day: datetime.date) -> rules.CadenceRule:
    """The version of a kind's rule on a day, or the shipped default where the table has none."""
    fitting = [
        rule
        for rule in all_rules
        if rule.kind == kind
        and rule.effective_from <= day
        and (rule.effective_to is None or day <= rule.effective_to)
    ]
    return max(fitting, key=lambda rule: rule.effective_from, default=_DEFAULTS[kind])


def cells_of(branches: Iterable[PartyOrganization]) -> dict[int, list[PartyOrganization]]:
    """The cells under each branch, abolished ones too (they owed meetings while they existed). One query."""
    by_path = {branch.path: branch.pk for branch in branches}
    found: dict[int, list[PartyOrganization]] = {pk: [] for pk in by_path.values()}
    if not by_path:
        return found
    cells = PartyOrganization.objects.filter(kind=PartyOrganization.Kind.CELL)
    if len(by_path) == 1:
        cells = cells.filter(path__startswith=next(iter(by_path)))
    else:
        above = Left("path", Length("path") - PartyOrganization.steplen)
        cells = cells.alias(above=above).filter(above__in=list(by_path))
    for cell in cells.order_by("sort_number", "path"):
        found[by_path[cell.path[: -PartyOrganization.steplen]]].append(cell)
    return found


def branch_of_cell(cell: PartyOrganization) -> PartyOrganization:
    """The branch that a cell belongs to."""
    return PartyOrganization.objects.get(path=cell.path[: -PartyOrganization.steplen])


def committee_changes(branches: Iterable[PartyOrganization]) -> CommitteeChanges:
    """Branch id → the days from which it had a committee or none, in order. One query."""
    rows = OrganizationChange.objects.filter(
        organization__in=[branch.pk for branch in branches], has_committee__isnull=False
    ).order_by("effective_on", "pk")
    found: CommitteeChanges = defaultdict(list)
    for organization, day, there in rows.values_list("organization_id", "effective_on", "has_committee"):
        found[organization].append((day, bool(there)))
    return found


def branch_facts(
    branch: PartyOrganization, *, has_cells: bool, committee: Sequence[tuple[datetime.date, bool]] = ()
) -> rules.OrganisationFacts:
    """What the rules need of a branch. Whether a committee *should* exist is another finding (domain 2.3), not cadence."""
    return rules.OrganisationFacts(
        kind=branch.kind,
        formation=branch.formation,
        founded_on=branch.founded_on,
        abolished_on=branch.abolished_on,
        has_committee=branch.has_committee,
        has_cells=has_cells,
        committee_changes=committee,
    )


def due_masks(
    dues: rules.Dues,
    branch: PartyOrganization,
    cells: Sequence[PartyOrganization],
    year: int,
    committee: Sequence[tuple[datetime.date, bool]] = (),
) -> tuple[dict[str, int], dict[int, int]]:
    """(kind → months owed by the branch, cell id → months in which that cell owes its meeting)."""
    due = dues.of(branch_facts(branch, has_cells=bool(cells), committee=committee), year)
    per_cell = {
        cell.pk: dues.of(branch_facts(cell, has_cells=False), year).get(ActivityKind.CELL_MEETING, 0)
        & due.get(ActivityKind.CELL_MEETING, 0)
        for cell in cells
    }
    union = 0
    for mask in per_cell.values():
        union |= mask
    due[ActivityKind.CELL_MEETING] = union
    return due, per_cell


def branch_years(branches: Sequence[PartyOrganization], year: int) -> dict[int, BranchYear]:
    """Each branch's stored year; one that has none yet gets an unsaved row with what it owes. At most four queries."""
    stored = {
        row.branch_id: row
        for row in BranchYear.objects.filter(branch_id__among=[b.pk for b in branches], year=year)
    }
    absent = [branch for branch in branches if branch.pk not in stored]
    if absent:
        dues, cells, committees = rules.Dues(cadence_rules()), cells_of(absent), committee_changes(absent)
        for branch in absent:
            due, _ = due_masks(dues, branch, cells[branch.pk], year, committees.get(branch.pk, ()))
            row = BranchYear(branch=branch, year=year)
            for kind in KIND_ORDER:
                setattr(row, f"due_{kind}", due.get(kind, 0))
            stored[branch.pk] = row
    return stored


def branch_statuses(
    branches: Sequence[PartyOrganization], year: int, day: datetime.date
) -> dict[int, dict[str, list[PeriodStatus]]]:
    """Branch id → kind → its twelve months (four quarters, one year), for strips and the committee's grid. Constant queries."""
    all_rules = cadence_rules()
    in_force = {kind: rule_in_force(all_rules, kind, datetime.date(year, 1, 1)) for kind in KIND_ORDER}
    return {
        pk: {
            str(kind): period_statuses(
                row.masks(kind), in_force[kind].period, in_force[kind].minimum, year, day
            )
            for kind in KIND_ORDER
        }
        for pk, row in branch_years(branches, year).items()
    }
