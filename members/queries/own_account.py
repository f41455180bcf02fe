"""What the owner of an account sees of it: where it is signed in, what happened to it, and its second step."""

from django.db.models import QuerySet
from django.utils import timezone

from members.models import RecoveryCode, SecurityEvent, SignInSession, TotpDevice, User
from members.rules.sessions import ABSOLUTE, IDLE

_LATEST = 20
_LEFT_OUT = {SecurityEvent.Kind.LINK_FAILED}


def sessions_of(user: User) -> QuerySet[SignInSession]:
    """Where the account is signed in, the latest first; what is over although nobody came back to be told is not there."""
    now, group = timezone.now(), 0 if user.is_staff else 1
    return (
        SignInSession.objects.visible_to(user)
        .filter(last_seen_at__gt=now - IDLE[group], started_at__gt=now - ABSOLUTE[group], uid__isnull=False)
        .order_by("-last_seen_at", "pk")
    )


def events_of(user: User) -> list[SecurityEvent]:
    return list(
        SecurityEvent.objects.of_account(user).exclude(kind__in=_LEFT_OUT).order_by("-at", "-id")[:_LATEST]
    )


def second_step_of(user: User) -> tuple[TotpDevice | None, int]:
    """(the device, how many recovery codes are left)."""
    device = TotpDevice.objects.visible_to(user).first()
    left = RecoveryCode.objects.visible_to(user).filter(used_at__isnull=True).count() if device else 0
    return device, left
