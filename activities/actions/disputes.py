"""“这条不对”: raised by the member on a counted row, answered by the branch within seven days (M2)."""

import datetime

from django.db import transaction
from django.utils import timezone

from activities.actions.answers import tell_member
from activities.actions.locks import lock_branches
from activities.actions.roll_changes import change_roll_row
from activities.models import ActivityRecord, AttendanceDispute, GatheringBranch, RollEntry
from activities.queries.subjects import dispute_url
from activities.rules.roll import ABSENT, LEAVE, STATUSES, mark_label
from branch_portal.dates import format_date_cn, today_shanghai

ANSWER_WITHIN = datetime.timedelta(days=7)


class NotDisputable(Exception):
    """No counted row of this member, or a dispute of it is open already."""


class Answered(Exception):
    """Somebody has answered before."""


@transaction.atomic
def raise_dispute(*, by, share: GatheringBranch, claimed: str, statement: str) -> AttendanceDispute:
    """The member's own counted row is wrong, says the member."""
    lock_branches([share.branch_id])
    entry = RollEntry.objects.filter(share=share, member_id=by.member_id).first() if by.member_id else None
    counted = ActivityRecord.objects.filter(share=share).counted().exists()
    open_one = AttendanceDispute.objects.filter(share=share, member_id=by.member_id).open()
    if entry is None or not counted or open_one.exists():
        raise NotDisputable
    return AttendanceDispute.objects.create(
        share=share,
        branch_id=share.branch_id,
        member_id=by.member_id,
        written=mark_label(entry.status, entry.leave_type),
        claimed=claimed,
        statement=statement.strip(),
        raised_at=timezone.now(),
        due_on=today_shanghai() + ANSWER_WITHIN,
    )


@transaction.atomic
def answer_dispute(
    *, by, dispute: AttendanceDispute, answer: str, accept: bool, status: str = "", leave_type: str = ""
) -> None:
    """Decline with words, or accept: the row of the roll becomes what was found, and the hours follow."""
    lock_branches([dispute.branch_id])
    row = AttendanceDispute.objects.select_related("share__gathering", "branch").get(pk=dispute.pk)
    if row.state != AttendanceDispute.State.OPEN:
        raise Answered
    if accept:
        if status not in STATUSES:
            raise ValueError(status)
        change_roll_row(
            by=by,
            share=row.share,
            member_id=row.member_id,
            status=status,
            leave_type=leave_type,
            reason=mark_label(status, leave_type) if status in (LEAVE, ABSENT) else "",
        )
    row.state = AttendanceDispute.State.ACCEPTED if accept else AttendanceDispute.State.DECLINED
    row.answer, row.answered_by, row.answered_at = answer.strip(), by, timezone.now()
    row.save()
    word = "已更正" if accept else "已答复"
    tell_member(
        by=by,
        row=row,
        subject=f"activities.dispute:{row.uid}",
        title=f"到会情况异议{word}：{format_date_cn(row.share.gathering.on_date)}的活动",
        link=dispute_url(row),
    )
