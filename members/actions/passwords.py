"""Passwords: set by their owner or given by somebody else, and which may not come back."""

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from members.actions.security_events import record_event
from members.actions.sessions import end_sessions
from members.actions.telling import tell_changed
from members.models import AccountLink, PasswordRecord, SecurityEvent, User

#: How many are kept, the present one included.
KEPT = 5


@transaction.atomic
def set_password(
    *, by: User | None, user: User, password: str, temporary: bool = False, keep_session: str = ""
) -> None:
    """A new password; every other session of the account ends. `temporary`: somebody else knows it, so the owner changes it."""
    store_password(user, make_password(password), temporary=temporary)
    record_event(SecurityEvent.Kind.PASSWORD_SET, user=user, by=by)
    end_sessions(by=by, user=user, keep_session=keep_session)
    tell_changed(by=by, user=user, title="您的密码已修改")


def store_password(user: User, encoded: str, *, temporary: bool) -> None:
    """Write the hash, remember it, and forget the oldest; a link that was not used is void now. Making the hash is the caller's: it takes long, and rows are locked here."""
    now = timezone.now()
    user.password, user.password_changed_at = encoded, now
    user.save(update_fields=["password", "password_changed_at"])
    AccountLink.objects.filter(user=user, used_at__isnull=True).delete()
    PasswordRecord.objects.create(user=user, encoded=encoded, set_at=now, temporary=temporary)
    latest = PasswordRecord.objects.filter(user=user).order_by("-set_at", "-pk").values("pk")[:KEPT]
    PasswordRecord.objects.filter(user=user).exclude(pk__in=latest).delete()


def is_earlier_password(user: User, password: str) -> bool:
    """Whether the account had this password lately. Slow on purpose: up to five hashes."""
    encoded = set(PasswordRecord.objects.filter(user=user).values_list("encoded", flat=True)) | {
        user.password
    }
    return any(check_password(password, each) for each in encoded)


def must_change(user: User) -> str:
    """Why the owner has to choose a new password now, in words; empty when not. Asked once, at sign-in."""
    from members.password_validators import profile  # the validators ask this module

    latest = PasswordRecord.objects.filter(user=user).order_by("-set_at", "-pk").first()
    if latest is not None and latest.temporary:
        return "现在的密码是别人设置的，请先改成只有您自己知道的密码。"
    since = user.password_changed_at or user.date_joined
    if profile().expired(staff=user.is_staff, since=since, now=timezone.now()):
        return f"密码已使用满 {profile().staff_days} 天，请先修改密码。"
    return ""
