"""The brake on guessing passwords: counted in PostgreSQL, per user name and address, per name, and per network.

The count is taken before the password is checked, in one statement, so parallel guesses queue up on the row; it is kept
although the sign-in fails, because the request's transaction commits with any answer below 500.
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Q

from members.models import LoginAttempt, User

MAX_TRIES = 10
WINDOW = timedelta(minutes=15)
#: The slower axes look at failures only: one name wherever from, one network whatever the name.
NAME_TRIES, NAME_WINDOW = 30, timedelta(hours=1)
NETWORK_TRIES, NETWORK_WINDOW = 100, timedelta(minutes=15)
LOCK = timedelta(minutes=15)

_COUNT = """
INSERT INTO members_loginattempt AS attempt (key, window_start, ends_at, tries, locked, user_id)
VALUES (%(key)s, %(now)s, %(end)s, 1, false, (SELECT id FROM members_user WHERE username = %(name)s))
ON CONFLICT (key) DO UPDATE SET
    tries = CASE WHEN attempt.ends_at <= %(now)s THEN 1 ELSE attempt.tries + 1 END,
    window_start = CASE WHEN attempt.ends_at <= %(now)s THEN %(now)s ELSE attempt.window_start END,
    locked = attempt.ends_at > %(now)s AND attempt.tries + 1 >= %(most)s,
    ends_at = CASE WHEN attempt.ends_at <= %(now)s THEN %(end)s
                   WHEN NOT attempt.locked AND attempt.tries + 1 >= %(most)s THEN %(locked_until)s
                   ELSE attempt.ends_at END,
    user_id = coalesce(attempt.user_id, excluded.user_id)
RETURNING tries
"""


def throttled_words(minutes: int = 15) -> str:
    """How long, and what to do meanwhile; the same for names that exist and names that don't."""
    return f"尝试次数过多，请 {minutes} 分钟后再试；着急的，请联系本单位组织委员或管理员解除。"


THROTTLED = throttled_words()


def count_attempt(*, username: str, ip: str, now: datetime) -> bool:
    """Count one attempt; True while it may be tried, False once the window's tries are spent."""
    return _count(_key(username, ip), username, now, most=MAX_TRIES, window=WINDOW) <= MAX_TRIES


def attempts_spent(*, username: str, ip: str, now: datetime) -> bool:
    """Whether the window's tries are spent, without counting one."""
    return LoginAttempt.objects.filter(key=_key(username, ip), ends_at__gt=now, tries__gte=MAX_TRIES).exists()


class Wait(NamedTuple):
    """`minutes` until one may try again, 0 for now; `first`: nobody has been told of this stop before."""

    minutes: int
    first: bool


def sign_in_waits(*, username: str, ip: str, now: datetime, device: str = "") -> Wait:
    """Count an attempt to sign in and say how long it has to wait, by the axis that is stopped longest.

    A `device` on which this name has signed in before is counted by itself: strangers who try the name, or a neighbour in the
    same network, keep nobody out who comes back to the own machine.

    Before the password is looked at, only the row of this name and network is held: a whole office behind one address would
    otherwise queue up on one row while passwords are hashed.
    """
    own = _device_key(username, device) if device else _key(username, ip)
    tries = _count(own, username, now, most=MAX_TRIES, window=WINDOW)
    keys = [own] if device else [own, _name_key(username), _network_key(ip)]
    stopped = LoginAttempt.objects.filter(key__in=keys, ends_at__gt=now).filter(
        Q(key=keys[0], tries__gt=MAX_TRIES) | Q(key__in=keys[1:], locked=True)
    )
    until = stopped.order_by("-ends_at").values_list("ends_at", flat=True).first()
    return Wait(max(1, -(-(until - now) // timedelta(minutes=1))) if until else 0, tries == MAX_TRIES + 1)


def count_failure(*, username: str, ip: str, now: datetime, device: str = "") -> bool:
    """The password was wrong: one more on the slower axes; whether that has just stopped one. In the order of their keys, so
    that two never wait for each other. What a known device gets wrong stands on its own count alone."""
    if device:
        return False
    axes = [
        (_name_key(username), username, NAME_TRIES, NAME_WINDOW),
        (_network_key(ip), "", NETWORK_TRIES, NETWORK_WINDOW),
    ]
    counted = [
        _count(key, name, now, most=most, window=window) == most for key, name, most, window in sorted(axes)
    ]
    return any(counted)


def count_use(what: str, *, user: User, now: datetime, most: int, window: timedelta) -> int:
    """One more use of something that a person does by hand: how many that makes in the running window, `LOCK` once it is spent."""
    return _count(_key(f"\0use {what}", f"account {user.pk}"), "", now, most=most, window=window)


def forget_attempts(*, username: str, ip: str, now: datetime, device: str = "") -> None:
    """After a successful sign-in the account's count starts anew, the network's goes on; what is over goes at the same time."""
    own = [_device_key(username, device)] if device else []
    spent = Q(key__in=[_key(username, ip), _name_key(username), *own]) | Q(ends_at__lte=now)
    LoginAttempt.objects.filter(spent).delete()


def forget_account(user: User) -> bool:
    """Whatever stops this account, from wherever; False when nothing did."""
    of_account = Q(user=user) | Q(key=_name_key(user.username))
    stopped, _ = LoginAttempt.objects.filter(of_account).delete()
    return bool(stopped)


def _count(key: str, name: str, now: datetime, *, most: int, window: timedelta) -> int:
    """One more; how many that makes. What is no user name (a NUL in it, half a character) is nobody's."""
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "key": key,
                "name": "" if "\0" in name else name.encode("utf-8", "replace").decode(),
                "now": now,
                "end": now + window,
                "most": most,
                "locked_until": now + LOCK,
            },
        )
        return cursor.fetchone()[0]


def _name_key(username: str) -> str:
    return _key(username, "every network")


def _device_key(username: str, device: str) -> str:
    return _key(f"{username}\0known device", device)


def _network_key(ip: str) -> str:
    return _key("\0every name", ip)


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
