"""Reading sign-ups: counts for everyone, names for the officers, what a roll is filled with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Q

from activities.models import ActivityRecord, GatheringBranch, SignUp, SignUpOffer
from activities.queries.eligibility import Eligible
from activities.rules.roll import EXEMPT, PRESENT
from activities.rules.signup import NOT_SIGNED_UP, ON_LEAVE, VOLUNTARY_KINDS
from members.models import Member


@dataclass(frozen=True, slots=True)
class SignUpCounts:
    """How many have a place, wait, or have been on the list and are not any more."""

    going: int
    waiting: int


def offer_of(share: GatheringBranch) -> SignUpOffer | None:
    return SignUpOffer.objects.filter(share=share).first()


def counts_of(share: GatheringBranch) -> SignUpCounts:
    found = SignUp.objects.filter(share=share).aggregate(
        going=Count("pk", filter=Q(state=SignUp.State.GOING)),
        waiting=Count("pk", filter=Q(state=SignUp.State.WAITING)),
    )
    return SignUpCounts(found["going"], found["waiting"])


def own_signup(user, share: GatheringBranch) -> SignUp | None:
    """The asker's own answer; a waiting one knows its position as `ahead` + 1."""
    if user.member_id is None:
        return None
    own = SignUp.objects.filter(share=share, member_id=user.member_id).first()
    if own is not None:
        own.ahead = SignUp.objects.filter(share=share).waiting().filter(place__lt=own.place).count()
    return own


def listed_signups(user, share: GatheringBranch) -> list[SignUp]:
    """Everyone on the list that the user may see: who comes, who waits, who is not coming after all."""
    order = {
        SignUp.State.GOING: 0,
        SignUp.State.WAITING: 1,
        SignUp.State.ON_LEAVE: 2,
        SignUp.State.WITHDRAWN: 3,
    }
    columns = ("uid", "state", "place", "reason", "signed_at", "moved_up_at", "withdrawn_at", "share_id", "branch_id",
               "member__name", "member__uid")  # fmt: skip
    rows = SignUp.objects.visible_to(user).filter(share=share).select_related("member").only(*columns)
    return sorted(rows, key=lambda row: (order[SignUp.State(row.state)], row.place))


def addable_members(share: GatheringBranch) -> list[tuple[str, str]]:
    """(uid, name) of the branch's members of normal standing who are not on the list, by name."""
    there = SignUp.objects.filter(share=share, state__in=(SignUp.State.GOING, SignUp.State.WAITING))
    members = Member.objects.filter(branch_id=share.branch_id, standing=Member.Standing.NORMAL).exclude(
        pk__in=there.values("member")
    )
    return [(uid.hex, name) for uid, name in members.order_by("name_pinyin", "pk").values_list("uid", "name")]


def member_of_branch(share: GatheringBranch, uid: str) -> Member:
    """The branch's member of that uid, which the form has checked against the branch's list."""
    return Member.objects.get(branch_id=share.branch_id, uid=uid)


def with_signups(record: ActivityRecord, people: Sequence[Eligible]) -> list[Eligible]:
    """The list of the day as sign-up fills it: for what is voluntary, who did not sign up is exempt, not absent.

    Nothing changes where no sign-up was opened, or where every member is expected anyway. At most two queries.
    """
    if record.kind not in VOLUNTARY_KINDS or not SignUpOffer.objects.filter(share=record.share_id).exists():
        return list(people)
    states = dict(SignUp.objects.filter(share=record.share_id).values_list("member_id", "state"))
    return [_expected(person, states.get(person.member_id, "")) for person in people]


def _expected(person: Eligible, state: str) -> Eligible:
    if state == SignUp.State.GOING:
        return replace(person, status=PRESENT, reason="")
    if person.status == EXEMPT:
        return person
    reason = ON_LEAVE if state == SignUp.State.ON_LEAVE else NOT_SIGNED_UP
    return replace(person, status=EXEMPT, reason=reason)
