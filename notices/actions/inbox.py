"""Reading: the only thing that a recipient changes about a message."""

from django.db import transaction
from django.utils import timezone

from notices.models import Delivery


@transaction.atomic
def mark_read(*, by, delivery: Delivery) -> None:
    """Mark one of the user's own messages as read; the first time counts."""
    Delivery.objects.editable_by(by).unread().filter(pk=delivery.pk).update(read_at=timezone.now())


@transaction.atomic
def mark_all_read(*, by) -> int:
    """Mark everything in the user's inbox as read; returns how many were unread."""
    return Delivery.objects.editable_by(by).unread().update(read_at=timezone.now())
