"""The brake on guessing passwords: counted in PostgreSQL, per user name and address.

The count is taken before the password is checked, in one statement, so parallel guesses queue up on the row; it is kept
although the sign-in fails, because the request's transaction commits with any answer below 500.
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.db.models import Q

from members.models import LoginAttempt

MAX_TRIES = 10
WINDOW = timedelta(minutes=15)
THROTTLED = "尝试次数过多，请 15 分钟后再试"

_COUNT = """
INSERT INTO members_loginattempt AS attempt (key, window_start, tries) VALUES (%(key)s, %(now)s, 1)
ON CONFLICT (key) DO UPDATE SET
    tries = CASE WHEN attempt.window_start <= %(expired)s THEN 1 ELSE attempt.tries + 1 END,
    window_start = CASE WHEN attempt.window_start <= %(expired)s THEN %(now)s ELSE attempt.window_start END
RETURNING tries
"""


def count_attempt(*, username: str, ip: str, now: datetime) -> bool:
    """Count one attempt; True while it may be tried, False once the window's tries are spent."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": _key(username, ip), "now": now, "expired": now - WINDOW})
        return cursor.fetchone()[0] <= MAX_TRIES


def attempts_spent(*, username: str, ip: str, now: datetime) -> bool:
    """Whether the window's tries are spent, without counting one."""
    return LoginAttempt.objects.filter(
        key=_key(username, ip), window_start__gt=now - WINDOW, tries__gte=MAX_TRIES
    ).exists()


def forget_attempts(*, username: str, ip: str, now: datetime) -> None:
    """After a successful sign-in the count starts anew; windows that are over go at the same time."""
    spent = Q(key=_key(username, ip)) | Q(window_start__lte=now - WINDOW)
    LoginAttempt.objects.filter(spent).delete()


def _key(username: str, ip: str) -> str:
    message = f"{username.strip().lower()}\n{_network(ip)}".encode("utf-8", "replace")
    return hmac.new(settings.SECRET_KEY.encode(), b"login-attempt:" + message, sha256).hexdigest()


def _network(ip: str) -> str:
    """The address, of IPv6 its /64: one household owns all of that, and would have as many tries as it likes."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ip_network((address.packed[:8] + bytes(8), 64)))
    return str(getattr(address, "ipv4_mapped", None) or address)
