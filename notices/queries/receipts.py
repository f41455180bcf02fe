"""Who has been told of a thing: counts and times, never the messages of others."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from notices.models import Delivery, ReminderSlot
from notices.rules.timing import MAX_ATTEMPTS

_WAITS = (Delivery.Status.PENDING, Delivery.Status.SENDING)
_FAILED = (Delivery.Status.DEAD, Delivery.Status.UNKNOWN)


@dataclass(frozen=True)
class Receipt:
    """One reminder of the subject and what became of it; `out_…` counts the channels that lead outside."""

    uid: uuid.UUID
    due_at: datetime.datetime
    state: str
    label: str
    told: int
    read: int
    out_sent: int
    out_waiting: int
    out_failed: int

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
            uid=slot.uid,
            due_at=slot.due_at,
            state=slot.state,
            label=slot.get_state_display(),
            told=slot.told_count,
            read=slot.read_count,
            out_sent=slot.out_sent_count,
            out_waiting=slot.out_waiting_count,
            out_failed=slot.out_failed_count,
        )
        for slot in slots
        if slot.state != ReminderSlot.State.CANCELLED or slot.told_count
    ]


def with_counts(slots):
    """Annotate what became of each slot's deliveries."""
    inapp = Q(deliveries__channel=Delivery.Channel.INAPP)
    out = Q(deliveries__isnull=False) & ~inapp
    return slots.annotate(
        told_count=Count("deliveries", filter=inapp),
        read_count=Count("deliveries", filter=inapp & Q(deliveries__read_at__isnull=False)),
        out_sent_count=Count("deliveries", filter=out & Q(deliveries__status=Delivery.Status.SENT)),
        out_waiting_count=Count("deliveries", filter=out & Q(deliveries__status__in=_WAITS)),
        out_failed_count=Count("deliveries", filter=out & Q(deliveries__status__in=_FAILED)),
    )


@dataclass(frozen=True)
class Trouble:
    """One delivery that did not get through at once: to whom, by what, why, how often tried, and what comes next."""

    delivery: Delivery
    name: str

    @property
    def dead(self) -> bool:
        return self.delivery.status in _FAILED

    @property
    def tries_left(self) -> int:
        return max(MAX_ATTEMPTS - self.delivery.attempts, 0)


def outside(user):
    """Deliveries by channels that lead outside, of the reminders whose subject the user keeps."""
    kept = ReminderSlot.objects.editable_by(user)
    return Delivery.objects.filter(slot__in=kept).exclude(channel=Delivery.Channel.INAPP)


def troubles(user, slot: ReminderSlot) -> list[Trouble]:
    """What failed and what is tried again, for who keeps the subject. One query."""
    found = (
        outside(user)
        .filter(slot=slot)
        .filter(Q(status__in=_FAILED) | Q(status__in=_WAITS, attempts__gt=0))
        .select_related("recipient")
        .order_by("-attempts", "pk")
    )
    return [
        Trouble(
            delivery,
            delivery.recipient.display_name if delivery.recipient else delivery.get_channel_display(),
        )
        for delivery in found[:200]
    ]


def ways_told(delivery: Delivery) -> Sequence[Delivery]:
    """Every channel by which the recipient got the same message, the portal first. One query."""
    same = Delivery.objects.filter(slot=delivery.slot_id, recipient=delivery.recipient_id)
    return sorted(same, key=lambda row: (row.channel != Delivery.Channel.INAPP, row.channel))
