"""What the owner of an account sees of it: where it is signed in, what happened to it, and its second step."""

from django.db.models import QuerySet

from members.models import RecoveryCode, SecurityEvent, SignInSession, TotpDevice, User

_LATEST = 20
_LEFT_OUT = {SecurityEvent.Kind.LINK_FAILED}


def sessions_of(user: User) -> QuerySet[SignInSession]:
    """Where the account is signed in, the latest first."""
    return SignInSession.objects.visible_to(user).filter(uid__isnull=False).order_by("-last_seen_at", "pk")


def events_of(user: User) -> list[SecurityEvent]:
    return list(
        SecurityEvent.objects.of_account(user).exclude(kind__in=_LEFT_OUT).order_by("-at", "-id")[:_LATEST]
    )


def second_step_of(user: User) -> tuple[TotpDevice | None, int]:
    """(the device, how many recovery codes are left)."""
    device = TotpDevice.objects.visible_to(user).first()
    left = RecoveryCode.objects.visible_to(user).filter(used_at__isnull=True).count() if device else 0
    return device, left
