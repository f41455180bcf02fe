"""The inbox: a person's own messages, unread ones first."""

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from notices.models import Delivery, ReminderRule

#: Unread before read, then the newest; for `keyset_page`.
INBOX_ORDER = ("was_read", "-created_at", "-pk")


def unread_count(user) -> int:
    """Unread messages of the user's own inbox, at most 99 counted."""
    return len(Delivery.objects.visible_to(user).unread().values_list("pk")[:99])


def inbox_kinds(user) -> list[tuple[str, str]]:
    """Key and name of every kind of which the user has a message."""
    rules = ReminderRule.objects.filter(
        Exists(Delivery.objects.visible_to(user).inbox().filter(slot__rule=OuterRef("pk")))
    )
    return list(rules.order_by("name").values_list("key", "name"))


def inbox_of(user, *, read: str = "", kind: str = "") -> QuerySet[Delivery]:
    """The user's messages with what they say; `read` is "unread", "read" or "" for all."""
    wanted = Q()
    if read:
        wanted &= Q(read_at__isnull=read == "unread")
    if kind:
        wanted &= Q(slot__rule__key=kind)
    return (
        Delivery.objects.visible_to(user)
        .inbox()
        .filter(wanted)
        .select_related("slot__rule", "slot__organization")
        .annotate(
            was_read=Case(
                When(read_at__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField()
            )
        )
    )
