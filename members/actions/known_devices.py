"""Known devices: a browser that somebody has signed in on before carries a token; here is only its hash, for each account."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from members.models import KnownDevice, User

#: A browser that has not signed in for so long is a stranger again.
REMEMBERED = timedelta(days=180)
#: An account has no more; the oldest goes.
MOST = 20


def new_device_token() -> str:
    return secrets.token_urlsafe(24)


def is_known_device(*, username: str, token: str, now: datetime) -> bool:
    """Whether the account of this name has signed in on this browser. One statement, for names that exist and those that don't."""
    if not token or "\0" in username:
        return False
    found = KnownDevice.objects.filter(
        user__username=username, token_hash=_hash(token), last_seen_at__gt=now - REMEMBERED
    )
    return found.exists()


def note_device(*, user: User, token: str, device: str, now: datetime) -> bool:
    """Remember the browser; True where it is a new one of an account that has signed in elsewhere before."""
    seen = KnownDevice.objects.filter(user=user, token_hash=_hash(token))
    if seen.update(last_seen_at=now, device=device):
        return False
    others = KnownDevice.objects.filter(user=user).exists()
    KnownDevice.objects.create(
        user=user, token_hash=_hash(token), device=device, first_seen_at=now, last_seen_at=now
    )
    latest = KnownDevice.objects.filter(user=user).order_by("-last_seen_at", "-pk").values("pk")[:MOST]
    KnownDevice.objects.filter(user=user).exclude(pk__in=latest).delete()
    return others


def _hash(token: str) -> str:
    """192 random bits need no salt and no slow hash."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()
