"""消息设置: one's own wishes about mail."""

from django.db import transaction

from members.models import User
from notices.models import MessagePreference


@transaction.atomic
def set_preference(*, by: User, email: bool, daily: bool, muted: list[str]) -> MessagePreference:
    """Keep the person's wishes; what waits already is asked again before it is sent."""
    wish, _ = MessagePreference.objects.update_or_create(
        user=by, defaults={"email": email, "daily": daily, "muted": sorted(muted)}
    )
    return wish
