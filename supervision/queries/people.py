"""转正, 流动与失联 (domain 12: D2, M3): whose day has come or is near, by branch, and by name for whoever reads the roster.

Which day that is, the members' app says (`members.queries.milestones`, `attention`); nothing of it is said here again.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from branch_portal.permissions import Permission
from members.models import Member, PartyOrganization
from members.queries.attention import concerns
from members.queries.milestones import CONFIRMATION, CONFIRMATION_AHEAD, confirmations
from supervision.queries.subtree import Child, Subtree, summed
from supervision.rules.watch import WATCHED, case_overdue


@dataclass(frozen=True, slots=True)
class Case:
    """One member and the day that matters; `overdue` when it has passed."""

    key: str
    member: Member
    branch: PartyOrganization
    since: datetime.date
    due_on: datetime.date
    overdue: bool


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """Cases by key, all of them and the overdue ones."""

    of: dict[str, int] = field(default_factory=dict)
    overdue: dict[str, int] = field(default_factory=dict)

    def __add__(self, other: "CaseCounts") -> "CaseCounts":
        return CaseCounts(_added(self.of, other.of), _added(self.overdue, other.overdue))

    @property
    def late(self) -> int:
        return sum(self.overdue.values())

    @property
    def all(self) -> int:
        return sum(self.of.values())


NOTHING = CaseCounts()


@dataclass(frozen=True)
class CaseWatch:
    """The cases, the longest overdue first; branches with most overdue first; sums below the chosen organisation."""

    cases: list[Case]
    branches: list[tuple[PartyOrganization, CaseCounts]]
    lines: list[tuple[Child, CaseCounts]]
    total: CaseCounts

    def named(self, user) -> list[Case]:
        """Those whose names the user may read; whoever only supervises gets numbers."""
        scope = user.access.scope(Permission.VIEW_ROSTER)
        return [case for case in self.cases if scope.covers(case.branch)]


def confirmation_watch(*, user, day: datetime.date, root: PartyOrganization | None = None) -> CaseWatch:
    """Probations that have ended without a decision, and those that end within sixty days. Two queries."""
    members = _members(user, root)
    found = [
        Case(CONFIRMATION, item.member, item.branch, item.member.admitted_on, item.on, case_overdue(CONFIRMATION, item.on, day))
        for item in confirmations(members, day + CONFIRMATION_AHEAD)
    ]  # fmt: skip
    return _watch(user, root, day, found)


def contact_watch(*, user, day: datetime.date, root: PartyOrganization | None = None) -> CaseWatch:
    """Members away whose contact is due, out of reach for six months, suspended as lost for two years. At most six queries."""
    found = [
        Case(
            item.key,
            item.member,
            item.branch,
            item.since,
            item.due_on,
            case_overdue(item.key, item.due_on, day),
        )
        for item in concerns(_members(user, root), day)
        if item.key in WATCHED
    ]
    return _watch(user, root, day, found)


def _members(user, root: PartyOrganization | None):
    """Who belongs to a branch that the user supervises: counting needs no more than that."""
    members = Member.objects.permitted(user, Permission.VIEW_SUPERVISION).filter(branch__isnull=False)
    return members if root is None else members.filter(branch__path__startswith=root.path)


def _watch(user, root: PartyOrganization | None, day: datetime.date, cases: list[Case]) -> CaseWatch:
    by_branch: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        by_branch[case.branch.pk].append(case)
    branches = [(group[0].branch, _counts(group)) for group in by_branch.values()]
    branches.sort(key=lambda row: (-row[1].late, -row[1].all, row[0].sort_number, row[0].path))
    lines = summed(Subtree(user, root, day), ((branch.path, counts) for branch, counts in branches), NOTHING)
    return CaseWatch(cases, branches, lines, sum((counts for _, counts in branches), NOTHING))


def _counts(cases: Iterable[Case]) -> CaseCounts:
    of: dict[str, int] = defaultdict(int)
    overdue: dict[str, int] = defaultdict(int)
    for case in cases:
        of[case.key] += 1
        overdue[case.key] += case.overdue
    return CaseCounts(dict(of), dict(overdue))


def _added(mine: dict[str, int], theirs: dict[str, int]) -> dict[str, int]:
    return {key: mine.get(key, 0) + theirs.get(key, 0) for key in {**mine, **theirs}}
