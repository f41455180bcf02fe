"""报名: opening it, signing up, withdrawing. The offer's row is the lock: one answer at a time per gathering.

Under it, places are counted and given, so the capacity is never exceeded and the waiting list keeps its order however many
tap at once.
"""

import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from activities.models import Gathering, GatheringBranch, SignUp, SignUpOffer
from activities.queries.records import first_record
from activities.queries.subjects import gathering_url
from activities.rules.kinds import KINDS
from activities.rules.signup import SIGN_UP_KINDS, has_room, moving_up
from branch_portal.database import beyond_scope
from branch_portal.dates import format_date_cn, to_local
from members.models import Member
from notices.actions.slots import cancel_reminders, plan_reminders

MOVED_UP = "signup_moved_up"


class SignUpRefused(Exception):
    """It cannot be done; the message is Chinese and says why."""


@transaction.atomic
def open_sign_up(
    *, by, share: GatheringBranch, capacity: int | None, closes_at: datetime.datetime | None
) -> SignUpOffer:
    """Open sign-up, or change its terms; whoever has a place keeps it, and more places are given to who waits."""
    if first_record(share).kind not in SIGN_UP_KINDS:
        raise SignUpRefused("这类活动全体应到人员参加，不需要报名。")
    gathering = _open_gathering(share)
    if closes_at is not None and closes_at > gathering.started_at:
        raise SignUpRefused("报名截止时间应不晚于活动开始时间。")
    SignUpOffer.objects.get_or_create(share=share, defaults={"branch": share.branch, "opened_by": by})
    offer = _locked(share)
    going = SignUp.objects.filter(share=share).going().count()
    if capacity is not None and capacity < going:
        raise SignUpRefused(f"已有 {going} 人报上名，名额不能少于 {going}。")
    offer.capacity, offer.closes_at = capacity, closes_at
    offer.save(update_fields=["capacity", "closes_at"])
    _move_up(by, offer, share, gathering)
    return offer


@transaction.atomic
def sign_up(*, by, share: GatheringBranch, member: Member) -> SignUp:
    """Sign a member up: a place while there is room, otherwise the end of the waiting list. Twice is once."""
    offer = _locked(share)
    gathering = _open_gathering(share)
    now = timezone.now()
    if member.branch_id != share.branch_id or member.standing != Member.Standing.NORMAL:
        raise SignUpRefused("报名的应是本党支部组织关系正常的党员。")
    row = SignUp.objects.filter(share=share, member=member).first()
    if row is not None and row.state in (SignUp.State.GOING, SignUp.State.WAITING):
        return row
    # An officer may still write down who said so by telephone; a member's own time ends with the sign-up.
    if by.member_id == member.pk and now >= offer.closing(gathering.started_at):
        raise SignUpRefused("报名已截止，需要参加的请联系党支部。")
    room = has_room(offer.capacity, SignUp.objects.filter(share=share).going().count())
    row = row or SignUp(share=share, branch_id=share.branch_id, member=member)
    row.state = SignUp.State.GOING if room else SignUp.State.WAITING
    row.place = (SignUp.objects.filter(share=share).aggregate(last=Max("place"))["last"] or 0) + 1
    row.reason, row.signed_by, row.signed_at = "", by, now
    row.moved_up_at = row.withdrawn_at = None
    row.save()
    return row


@transaction.atomic
def withdraw(*, by, share: GatheringBranch, member: Member, reason: str = "") -> SignUp | None:
    """Take a member off the list, and let the next one move up. None for who is not on it.

    Who has a place and gives it up after sign-up has closed asks for leave, with a reason.
    """
    offer = _locked(share)
    gathering = _open_gathering(share)
    row = SignUp.objects.filter(share=share, member=member).first()
    if row is None or row.state not in (SignUp.State.GOING, SignUp.State.WAITING):
        return None
    now = timezone.now()
    late = needs_leave(row, offer, gathering, now)
    if late and not reason.strip():
        raise SignUpRefused("报名已截止，不能参加的请写明请假原因。")
    row.state = SignUp.State.ON_LEAVE if late else SignUp.State.WITHDRAWN
    row.reason, row.withdrawn_at = reason.strip() if late else "", now
    row.save()
    cancel_reminders(by=by, subject=_subject(row))
    _move_up(by, offer, share, gathering)
    return row


def needs_leave(row: SignUp, offer: SignUpOffer, gathering: Gathering, now: datetime.datetime) -> bool:
    """Whether taking this one off the list is leave, which owes a reason."""
    return row.state == SignUp.State.GOING and now >= offer.closing(gathering.started_at)


def _locked(share: GatheringBranch) -> SignUpOffer:
    offer = SignUpOffer.objects.select_for_update().filter(share=share).first()
    if offer is None:
        raise SignUpRefused("这项活动没有开放报名。")
    return offer


def _open_gathering(share: GatheringBranch) -> Gathering:
    gathering = Gathering.objects.get(pk=share.gathering_id)
    if gathering.state != Gathering.State.ANNOUNCED:
        raise SignUpRefused(f"活动{gathering.get_state_display()}，现在不能报名或取消。")
    if timezone.now() >= gathering.started_at:
        raise SignUpRefused("活动已经开始，不能再报名或取消。")
    return gathering


@beyond_scope("a place that is given back becomes another member's")
def _move_up(by, offer: SignUpOffer, share: GatheringBranch, gathering: Gathering) -> None:
    """Give free places to the first ones who wait, and tell them."""
    of_share = SignUp.objects.filter(share=share)
    many = moving_up(offer.capacity, of_share.going().count(), of_share.waiting().count())
    now = timezone.now()
    for row in of_share.waiting()[:many]:
        row.state, row.moved_up_at = SignUp.State.GOING, now
        row.save(update_fields=["state", "moved_up_at"])
        _tell(by, row, share, gathering, now)


def _tell(by, row: SignUp, share: GatheringBranch, gathering: Gathering, now: datetime.datetime) -> None:
    start = to_local(gathering.started_at)
    label = KINDS[first_record(share).kind].label
    plan_reminders(
        by=by,
        rule_key=MOVED_UP,
        subject=_subject(row),
        organization=share.branch,
        anchor=now,
        not_after=gathering.started_at,
        audience={"kind": "members", "ids": [row.member_id]},
        title=f"已递补，请参加：{label}（{format_date_cn(gathering.on_date)}）",
        body=f"您已由候补转为报名成功。时间：{format_date_cn(gathering.on_date)} {start:%H:%M}；地点：{gathering.place}。"
        "不能参加的，请在活动页面取消。",
        link=gathering_url(share),
    )


def _subject(row: SignUp) -> str:
    return f"activities.signup:{row.uid}"
