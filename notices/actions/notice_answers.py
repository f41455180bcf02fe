"""Answering a notice with one tap, and marking it read."""

import datetime

from django.db import transaction
from django.utils import timezone

from notices.actions.errors import AnswerRefused
from notices.models import Delivery, Notice, NoticeAnswer, NoticeTarget
from notices.rules.notices import ANSWERS, answer_closed


@transaction.atomic
def answer_notice(
    *, by, target: NoticeTarget, answer: str, reason: str = "", now: datetime.datetime | None = None
) -> NoticeAnswer:
    """参加, 请假 or 已阅 of the addressee, for a branch by any of its officers; the last one counts.

    The same answer again changes nothing. AnswerRefused once it is closed or for who is not addressed (any more).
    """
    moment = now or timezone.now()
    # The target's row is the lock: two officers of one branch answer one after the other.
    locked = NoticeTarget.objects.received_by(by).select_for_update(of=("self",)).filter(pk=target.pk).first()
    if locked is None:
        raise AnswerRefused("没有登记：这条通知已不是发给您的，如有疑问请联系发出通知的党组织。")
    notice = Notice.objects.get(pk=locked.notice_id)
    row = NoticeAnswer.objects.filter(target=locked).first()
    _check(notice, row, answer, moment)
    mark_notice_read(by=by, notice=notice)
    said = (answer, reason.strip() if answer == NoticeAnswer.Answer.LEAVE else "")
    if row is not None and (row.answer, row.reason) == said:
        return row
    row = row or NoticeAnswer(target=locked)
    row.answer, row.reason = said
    row.answered_by, row.answered_at = by, moment
    row.save()
    return row


def _check(notice: Notice, row: NoticeAnswer | None, answer: str, moment: datetime.datetime) -> None:
    if notice.is_withdrawn:
        raise AnswerRefused("没有登记：这条通知已经撤回，不用答复。")
    if answer not in ANSWERS[notice.wanted]:
        raise AnswerRefused("没有登记：这条通知不要求这样答复，请刷新页面后再试。")
    if answer_closed(deadline=notice.deadline, answered=row is not None, withdrawn=False, now=moment):
        raise AnswerRefused("没有改动：答复截止时间已过，需要更改的请直接联系发出通知的党组织。")


@transaction.atomic
def mark_notice_read(*, by, notice: Notice) -> None:
    """Mark one's own messages about the notice as read; the first time counts."""
    own = Delivery.objects.editable_by(by).unread().filter(slot__subject=notice.subject)
    own.update(read_at=timezone.now())
