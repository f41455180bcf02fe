"""What branches owe that have no stored year: the list of branches is where the grid starts, not their years.

Few differ in what the rules look at, so each different case is judged once by the rules and looked up for the rest.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.db.models.functions import Left, Length

from activities.models import BranchYear
from activities.queries.cadence import committee_changes, due_masks
from activities.rules.cadence import CadenceRule, Dues
from members.models import PartyOrganization

#: Formation, first and last day as far as they touch the year.
Life = tuple[str, datetime.date, datetime.date | None]
_FACTS = ("formation", "founded_on", "abolished_on")


@dataclass(frozen=True, slots=True)
class _Case:
    """All of a branch that the rules of a year look at."""

    life: Life
    has_committee: bool
    committee: tuple[tuple[datetime.date, bool], ...]
    cells: frozenset[Life]


def absent_owed(branches, rules: Sequence[CadenceRule], year: int) -> dict[int, dict[str, int]]:
    """Branch id → kind → months owed, for the branches of a queryset without a stored year. One query, three where any."""
    stored = BranchYear.objects.filter(branch=OuterRef("pk"), year=year)
    rows = list(branches.filter(~Exists(stored)).order_by().only("path", "has_committee", *_FACTS))
    if not rows:
        return {}
    changes, cells, dues = committee_changes(rows), _lives_of_cells(rows, year), Dues(rules)
    judged: dict[_Case, dict[str, int]] = {}
    owed = {}
    for branch in rows:
        case = _Case(
            _life(branch.formation, branch.founded_on, branch.abolished_on, year),
            branch.has_committee,
            tuple(changes.get(branch.pk, ())),
            frozenset(cells.get(branch.path, ())),
        )
        if case not in judged:
            judged[case] = _judge(case, dues, year)
        owed[branch.pk] = judged[case]
    return owed


def _judge(case: _Case, dues: Dues, year: int) -> dict[str, int]:
    branch = _organization(PartyOrganization.Kind.BRANCH, case.life)
    branch.has_committee = case.has_committee
    cells = [_organization(PartyOrganization.Kind.CELL, life) for life in sorted(case.cells, key=str)]
    for number, cell in enumerate(cells):
        cell.pk = number
    due, _ = due_masks(dues, branch, cells, year, case.committee)
    return due


def _organization(kind: str, life: Life) -> PartyOrganization:
    formation, founded_on, abolished_on = life
    return PartyOrganization(kind=kind, formation=formation, founded_on=founded_on, abolished_on=abolished_on)


def _lives_of_cells(branches: Iterable[PartyOrganization], year: int) -> dict[str, set[Life]]:
    cells = (
        PartyOrganization.objects.filter(kind=PartyOrganization.Kind.CELL)
        .annotate(above=Left("path", Length("path") - PartyOrganization.steplen))
        .filter(above__in=[branch.path for branch in branches])
        .order_by()
    )
    found: dict[str, set[Life]] = defaultdict(set)
    for above, formation, founded_on, abolished_on in cells.values_list("above", *_FACTS):
        found[above].add(_life(formation, founded_on, abolished_on, year))
    return found


def _life(formation: str, founded_on: datetime.date, abolished_on: datetime.date | None, year: int) -> Life:
    """What happened before the year or after it makes no difference within it."""
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    ends = abolished_on if abolished_on is not None and abolished_on < last else None
    return formation, max(founded_on, first), ends
