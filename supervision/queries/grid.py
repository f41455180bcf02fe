"""The committee's grid: how each branch of a subtree stands in a year, and the sums over it, from the stored years."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from activities.models import BranchYear
from activities.queries.cadence import KIND_ORDER, branch_years, cadence_rules, rule_in_force
from activities.rules.cadence import HELD, MISSING, PENDING, CadenceRule
from activities.rules.strip import PeriodStatus, period_statuses
from branch_portal.permissions import Permission
from members.models import PartyOrganization

Masks = tuple[int, int, int]
KINDS: tuple[str, ...] = tuple(kind.value for kind in KIND_ORDER)
_MASK_FIELDS = [f"{part}_{kind}" for kind in KINDS for part in ("due", "held", "confirmed")]
_TREE_FIELDS = ("uid", "path", "depth", "kind", "name", "short_name", "sort_number")


@dataclass(frozen=True, slots=True)
class Tally:
    """Periods owed up to the day: `done` of `owed` were held (`pending` of them wait for confirmation)."""

    done: int = 0
    pending: int = 0
    missing: int = 0

    @property
    def owed(self) -> int:
        return self.done + self.missing

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.done + other.done, self.pending + other.pending, self.missing + other.missing)


NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One branch: its masks and tally per kind."""

    branch: PartyOrganization
    masks: dict[str, Masks]
    tallies: dict[str, Tally]

    @property
    def total(self) -> Tally:
        return sum(self.tallies.values(), NOTHING)

    def tally(self, kind: str = "") -> Tally:
        return self.tallies[kind] if kind else self.total


@dataclass(frozen=True, slots=True)
class RollUp:
    """The sum over the branches under one organisation."""

    organization: PartyOrganization
    branches: int
    in_need: int
    tallies: dict[str, Tally]

    @property
    def total(self) -> Tally:
        return sum(self.tallies.values(), NOTHING)


@dataclass(frozen=True)
class Grid:
    """A subtree's year. `rows` are all its branches, in the order asked for."""

    year: int
    day: datetime.date
    rows: list[BranchRow]
    roll_ups: list[RollUp]
    tallies: dict[str, Tally]
    rules: dict[str, CadenceRule] = field(repr=False)

    @property
    def total(self) -> Tally:
        return sum(self.tallies.values(), NOTHING)

    @property
    def in_need(self) -> int:
        return self.lacking("")

    def tally(self, kind: str = "") -> Tally:
        """The sum over the subtree, of one kind or of all."""
        return self.tallies[kind] if kind else self.total

    def lacking(self, kind: str = "") -> int:
        """How many branches lack something, of one kind or of any."""
        return sum(1 for row in self.rows if row.tally(kind).missing)

    def statuses(self, row: BranchRow, kind: str) -> Sequence[PeriodStatus]:
        """Twelve months, four quarters or one year of one kind of one branch."""
        rule = self.rules[kind]
        return _statuses(row.masks[kind], rule.period, rule.minimum, self.year, self.day)

    def counts_by_period(self, kind: str) -> list[tuple[int, int]]:
        """(branches that held it, branches that owed it) for each period of one kind, the not yet due left out."""
        sums: list[list[int]] = []
        for row in self.rows:
            for place, status in enumerate(self.statuses(row, kind)):
                if place == len(sums):
                    sums.append([0, 0])
                if status.status in (HELD, PENDING):
                    sums[place][0] += 1
                if status.status in (HELD, PENDING, MISSING):
                    sums[place][1] += 1
        return [(done, owed) for done, owed in sums]


def supervised(user) -> "list[PartyOrganization]":
    """The committees, general branches and branches that the user supervises, parents before children. One query."""
    return list(
        PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION)
        .exclude(kind=PartyOrganization.Kind.CELL)
        .only(*_TREE_FIELDS)
        .order_by("path")
    )


