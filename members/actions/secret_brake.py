"""The brake on every other secret than the password at the door: codes, links, the password asked again. One list of them all;
which address checks which stands in `branch_portal.sensitive_routes`."""

from django.utils import timezone

from members.actions.security_events import record_event
from members.actions.sign_in import attempts_spent, count_attempt, forget_attempts
from members.models import SecurityEvent, User

#: What is guarded → whose tries are counted. No user name holds a NUL, so these never meet those of the door.
OF_PERSON = {
    "password form": "the password before a new one",
    "second step": "the code after the password, the first code of a phone, a recovery code",
    "fresh": "password and code asked again",
    "sign-in code": "the rotating code of a hall",
}
OF_NETWORK = {
    "account link": "one-time links of accounts",
    "first administrator": "the one-time link of the first administrator",
    "verification code": "codes on paper",
    "calendar address": "addresses of calendar feeds",
    "metrics token": "the token that machines show",
}


def may_try(what: str, *, user: User | None = None, ip: str = "") -> bool:
    """Count one try of a person (`user`) or of a network (`ip`); False once ten in a quarter of an hour are spent."""
    return count_attempt(**_counted(what, user, ip), now=timezone.now())


def is_spent(what: str, *, user: User | None = None, ip: str = "") -> bool:
    """The same without counting: for what counts only the wrong ones."""
    return attempts_spent(**_counted(what, user, ip), now=timezone.now())


def was_right(what: str, *, user: User | None = None, ip: str = "") -> None:
    forget_attempts(**_counted(what, user, ip), now=timezone.now())


def code_was_wrong(user: User) -> None:
    record_event(SecurityEvent.Kind.CODE_FAILED, user=user)


def _counted(what: str, user: User | None, ip: str) -> dict[str, str]:
    if what not in (OF_PERSON if user is not None else OF_NETWORK):
        raise ValueError(f"no such secret: {what}")
    return {"username": f"\0{what}", "ip": f"account {user.pk}" if user is not None else ip}
