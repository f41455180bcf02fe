"""How long a sign-in lasts and what it is good for, and who am I acting for: worked out once per request, put on the request,
told to the database."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth import get_user, logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from branch_portal.database import set_context
from branch_portal.scoping import Scope
from members.actions.sessions import touch
from members.models import PartyOrganization, User
from members.rules.sessions import TOUCH, ended_because
from members.session_state import change_demanded, hand_out_device_token, passed_second_step
from members.session_store import ABOUT

SESSION_KEY = "acting_for"


#: What an account may open that still has to change its password or to turn on the second step: that, and the way out.
_ALWAYS_OPEN = {
    "accounts:password", "accounts:totp", "accounts:second-step", "accounts:fresh", "accounts:logout", "accounts:login",
    "accounts:elder-view", "readyz", "metrics",
}  # fmt: skip


class AccountMiddleware(AuthenticationMiddleware):
    """`request.user` as Django finds it, taken from what was read with the session where that is the same account."""

    def process_request(self, request):
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _account(request))


def _account(request):
    if not hasattr(request, "_cached_user"):
        request._cached_user = _read_with_session(request.session) or get_user(request)
    return request._cached_user


def _read_with_session(session) -> User | None:
    """The account, under the conditions that `django.contrib.auth.get_user` sets; None leaves the question to it."""
    key = session.get(auth.SESSION_KEY)
    account = session.frame.account if key and session.frame else None
    valid = (
        account is not None
        and account.is_active
        and str(account.pk) == key
        and session.get(auth.BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(auth.HASH_SESSION_KEY, ""), account.get_session_auth_hash())
    )
    return account if valid else None


class SignInLimitsMiddleware:
    """Ends a sign-in that was idle or is too old, and keeps whoever is only half signed in to the pages that finish it.

    No query of its own: all of it stands in the session, but for the minute's note of when it was seen.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now, user = timezone.now(), request.user
        if user.is_authenticated and (reason := _over(request, now)):
            logout(request)
            messages.warning(request, reason)
        response = self.get_response(request)
        hand_out_device_token(request, response)
        # At the end, so that the row is held for moments only; what failed is undone, and PostgreSQL takes no more statements after it.
        seen = request.session.last_seen_at
        due = seen is not None and now - seen >= TOUCH and request.session.session_key
        if due and response.status_code < 500:
            touch(request.session.session_key, now)
        return response

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated or request.resolver_match.view_name in _ALWAYS_OPEN:
            return None
        if change_demanded(request):
            return redirect("accounts:password")
        if settings.PORTAL_STAFF_TOTP and request.user.is_staff and not passed_second_step(request):
            return redirect("accounts:second-step")
        return None


def _over(request, now: datetime.datetime) -> str:
    """Why the sign-in is over; a session without a description of itself began now."""
    about = request.session.get(ABOUT)
    if not about or request.session.last_seen_at is None:
        return ""
    return ended_because(
        staff=request.user.is_staff,
        started=datetime.datetime.fromisoformat(about["started"]),
        seen=request.session.last_seen_at,
        now=now,
    )


@dataclass(frozen=True)
class Acting:
    """The role in which the user works now: it chooses defaults; it never widens what `access` allows."""

    organization: PartyOrganization
    label: str
    choices: tuple

    @property
    def organization_name(self) -> str:
        return self.organization.name

    @property
    def post_label(self) -> str:
        return self.label


def _acting(user, chosen: str | None) -> Acting | None:
    reaches = sorted(user.access.reaches, key=lambda reach: -len(reach.permissions))
    if not reaches:
        return None
    by_organization = {str(reach.organization.uid): reach for reach in reversed(reaches)}
    current = by_organization.get(chosen or "") or reaches[0]
    choices = tuple((uid, f"{reach.organization} · {reach.label}") for uid, reach in by_organization.items())
    return Acting(organization=current.organization, label=current.label, choices=choices)


class ActingForMiddleware:
    """Sets `request.acting` and the transaction's scope; the only place that reads the session's choice."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.acting = None
        if request.user.is_authenticated:
            request.acting = _acting(request.user, request.session.get(SESSION_KEY))
            set_context(
                user=request.user,
                scope=request.user.access.widest,
                editable=request.user.access.widest_editable,
                url=request.path,
                ip=request.META.get("REMOTE_ADDR", ""),
                request=request.id,
            )
        else:
            set_context(
                scope=Scope(), url=request.path, ip=request.META.get("REMOTE_ADDR", ""), request=request.id
            )
        return self.get_response(request)


def choose_acting(request, organization_uid: str) -> bool:
    """Work for one of the user's own organisations from the next request on; False when it is none of them."""
    if not any(str(reach.organization.uid) == organization_uid for reach in request.user.access.reaches):
        return False
    request.session[SESSION_KEY] = organization_uid
    return True
