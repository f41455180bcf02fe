"""Answering an announced gathering, and deciding about leave. An approved one fills the roll when the record is taken up."""

import datetime

from django.db import transaction
from django.utils import timezone

from activities.actions.answers import tell_member
from activities.actions.locks import lock_branches
from activities.models import Gathering, GatheringBranch, LeaveRequest
from activities.queries.leave import answers_closed, list_of_day
from activities.queries.subjects import gathering_url
from branch_portal.dates import format_date_cn


class AnswersClosed(Exception):
    """The gathering is over, was put off or called off: nobody answers it any more."""


class NotOnTheList(Exception):
    """The gathering does not concern this person."""


class NothingToDecide(Exception):
    """The member has taken the request back, or somebody else has decided."""


@transaction.atomic
def answer_gathering(
    *,
    by,
    share: GatheringBranch,
    answer: str,
    leave_type: str = "",
    reason: str = "",
    now: datetime.datetime | None = None,
) -> LeaveRequest:
    """参加 or 请假 by the member who signs in; the same answer again changes nothing, another one takes its place."""
    moment = now or timezone.now()
    lock_branches([share.branch_id])
    gathering = Gathering.objects.get(pk=share.gathering_id)
    if answers_closed(gathering, moment):
        raise AnswersClosed
    if by.member_id not in {person.member_id for person in list_of_day(share)}:
        raise NotOnTheList
    leave = answer == LeaveRequest.Answer.LEAVE
    said = (answer, leave_type if leave else "", reason.strip() if leave else "")
    row = LeaveRequest.objects.filter(share=share, member_id=by.member_id).first()
    if row is not None and (row.answer, row.leave_type, row.reason) == said:
        return row
    row = row or LeaveRequest(share=share, branch_id=share.branch_id, member_id=by.member_id)
    row.answer, row.leave_type, row.reason = said
    row.state = LeaveRequest.State.WAITING if leave else LeaveRequest.State.NOTED
    row.answered_at, row.decided_by, row.decided_at = moment, None, None
    row.save()
    return row


@transaction.atomic
def decide_leave(*, by, request: LeaveRequest, approve: bool, now: datetime.datetime | None = None) -> None:
    """The branch approves or declines, also after the gathering began; changing a decision is a decision too."""
    lock_branches([request.branch_id])
    row = LeaveRequest.objects.select_related("share__gathering", "branch").get(pk=request.pk)
    state = LeaveRequest.State.APPROVED if approve else LeaveRequest.State.DECLINED
    if row.answer != LeaveRequest.Answer.LEAVE or row.state == state:
        raise NothingToDecide
    if row.answered_at != request.answered_at:
        raise NothingToDecide  # what was read is no longer what is asked
    row.state, row.decided_by, row.decided_at = state, by, now or timezone.now()
    row.save()
    word = "已批准" if approve else "未批准"
    gathering = row.share.gathering
    tell_member(
        by=by,
        row=row,
        subject=f"activities.leave:{row.uid}",
        title=f"请假{word}：{format_date_cn(gathering.on_date)}的活动",
        link=gathering_url(row.share),
    )