def supervision_grid(
    *,
    user,
    year: int,
    day: datetime.date,
    root: PartyOrganization | None = None,
    by_need: bool = True,
    kind: str = "",
) -> Grid:
    """The grid of what the user supervises, below `root` where one is chosen; as many queries for 1 branch as for 1000.

    `kind` narrows the need by which rows are sorted. It starts from the branches, not from their stored years, so one that never met is there and shows what it owes.
    """
    tree = PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION)
    if root is not None:
        tree = tree.filter(path__startswith=root.path)
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    branches = list(
        tree.branches().filter(founded_on__lte=last).exclude(abolished_on__lte=first).in_official_order()
    )
    uppers = list(
        tree.filter(kind__in=(PartyOrganization.Kind.COMMITTEE, PartyOrganization.Kind.GENERAL_BRANCH))
        .only(*_TREE_FIELDS)
        .in_official_order()
    )
    versions = cadence_rules()
    rules = {kind: rule_in_force(versions, kind, first) for kind in KINDS}
    rows = _rows(branches, rules, year, day)
    if by_need:
        # Stable: branches that lack equally much stay in their official order.
        rows.sort(key=lambda row: -row.tally(kind).missing)
    return Grid(year, day, rows, _roll_ups(uppers, root, rows), _sum_by_kind(rows), rules)


def _rows(
    branches: Sequence[PartyOrganization], rules: dict, year: int, day: datetime.date
) -> list[BranchRow]:
    stored = {
        branch_id: masks
        for branch_id, *masks in BranchYear.objects.filter(
            year=year, branch__in=[branch.pk for branch in branches]
        ).values_list("branch_id", *_MASK_FIELDS)
    }
    absent = branch_years([branch for branch in branches if branch.pk not in stored], year)
    rows = []
    for branch in branches:
        flat = stored.get(branch.pk)
        masks = {
            kind: tuple(flat[3 * place : 3 * place + 3]) if flat else absent[branch.pk].masks(kind)
            for place, kind in enumerate(KINDS)
        }
        tallies = {
            kind: _tally(masks[kind], rules[kind].period, rules[kind].minimum, year, day) for kind in KINDS
        }
        rows.append(BranchRow(branch, masks, tallies))
    return rows


# Ten thousand branches have a few hundred different years between them; a status is computed once for each.
@lru_cache(maxsize=20_000)
def _statuses(
    masks: Masks, period: str, minimum: int, year: int, day: datetime.date
) -> tuple[PeriodStatus, ...]:
    return tuple(period_statuses(masks, period, minimum, year, day))


@lru_cache(maxsize=20_000)
def _tally(masks: Masks, period: str, minimum: int, year: int, day: datetime.date) -> Tally:
    """Only periods that were owed: what was held beyond them does not make up for a month that lacks."""
    owed = [
        status
        for status in _statuses(masks, period, minimum, year, day)
        if masks[0] >> status.first.month - 1 & 1
    ]
    return Tally(
        done=sum(status.status in (HELD, PENDING) for status in owed),
        pending=sum(status.status == PENDING for status in owed),
        missing=sum(status.status == MISSING for status in owed),
    )


def _sum_by_kind(rows: Iterable[BranchRow]) -> dict[str, Tally]:
    sums = dict.fromkeys(KINDS, NOTHING)
    for row in rows:
        for kind in KINDS:
            sums[kind] += row.tallies[kind]
    return sums


def _roll_ups(
    uppers: Sequence[PartyOrganization], root: PartyOrganization | None, rows: Sequence[BranchRow]
) -> list[RollUp]:
    """One line for each committee and general branch that has branches in the grid, the chosen one left out."""
    below: dict[str, list[BranchRow]] = defaultdict(list)
    for row in rows:
        path = row.branch.path
        for end in range(PartyOrganization.steplen, len(path), PartyOrganization.steplen):
            below[path[:end]].append(row)
    return [
        RollUp(upper, len(found), sum(1 for row in found if row.total.missing), _sum_by_kind(found))
        for upper in uppers
        if (found := below.get(upper.path)) and (root is None or upper.pk != root.pk)
    ]
