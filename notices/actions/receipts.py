"""What the sender may do about a message that did not get through: have it sent once more."""

import datetime

from django.db import transaction
from django.utils import timezone

from notices.models import Delivery, ReminderSlot


class RetryRefused(Exception):
    """It cannot be sent again; the message is Chinese and says why."""


@transaction.atomic
def retry_delivery(*, by, delivery: Delivery, now: datetime.datetime | None = None) -> None:
    """Send a dead message again: one more attempt, with the same checks as ever just before it.

    `attempts` goes on counting: it is the fencing token, and one that went back could meet an old worker's.
    """
    now = now or timezone.now()
    current = Delivery.objects.select_for_update().get(pk=delivery.pk)
    slot = ReminderSlot.objects.get(pk=current.slot_id)
    if current.status not in (Delivery.Status.DEAD, Delivery.Status.UNKNOWN):
        raise RetryRefused("这条消息已在发送或已经送出，不用重发。")
    if slot.state == ReminderSlot.State.CANCELLED:
        raise RetryRefused("这件事已取消或改期，不再发送。")
    if slot.not_after <= now:
        raise RetryRefused("已经过时，不再发送。")
    # By itself: the mail of the day may have gone already, and somebody asked for this one now.
    Delivery.objects.filter(pk=current.pk).update(status=Delivery.Status.PENDING, daily=False, next_at=now)
