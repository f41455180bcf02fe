"""What the session knows of how one signed in; beside `members.middleware` the only place that reads it.

Password and code are two requests: in between, the session holds whose password was right, for five minutes, and nobody is
signed in. `FRESH_AT` is when the password (and code) was typed last; `MUST_CHANGE` says why nothing but a new password will do.
"""

import datetime
import uuid

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from members.actions.known_devices import REMEMBERED, new_device_token, note_device
from members.actions.passwords import must_change
from members.actions.security_events import record_event
from members.actions.telling import tell_changed
from members.models import SecurityEvent, User
from members.queries.accounts import account_by_id
from members.rules.devices import device_words, masked_network
from members.rules.sessions import FRESH, SECOND_STEP
from members.session_store import ABOUT

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_DEVICE_SALT = "members.known_device"
_FRESH_AT, _SECOND_STEP, _MUST_CHANGE, _AWAITING = "fresh_at", "second_step", "must_change", "awaiting_code"


@receiver(user_logged_in)
def describe(sender, request, user, **kwargs) -> None:
    """Say in the new session whose device this is and since when; its columns are made from it."""
    now = timezone.now()
    request.session[ABOUT] = {
        "uid": str(uuid.uuid4()),
        "started": now.isoformat(),
        "device": device_of(request),
        "network": masked_network(request.META.get("REMOTE_ADDR", "")),
    }
    request.session[_FRESH_AT] = now.isoformat()
    request.session.pop(_SECOND_STEP, None)
    request.session.pop(_MUST_CHANGE, None)


def device_of(request) -> str:
    return device_words(request.META.get("HTTP_USER_AGENT", ""))


def enter(request, user: User, *, second_step: bool) -> None:
    """Sign in: the key changes, the sign-in is written down, and a password that has to go is noticed."""
    login(request, user, backend=_BACKEND)
    request.session[_SECOND_STEP] = second_step
    if reason := must_change(user):
        request.session[_MUST_CHANGE] = reason
    request.session.pop(_AWAITING, None)
    record_event(SecurityEvent.Kind.SIGN_IN, user=user, by=user, device=device_of(request))
    _know_device(request, user)


# --- The browser, beyond one sign-in ---


def device_token(request) -> str:
    """What this browser was given when somebody signed in on it; empty for a stranger."""
    return request.get_signed_cookie(
        settings.KNOWN_DEVICE_COOKIE, default="", salt=_DEVICE_SALT, max_age=REMEMBERED
    )


def _know_device(request, user: User) -> None:
    """This browser is known from now on; the owner is told of one that is new."""
    token, words = device_token(request) or new_device_token(), device_of(request)
    request.device_token = token
    if note_device(user=user, token=token, device=words, now=timezone.now()):
        record_event(SecurityEvent.Kind.NEW_DEVICE, user=user, by=user, device=words)
        network = masked_network(request.META.get("REMOTE_ADDR", ""))
        tell_changed(
            by=user,
            user=user,
            title="您的账号在一台新设备上登录",
            more=f"设备：{words}，网络：{network or '未知'}。",
        )


def hand_out_device_token(request, response) -> None:
    """The cookie goes with the answer to a sign-in; it says nothing of who signed in."""
    if token := getattr(request, "device_token", ""):
        response.set_signed_cookie(
            settings.KNOWN_DEVICE_COOKIE,
            token,
            salt=_DEVICE_SALT,
            max_age=REMEMBERED,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


# --- Between password and code ---


def await_code(request, user: User, next_url: str) -> None:
    request.session.cycle_key()
    request.session[_AWAITING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": timezone.now().isoformat(),
        "next": next_url,
    }


def awaiting(request) -> tuple[User, str] | None:
    """Whose code is asked for, and where to go then; None when it is nobody's or took too long."""
    noted = request.session.get(_AWAITING)
    if not noted or timezone.now() - datetime.datetime.fromisoformat(noted["at"]) > SECOND_STEP:
        return None
    user = account_by_id(noted["user"])
    if user is None or user.get_session_auth_hash() != noted["hash"]:
        return None
    return user, noted["next"]


# --- Of a session that is signed in ---


def passed_second_step(request) -> bool:
    return bool(request.session.get(_SECOND_STEP))


def note_second_step(request) -> None:
    request.session.cycle_key()
    request.session[_SECOND_STEP] = True


def is_fresh(request) -> bool:
    at = request.session.get(_FRESH_AT)
    return bool(at) and timezone.now() - datetime.datetime.fromisoformat(at) <= FRESH


def note_fresh(request) -> None:
    request.session[_FRESH_AT] = timezone.now().isoformat()


def change_demanded(request) -> str:
    return request.session.get(_MUST_CHANGE, "")


def change_done(request) -> None:
    request.session.pop(_MUST_CHANGE, None)


def session_key(request) -> str:
    return request.session.session_key or ""
