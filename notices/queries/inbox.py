"""The inbox: a person's own messages, unread ones first."""

from django.db.models import Case, IntegerField, QuerySet, Value, When

from notices.models import Delivery

#: Unread before read, then the newest; for `keyset_page`.
INBOX_ORDER = ("was_read", "-created_at", "-pk")


def unread_count(user) -> int:
    """Unread messages of the user's own inbox, at most 99 counted."""
    return len(Delivery.objects.visible_to(user).unread().values_list("pk")[:99])


def inbox_of(user) -> QuerySet[Delivery]:
    """The user's messages with what they say."""
    return (
        Delivery.objects.visible_to(user)
        .inbox()
        .select_related("slot__rule", "slot__organization")
        .annotate(
            was_read=Case(
                When(read_at__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField()
            )
        )
    )
