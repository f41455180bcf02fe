from notices.models import Delivery


def unread_count(user) -> int:
    """Unread messages of the user's own inbox, at most 99 counted."""
    return len(Delivery.objects.visible_to(user).unread().values_list("pk")[:99])
