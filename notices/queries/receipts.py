"""Who has been told of a thing: counts and times, never the messages of others."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q

from notices.models import Delivery, ReminderSlot

_MAIL_WAITS = (Delivery.Status.PENDING, Delivery.Status.SENDING)
_MAIL_FAILED = (Delivery.Status.DEAD, Delivery.Status.UNKNOWN)


@dataclass(frozen=True)
class Receipt:
    """One reminder of the subject and what became of it."""

    due_at: datetime.datetime
    state: str
    label: str
    told: int
    read: int
    mail_sent: int
    mail_waiting: int
    mail_failed: int

    @property
    def open(self) -> bool:
        return self.state == ReminderSlot.State.OPEN


def anyone_told(subject: str) -> bool:
    """Whether a message about the subject has gone to anybody."""
    return Delivery.objects.filter(slot__subject=subject).exists()


def receipts(subject: str) -> list[Receipt]:
    """The reminders of a subject in order of time, cancelled ones that nobody saw left out. One query.

    The caller has checked that the asker keeps the subject: nothing here does.
    """
    slots = with_counts(ReminderSlot.objects.filter(subject=subject)).order_by("due_at", "pk")
    return [
        Receipt(
            due_at=slot.due_at,
            state=slot.state,
            label=slot.get_state_display(),
            told=slot.told_count,
            read=slot.read_count,
            mail_sent=slot.mail_sent_count,
            mail_waiting=slot.mail_waiting_count,
            mail_failed=slot.mail_failed_count,
        )
        for slot in slots
        if slot.state != ReminderSlot.State.CANCELLED or slot.told_count
    ]


def with_counts(slots):
    """Annotate what became of each slot's deliveries."""
    inapp = Q(deliveries__channel=Delivery.Channel.INAPP)
    mail = Q(deliveries__channel=Delivery.Channel.EMAIL)
    return slots.annotate(
        told_count=Count("deliveries", filter=inapp),
        read_count=Count("deliveries", filter=inapp & Q(deliveries__read_at__isnull=False)),
        mail_sent_count=Count("deliveries", filter=mail & Q(deliveries__status=Delivery.Status.SENT)),
        mail_waiting_count=Count("deliveries", filter=mail & Q(deliveries__status__in=_MAIL_WAITS)),
        mail_failed_count=Count("deliveries", filter=mail & Q(deliveries__status__in=_MAIL_FAILED)),
    )
