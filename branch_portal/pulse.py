"""The pulse of the background: each worker, and beat, leaves the time in PostgreSQL, where the health page looks.

Redis has no part in it, so that a Redis that is gone is seen too.
"""

import datetime
import logging
import os
import time
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

logger = logging.getLogger(__name__)

#: Seconds between two beats of one process. Tests turn the wheel faster.
EVERY = float(os.environ.get("PORTAL_PULSE_SECONDS", "15"))
_STARTED = datetime.datetime.now(datetime.UTC)

_LEAVE = """
INSERT INTO branch_portal_processbeat (name, kind, queues, started_at, beat_at, published_at, stopped_at)
VALUES (%(name)s, %(kind)s, %(queues)s, %(started)s, %(now)s, %(published)s, NULL)
ON CONFLICT (name) DO UPDATE
SET kind = excluded.kind, queues = excluded.queues, started_at = excluded.started_at, beat_at = excluded.beat_at,
    published_at = coalesce(excluded.published_at, branch_portal_processbeat.published_at), stopped_at = NULL
"""
_STOPPED = (
    "UPDATE branch_portal_processbeat SET beat_at = %(now)s, stopped_at = %(now)s WHERE name = %(name)s"
)
_FORGET = "DELETE FROM branch_portal_processbeat WHERE beat_at < now() - interval '7 days'"


class Pulse:
    """`beat()` as often as one likes: it writes once in `EVERY` seconds; `stopped()` at an orderly end."""

    def __init__(self, name: str, kind: str, queues: Sequence[str] = ()) -> None:
        self.name, self.kind, self.queues = name[:160], kind, sorted(queues)
        self._last = float("-inf")

    def beat(self, *, published=None) -> None:
        """`published`: when beat last handed a task to Redis."""
        if time.monotonic() - self._last < EVERY * 0.9:
            return
        self._last = time.monotonic()
        self._write(
            _LEAVE,
            kind=self.kind,
            queues=self.queues,
            started=_STARTED,
            published=published,
        )

    def stopped(self) -> None:
        self._write(_STOPPED)

    def _write(self, statement: str, **values) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, {"name": self.name, "now": timezone.now(), **values})
        except Exception:
            # Without a database nothing can be told to it; the work itself meets the same trouble and says so.
            logger.warning("the pulse of %s was not written", self.name, exc_info=True)
        finally:
            # A forked child must not inherit an open connection.
            if not connection.in_atomic_block:
                connection.close()


def forget_silent() -> None:
    """Drop the rows of processes that have been silent for a week: they are none of ours any more."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
