"""Who was to come on a day: the branch as it stood then, in official order, with row numbers (promise 3, domain 13)."""

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from activities.models import ActivityKind, ActivityRecord
from activities.rules.roll import EXEMPT, PRESENT
from members.models import Affiliation, Member, MemberStatus, PartyOrganization, PostTenure
from members.queries.roster import NO_POST, POST_ORDER
from members.queries.statuses import statuses_on
from members.rules.roster import is_floating

_Kind = MemberStatus.Kind
_MEETING_OF: dict[str, str] = {
    ActivityRecord.HeldAs.COMMITTEE: ActivityKind.COMMITTEE_MEETING,
    ActivityRecord.HeldAs.CELL: ActivityKind.CELL_MEETING,
}
_MEMBER_COLUMNS = (
    "period",
    "cell_id",
    "member__uid",
    "member__name",
    "member__name_pinyin",
    "member__confirmed_on",
)


@dataclass(frozen=True, slots=True)
class Eligible:
    """One row of a roll before it is marked. `status` is the default: present, or exempt where absence is excused."""

    row_number: int
    member_id: int
    uid: str
    name: str
    post: str = ""
    status: str = PRESENT
    reason: str = ""


def eligible_members(
    *,
    kind: str,
    branch: PartyOrganization,
    day: datetime.date,
    cell: PartyOrganization | None = None,
    held_as: str = "",
) -> list[Eligible]:
    """The roll of a gathering of this kind on this day. Three queries, whatever the branch's size.

    An org-life meeting has the roll of the meeting that it is held as (Art. 17).

    Who was suspended on that day is not on it, whatever holds today (3.2). Members long away or out of contact come last and exempt, so they are not expected but can be marked if they came.
    """
    posts = _posts(branch, day)
    affiliations = (
        Affiliation.objects.filter(branch=branch).on(day).select_related("member").only(*_MEMBER_COLUMNS)
    )
    if kind == ActivityKind.ORG_LIFE_MEETING:
        kind = _MEETING_OF.get(held_as, kind)
    if kind == ActivityKind.CELL_MEETING:
        affiliations = affiliations.filter(cell=cell)
    members = [affiliation.member for affiliation in affiliations]
    statuses = statuses_on([member.pk for member in members], day)
    people = []
    for member in members:
        post, running = posts.get(member.pk, ""), statuses.get(member.pk, {})
        if _Kind.SUSPENDED in running:
            continue
        if kind == ActivityKind.COMMITTEE_MEETING and post in ("", PostTenure.Post.CELL_LEADER):
            continue
        excuse = excuse_of(_since(running, _Kind.OUT_OF_CONTACT), _since(running, _Kind.FLOATING), day)
        people.append(
            (bool(excuse), POST_ORDER.get(post, NO_POST), member.name_pinyin, member.pk, member, post, excuse)
        )
    people.sort(key=lambda person: person[:4])
    return [
        Eligible(
            row_number=number,
            member_id=member.pk,
            uid=member.uid.hex,
            name=member.name,
            post=PostTenure.Post(post).label if post else _category(member, day),
            status=EXEMPT if excuse else PRESENT,
            reason=excuse,
        )
        for number, (*_, member, post, excuse) in enumerate(people, start=1)
    ]


def roll_signature(uids: Iterable[str]) -> str:
    """A short name for a list of people in their order, to notice that another list is due after a change of date."""
    return hashlib.sha256("\n".join(uids).encode()).hexdigest()[:16]


def default_chair(people: Sequence[Eligible]) -> str:
    """The uid of who chairs by default: the first in official order who is expected."""
    return next((person.uid for person in people if person.status == PRESENT), "")


def _posts(branch: PartyOrganization, day: datetime.date) -> dict[int, str]:
    """Each member's highest post in the branch or one of its cells."""
    tenures = PostTenure.objects.filter(organization__path__startswith=branch.path).on(day)
    posts: dict[int, str] = {}
    for member_id, post in tenures.values_list("member_id", "post"):
        if POST_ORDER[post] < POST_ORDER.get(posts.get(member_id, ""), NO_POST):
            posts[member_id] = post
    return posts


def _since(running: Mapping[str, MemberStatus], kind: str) -> datetime.date | None:
    return running[kind].period.lower if kind in running else None


def excuse_of(lost_since: datetime.date | None, away_since: datetime.date | None, day: datetime.date) -> str:
    """Why a member is not expected on that day; "" for who is (domain 9.2, 13)."""
    if lost_since is not None and lost_since <= day:
        return "失去联系"
    if is_floating(away_since, day):
        return "外出满六个月"
    return ""


def _category(member: Member, day: datetime.date) -> str:
    """Who was confirmed later was on probation on that day."""
    return "" if member.confirmed_on is not None and member.confirmed_on <= day else "预备党员"
