"""Reading talks: lists within reach, and how the year of branches stands. Constant queries, whatever the number of branches."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from activities.models import HeartTalk
from activities.queries.eligibility import eligible_members
from activities.rules.talks import Coverage, Talk, coverage
from branch_portal.permissions import Permission
from members.models import Affiliation, Member, MemberStatus, PartyOrganization, PostTenure
from members.queries.statuses import statuses_on

LISTED = 12


def listed_talks(user) -> QuerySet[HeartTalk]:
    """Talks for lists: what they were about stays in the database."""
    return HeartTalk.objects.visible_to(user).without_note().select_related("branch")


def talks_of(user, member: Member) -> list[HeartTalk]:
    """A member's latest talks that the user may see."""
    talks = listed_talks(user).filter(Q(one=member) | Q(other=member))
    return list(talks.order_by("-on_date", "-pk")[:LISTED])


def reads_note(user, talk: HeartTalk) -> bool:
    """The two, and who keeps the branch's records; nobody above (domain 13, privacy)."""
    mine = user.member_id is not None and user.member_id in (talk.one_id, talk.other_id)
    return mine or keeps_talks(user, talk.branch)


def keeps_talks(user, branch: PartyOrganization) -> bool:
    return user.access.may(Permission.LOG_GATHERINGS, branch)


def committee_on(branches: Collection[int], day: datetime.date) -> dict[int, set[int]]:
    """Branch id → members holding a post of the branch's committee on the day; cell leaders are not of it."""
    found: dict[int, set[int]] = defaultdict(set)
    tenures = PostTenure.objects.filter(organization__in=list(branches)).on(day)
    for branch_id, member_id in tenures.exclude(post=PostTenure.Post.CELL_LEADER).values_list(
        "organization_id", "member_id"
    ):
        found[branch_id].add(member_id)
    return found


@dataclass(frozen=True)
class Person:
    """A member of a branch on a day, for forms and lists."""

    pk: int
    uid: str
    name: str
    post: str


def people_on(branch: PartyOrganization, day: datetime.date) -> list[Person]:
    """Everybody of the branch on the day in official order; who is excused from meetings can be talked with too."""
    people = eligible_members(kind="", branch=branch, day=day)
    return [Person(person.member_id, person.uid, person.name, person.post) for person in people]


def coverage_of(branches: Sequence[PartyOrganization], day: datetime.date) -> dict[int, Coverage]:
    """Branch id → how the year stands on the day, by the members and the committee of that day. Four queries.

    Who is suspended on the day is not counted, as on a roll; who is away or out of contact is.
    """
    ids = [branch.pk for branch in branches]
    here = Affiliation.objects.filter(branch__in=ids).on(day).order_by("branch_id", "member_id")
    rows = list(here.values_list("branch_id", "member_id"))
    statuses = statuses_on([member_id for _, member_id in rows], day)
    members: dict[int, list[int]] = defaultdict(list)
    for branch_id, member_id in rows:
        if MemberStatus.Kind.SUSPENDED not in statuses.get(member_id, {}):
            members[branch_id].append(member_id)
    committees = committee_on(ids, day)
    talks: dict[int, list[Talk]] = defaultdict(list)
    held = HeartTalk.objects.filter(branch__in=ids, on_date__lte=day).of_year(day.year).counted()
    for branch_id, one, other, kind in held.values_list("branch_id", "one_id", "other_id", "kind"):
        talks[branch_id].append(Talk(one, other, kind))
    return {pk: coverage(members[pk], committees.get(pk, set()), talks[pk]) for pk in ids}
