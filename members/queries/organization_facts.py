"""Facts of structure for many organisations as of a day, in a constant number of queries (domain 2.2-2.5)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q

from branch_portal.dates import full_years, today_shanghai
from members.models import Affiliation, CommitteeTerm, Member, MemberStatus, PartyOrganization, PostTenure
from members.queries.history import OrganizationThen, organizations_on
from members.rules.findings import Finding
from members.rules.organization import CellFacts, OrganizationFacts, check_organization

_Kind, _Post = PartyOrganization.Kind, PostTenure.Post
_STEP = PartyOrganization.steplen


@dataclass
class HeadCount:
    """Members and, among them, full ones."""

    members: int = 0
    full: int = 0

    def add(self, other: "HeadCount") -> None:
        self.members += other.members
        self.full += other.full


@dataclass
class StructureThen:
    """One organisation on a day: its own columns, its people in numbers, its posts, cells and findings."""

    organization: PartyOrganization
    then: OrganizationThen
    count: HeadCount
    holders: list[PostTenure] = field(default_factory=list)
    cells: list["StructureThen"] = field(default_factory=list)
    term: CommitteeTerm | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def head(self) -> str:
        """Name of the secretary, of a cell its leader."""
        post = _Post.CELL_LEADER if self.organization.kind == _Kind.CELL else _Post.SECRETARY
        return "、".join(tenure.member.name for tenure in self.holders if tenure.post == post)


def structures_on(organizations: Sequence[PartyOrganization], day: datetime.date) -> dict[int, StructureThen]:
    """Organisation id → how it stood on the day; those that did not exist then are left out. Seven queries at most."""
    cells = _cells_under([o for o in organizations if o.kind == _Kind.BRANCH], day)
    everyone = {o.pk: o for o in (*organizations, *cells)}
    whole_tree = None if day == today_shanghai() else organizations_on(day)
    then = organizations_on(day, everyone) if whole_tree is None else whole_tree
    counts = _counts(list(everyone.values()), day, whole_tree)
    holders = _holders(everyone, day)
    terms = _terms(everyone, day)
    found = {
        pk: StructureThen(o, then[pk], counts[pk], holders[pk], [], terms.get(pk))
        for pk, o in everyone.items()
        if pk in then
    }
    by_path = {o.path: o.pk for o in organizations}
    for cell in cells:
        branch = by_path[cell.path[:-_STEP]]
        if branch in found and cell.pk in found:
            found[branch].cells.append(found[cell.pk])
    for structure in found.values():
        structure.findings = check_organization(_facts(structure, day), today=day)
    return {o.pk: found[o.pk] for o in organizations if o.pk in found}


def _facts(structure: StructureThen, day: datetime.date) -> OrganizationFacts:
    organization, then, term = structure.organization, structure.then, structure.term
    committee = [tenure for tenure in structure.holders if tenure.post != _Post.CELL_LEADER]
    posts: dict[str, int] = defaultdict(int)
    for tenure in committee:
        posts[tenure.post] += 1
    secretary = next((tenure for tenure in committee if tenure.post == _Post.SECRETARY), None)
    return OrganizationFacts(
        kind=organization.kind,
        formation=then.formation,
        unit_category=then.unit_category,
        members=structure.count.members,
        full_members=structure.count.full,
        units=organization.units_covered,
        has_committee=then.has_committee,
        committee_size=len({tenure.member_id for tenure in committee}),
        posts=posts,
        cells=[_cell_facts(cell, day) for cell in structure.cells],
        secretary_standing_years=_standing(secretary, term) if secretary else None,
        elected_on=term.elected_on if term else None,
        extended_until=term.extended_until if term else None,
        applied_on=organization.applied_on,
        replied_on=organization.replied_on,
    )


def _cell_facts(cell: StructureThen, day: datetime.date) -> CellFacts:
    leaders = [tenure.member for tenure in cell.holders if tenure.post == _Post.CELL_LEADER]
    full = any(leader.confirmed_on is not None and leader.confirmed_on <= day for leader in leaders)
    return CellFacts(cell.then.name, cell.count.members, cell.count.full, full if leaders else None)


def _standing(secretary: PostTenure, term: CommitteeTerm | None) -> int:
    """党龄 on the day of the election, or of taking office where no term is recorded."""
    elected = (
        term.elected_on
        if term is not None and term.elected_on >= secretary.period.lower
        else secretary.period.lower
    )
    member = secretary.member
    years = full_years(member.confirmed_on, elected) if member.confirmed_on else 0
    return years + member.standing_correction


def _cells_under(branches: Sequence[PartyOrganization], day: datetime.date) -> list[PartyOrganization]:
    """Cells never change their branch, so the path tells it for any day."""
    if not branches:
        return []
    under = Q(pk__in=[])
    for branch in branches:
        under |= Q(path__startswith=branch.path)
    cells = PartyOrganization.objects.filter(under, kind=_Kind.CELL, founded_on__lte=day)
    return list(cells.order_by("sort_number", "path"))


def _counts(
    organizations: Sequence[PartyOrganization],
    day: datetime.date,
    whole_tree: dict[int, OrganizationThen] | None,
) -> dict[int, HeadCount]:
    """Who belongs to it or under it on the day; whose membership is suspended is not counted (3.2)."""
    condition = _belonging_under(organizations, whole_tree)
    if whole_tree is None:
        # Today's affiliations and suspensions stand on the card: three hundred thousand are counted in a tenth of the time.
        people, confirmed = Member.objects.exclude(standing=Member.Standing.SUSPENDED), "confirmed_on__lte"
    else:
        suspended = MemberStatus.objects.filter(
            member=OuterRef("member_id"), kind=MemberStatus.Kind.SUSPENDED
        ).on(day)
        people, confirmed = (
            Affiliation.objects.on(day).filter(~Exists(suspended)),
            "member__confirmed_on__lte",
        )
    rows = (
        people.filter(condition)
        .order_by()
        .values("branch_id", "branch__path", "cell_id")
        .annotate(members=Count("pk"), full=Count("pk", filter=Q(**{confirmed: day})))
    )
    found = {o.pk: HeadCount() for o in organizations}
    by_path = {o.path: o.pk for o in organizations}
    for row in rows:
        count = HeadCount(row["members"], row["full"])
        if row["cell_id"] in found:
            found[row["cell_id"]].add(count)
        if whole_tree is None:
            path = row["branch__path"]
            above: list[int | None] = [by_path.get(path[:end]) for end in range(_STEP, len(path) + 1, _STEP)]
        else:
            above = list(_chain(row["branch_id"], whole_tree))
        for pk in above:
            if pk in found:
                found[pk].add(count)
    return found


def _belonging_under(organizations, whole_tree) -> Q:
    if whole_tree is not None and any(o.kind not in (_Kind.BRANCH, _Kind.CELL) for o in organizations):
        # Then other branches may have stood under these: all are read, and placed by the tree of that day.
        return Q()
    condition = Q(branch__in=[o.pk for o in organizations if o.kind == _Kind.BRANCH])
    condition |= Q(cell__in=[o.pk for o in organizations if o.kind == _Kind.CELL])
    above = [o.path for o in organizations if o.kind not in (_Kind.BRANCH, _Kind.CELL)]
    tops = [path for path in above if not any(path != other and path.startswith(other) for other in above)]
    if tops:
        below = PartyOrganization.objects.filter(reduce(or_, (Q(path__startswith=top) for top in tops)))
        condition |= Q(branch__in=below.branches().order_by())
    return condition


def _chain(pk: int | None, tree: dict[int, OrganizationThen]) -> list[int]:
    """The organisation and its superiors of that day."""
    chain: list[int] = []
    while pk is not None and pk in tree and pk not in chain:
        chain.append(pk)
        pk = tree[pk].parent_id
    return chain


def _holders(organizations: Iterable[int], day: datetime.date) -> dict[int, list[PostTenure]]:
    tenures = (
        PostTenure.objects.on(day)
        .filter(organization__in=list(organizations))
        .select_related("member")
        .only(
            "organization_id",
            "post",
            "period",
            "member__name",
            "member__confirmed_on",
            "member__standing_correction",
        )
        .order_by("pk")
    )
    found: dict[int, list[PostTenure]] = defaultdict(list)
    for tenure in tenures:
        found[tenure.organization_id].append(tenure)
    return found


def _terms(organizations: Iterable[int], day: datetime.date) -> dict[int, CommitteeTerm]:
    terms = CommitteeTerm.objects.filter(organization__in=list(organizations), elected_on__lte=day)
    running = terms.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))
    return {term.organization_id: term for term in running.order_by("elected_on", "pk")}
