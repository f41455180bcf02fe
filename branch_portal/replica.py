"""Overviews of a committee may be read from a replica of the database (`DATABASE_REPLICA_URL`); everything else asks the primary.

A replica follows by moments. Three things keep that from deceiving anybody: a page that came from it says as of when; whoever
has just changed something reads from the primary until the replica has had time to follow; and a replica that is away, or further
behind than `PORTAL_REPLICA_SECONDS`, is not asked at all. The reader's scope for row-level security goes along, so the replica
shows no row that the primary would keep back.
"""

import datetime
import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse

from branch_portal.patience import patience

logger = logging.getLogger(__name__)

ALIAS = "replica"
#: How long a new connection may take, and for how long a replica that failed is left alone; seconds.
CONNECT, REST = 1.0, 30.0
#: PostgreSQL ends a statement that stands in the way of what it has to follow, and says so with this.
_CONFLICT = "40001"

#: `database.beyond_scope` puts it to False: the scope that it raises is that of the primary's transaction.
READING: ContextVar[bool] = ContextVar("reading from the replica", default=False)
_state = threading.local()

_SCOPE = (
    "portal.user_id", "portal.member_id", "portal.scope", "portal.organization_ids", "portal.edit_scope", "portal.edit_ids",
)  # fmt: skip
_TAKE = "SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in _SCOPE)
_GIVE = (
    "SELECT "
    + ", ".join(f"set_config('{name}', %s, true)" for name in _SCOPE)
    + ", pg_last_xact_replay_timestamp(), clock_timestamp()"
)


def alias() -> str:
    """Where the router sends what is read now."""
    return ALIAS if READING.get() else "default"


def reading():
    """The connection for statements by hand that only read."""
    return connections[alias()]


View = Callable[..., HttpResponse]


def from_replica(view: View) -> View:
    """For a view that changes nothing and answers with a finished page; `request.as_of` says as of when it was read, None: now."""

    @wraps(view)
    def looked(request: Any, *args, **kwargs) -> HttpResponse:
        request.as_of = None
        if ALIAS not in settings.DATABASES or settings.PORTAL_WROTE_COOKIE in request.COOKIES or _resting():
            return view(request, *args, **kwargs)
        try:
            return _read(view, request, args, kwargs)
        except (OperationalError, InterfaceError) as error:
            if not _is_of_replica(error):
                raise
            _state.rests_until = time.monotonic() + REST
            logger.warning("the replica did not answer, the primary does: %s", error)
            connections[ALIAS].close()
        except _TooFarBehind as far:
            logger.info("the replica is %s behind, the primary answers", far)
        request.as_of = None
        return view(request, *args, **kwargs)

    return looked


class _TooFarBehind(Exception):
    """The replica lives and has not followed for long."""


def _read(view: View, request: Any, args, kwargs) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE)
        scope = cursor.fetchone()
    with patience(settings.PORTAL_DATABASE_PATIENCE, connect=CONNECT), transaction.atomic(using=ALIAS):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(_GIVE, scope)
            *_, followed, now = cursor.fetchone()
        if followed is None or now - followed > datetime.timedelta(seconds=settings.PORTAL_REPLICA_SECONDS):
            raise _TooFarBehind("unknown" if followed is None else now - followed)
        request.as_of = followed
        token = READING.set(True)
        try:
            return view(request, *args, **kwargs)
        finally:
            READING.reset(token)


def _resting() -> bool:
    return time.monotonic() < getattr(_state, "rests_until", 0)


def _is_of_replica(error: Exception) -> bool:
    """Lost, refused or broken off by the replica: the primary's own troubles are raised to whoever asks it next."""
    code = getattr(error.__cause__, "pgcode", None) or ""
    return code in ("", _CONFLICT) or code.startswith(("08", "57P"))


class JustWroteMiddleware:
    """Whoever changes something sees it: until the replica has followed, this browser is answered by the primary."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if ALIAS in settings.DATABASES and request.method not in ("GET", "HEAD", "OPTIONS", "TRACE"):
            response.set_cookie(
                settings.PORTAL_WROTE_COOKIE,
                "1",
                max_age=settings.PORTAL_REPLICA_SECONDS,
                secure=settings.PORTAL_HTTPS,
                httponly=True,
                samesite="Lax",
            )
        return response
