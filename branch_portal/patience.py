"""How long a page waits for PostgreSQL before it gives up its connection.

`statement_timeout` is kept by the server. One that is frozen (stopped processes, storage that hangs) keeps nothing, and since
its kernel still acknowledges what it is sent, `tcp_user_timeout` does not end the wait either: a thread of the web process
would hang until somebody restarts something. So the wait itself has an end, here. Workers have Celery's time limits instead.

A request waits in vain once: what it asks for afterwards, the page of the error included, has no time of its own any more.
"""

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from psycopg2 import extensions

#: For a connection to be made, and for one that is kept to say that it lives.
CONNECT_SECONDS = 3.0
_ALIVE_SECONDS = 2.0
_events = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}
_here = threading.local()


def install() -> None:
    """From now on this process waits for PostgreSQL in `_wait`: for web processes only, since such connections know no COPY."""
    extensions.set_wait_callback(_wait)


@dataclass
class _Limits:
    """Seconds for an answer and for a new connection; nothing is left when a wait was in vain."""

    answer: float
    connect: float


@contextmanager
def patience(seconds: float, *, connect: float = CONNECT_SECONDS) -> Iterator[None]:
    """No single wait of this thread is longer while the block runs, and after one in vain there is none."""
    before = getattr(_here, "limits", None)
    _here.limits = _Limits(seconds, min(connect, seconds))
    try:
        yield
    finally:
        _here.limits = before


def _wait(waiting) -> None:
    """psycopg2 calls this whenever an answer is to come; an error raised here closes the connection."""
    limits = getattr(_here, "limits", None)
    if waiting.status == extensions.STATUS_SETUP:
        limit = limits.connect if limits else CONNECT_SECONDS
    else:
        limit = limits.answer if limits else None
    until = None if limit is None else time.monotonic() + limit
    while (state := waiting.poll()) != extensions.POLL_OK:
        poller = select.poll()
        poller.register(waiting.fileno(), _events[state])
        left = None if until is None else max(0, until - time.monotonic())
        if not poller.poll(None if left is None else left * 1000) and left is not None:
            if limits:
                limits.answer = limits.connect = 0
            raise psycopg2.OperationalError("PostgreSQL did not answer in time")


class PatienceMiddleware:
    """Every wait of a request has an end; a kept connection that is dead or frozen is found out first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.monotonic()
        with patience(_ALIVE_SECONDS):
            connection.close_if_health_check_failed()
        # Finding out that a kept connection is frozen and trying a new one take no longer together than a new one may.
        left = max(0.0, CONNECT_SECONDS - (time.monotonic() - begun))
        with patience(settings.PORTAL_DATABASE_PATIENCE, connect=left):
            return self.get_response(request)
