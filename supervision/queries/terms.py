"""换届和班子 (domain 12: T1, T2): terms that end soon, are over or were extended, and committees that are not complete.

The rules are the members' app's own; here they are asked for many organisations at once, from sums instead of people.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from branch_portal.dates import add_months
from members.models import CommitteeTerm, Member, PartyOrganization, PostTenure
from members.rules.organization import (
    COMMITTEE_POSTS,
    SECRETARY,
    OrganizationFacts,
    check_organization,
    holds_elections,
    term_reminder,
)
from supervision.queries.subtree import Child, Subtree, summed

OVERDUE, ENDING, EXTENDED, UNKNOWN, INCOMPLETE = "overdue", "ending", "extended", "unknown", "incomplete"
STATES = {
    OVERDUE: "已届满未换届",
    INCOMPLETE: "班子不全",
    ENDING: "六个月内届满",
    EXTENDED: "经批准延期",
    UNKNOWN: "未登记任期",
}
#: What T2 asks of a committee; the other findings on structure are the organisation's own page's.
COMMITTEE_CODES = frozenset(
    {"no_secretary", "two_secretaries", "committee_missing", "committee_too_small", "committee_too_large", "posts_vacant"}
)  # fmt: skip
_COUNTED_POSTS = (SECRETARY, *COMMITTEE_POSTS)
_COLUMNS = ("pk", "uid", "path", "kind", "name", "short_name", "formation", "has_committee")


class Place(NamedTuple):
    """What is asked of an organisation here: ten thousand model objects would cost more than everything else."""

    pk: int
    uid: UUID
    path: str
    kind: str
    name: str
    short_name: str
    formation: str
    has_committee: bool

    def __str__(self) -> str:
        return self.short_name


@dataclass(frozen=True, slots=True)
class TermRow:
    """One organisation that is to be helped: `states` of STATES in their order, the last day of its term, what lacks."""

    organization: Place
    states: tuple[str, ...]
    last_day: datetime.date | None = None
    days_late: int = 0
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TermCounts:
    """Organisations by state."""

    of: dict[str, int] = field(default_factory=dict)

    def __add__(self, other: "TermCounts") -> "TermCounts":
        return TermCounts({state: self.of.get(state, 0) + other.of.get(state, 0) for state in STATES})


NOTHING = TermCounts(dict.fromkeys(STATES, 0))


@dataclass(frozen=True)
class TermWatch:
    """The rows, the longest overdue first; their sums below the chosen organisation and together."""

    rows: list[TermRow]
    lines: list[tuple[Child, TermCounts]]
    total: TermCounts


def term_watch(*, user, day: datetime.date, root: PartyOrganization | None = None) -> TermWatch:
    """Five queries, whatever the number of organisations."""
    subtree = Subtree(user, root, day)
    places = subtree.organizations().in_official_order().values_list(*_COLUMNS)
    organizations = [Place(*columns) for columns in places]
    inside = subtree.organizations().order_by().values("pk")
    terms = _terms(inside, day)
    lacking = _lacking(organizations, inside, day)
    rows = [
        row
        for organization in organizations
        if (row := _row(organization, terms, lacking.get(organization.pk, ()), day)).states
    ]
    order = list(STATES)
    rows.sort(key=lambda row: (order.index(row.states[0]), -row.days_late, row.last_day or day))
    counted = [(row.organization.path, _counts(row)) for row in rows]
    return TermWatch(rows, summed(subtree, counted, NOTHING), sum((each for _, each in counted), NOTHING))


def _counts(row: TermRow) -> TermCounts:
    return TermCounts({state: int(state in row.states) for state in STATES})


def _terms(inside, day: datetime.date) -> dict[int, CommitteeTerm | None]:
    """Organisation → its running term where it is near its end or was extended, None where it has time. One query."""
    terms = (
        CommitteeTerm.objects.current()
        .filter(organization__in=inside)
        .annotate(last=Coalesce("extended_until", "ends_on"))
        .order_by()
    )
    near = add_months(day, 7)  # the rule decides the day; this only spares the rows that are far from it
    return {
        term.organization_id: term if term.last <= near or term.extended_until else None for term in terms
    }


def _row(
    organization: Place,
    terms: dict[int, CommitteeTerm | None],
    lacks: tuple[str, ...],
    day: datetime.date,
) -> TermRow:
    found = {INCOMPLETE} if lacks else set()
    term = None
    if holds_elections(organization.formation):
        term = terms.get(organization.pk)
        found.add(_term_state(term, day) if organization.pk in terms else UNKNOWN)
    return TermRow(
        organization,
        tuple(state for state in STATES if state in found),
        term.last_day if term else None,
        max((day - term.last_day).days, 0) if term else 0,
        lacks,
    )


def _term_state(term: CommitteeTerm | None, day: datetime.date) -> str:
    if term is None:
        return ""
    if day > term.last_day:
        return OVERDUE
    if term.extended_until is not None:
        return EXTENDED
    return ENDING if day >= term_reminder(term.last_day) else ""


def _lacking(organizations: list[Place], inside, day: datetime.date) -> dict[int, tuple[str, ...]]:
    """Branch → what its committee lacks, in the rule's words. Two queries."""
    posts = _posts(inside, day)
    full = dict(
        Member.objects.current()
        .filter(category=Member.Category.FULL, branch__in=inside)
        .order_by()
        .values_list("branch_id")
        .annotate(Count("pk"))
    )
    return {
        branch.pk: tuple(_committee_words(branch, posts.get(branch.pk, {}), full.get(branch.pk, 0), day))
        for branch in organizations
        if branch.kind == PartyOrganization.Kind.BRANCH
    }


def _posts(inside, day: datetime.date) -> dict[int, dict]:
    """Branch → how many hold each post, and how many people hold any."""
    holders = PostTenure.objects.on(day).filter(organization__in=inside)
    counts = {post: Count("pk", filter=Q(post=post)) for post in _COUNTED_POSTS}
    size = Count("member", filter=~Q(post=PostTenure.Post.CELL_LEADER), distinct=True)
    rows = holders.order_by().values(pk=F("organization")).annotate(size=size, **counts)
    return {row.pop("pk"): row for row in rows}


def _committee_words(branch: Place, posts: dict, full_members: int, day: datetime.date) -> Iterator[str]:
    facts = OrganizationFacts(
        kind=branch.kind,
        formation=branch.formation,
        full_members=full_members,
        has_committee=branch.has_committee,
        committee_size=posts.get("size", 0),
        posts={post: posts.get(post, 0) for post in _COUNTED_POSTS},
    )
    for finding in check_organization(facts, today=day):
        if finding.code in COMMITTEE_CODES:
            yield finding.message
