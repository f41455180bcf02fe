"""What became of a parcel, written to its rows as far as they are still this worker's (fencing)."""

import datetime
import logging
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from notices.actions.claiming import Parcel, Row
from notices.channels.base import A_MINUTE, SendError, TooMany
from notices.models import Delivery
from notices.rules.timing import wait_after

logger = logging.getLogger(__name__)

_MARK = """
UPDATE notices_delivery row
SET status = mine.status, next_at = mine.next_at, lease_until = NULL,
    last_error = %(error)s, provider_id = %(provider)s, sent_at = %(sent_at)s
FROM unnest(%(ids)s::uuid[], %(tokens)s::int[], %(statuses)s::text[], %(moments)s::timestamptz[])
     AS mine(id, token, status, next_at)
WHERE row.id = mine.id AND row.status = 'sending' AND row.attempts = mine.token
"""

_GIVE_BACK = """
UPDATE notices_delivery row
SET status = 'pending', next_at = %(next_at)s, lease_until = NULL, attempts = attempts - 1
FROM unnest(%(ids)s::uuid[], %(tokens)s::int[]) AS mine(id, token)
WHERE row.id = mine.id AND row.status = 'sending' AND row.attempts = mine.token
"""

_DAY = """
UPDATE notices_dailymail SET lease_until = NULL, sent_at = %(sent_at)s
WHERE id = %(id)s AND attempts = %(token)s AND sent_at IS NULL
"""

_HOLD = "UPDATE notices_robotbucket SET held_until = %s WHERE robot_id = %s"


def mark_sent(parcel: Parcel, provider_id: str, now: datetime.datetime) -> int:
    """Returns how many rows were still this worker's."""
    if parcel.day_token is None:
        return _end(parcel.rows, Delivery.Status.SENT, sent_at=now, provider=provider_id)
    with transaction.atomic():
        _day(parcel, now)
        return _end(parcel.rows, Delivery.Status.SENT, sent_at=now, provider=provider_id)


def mark_refused(parcel: Parcel, error: SendError) -> int:
    _day(parcel, None)
    return _end(parcel.rows, Delivery.Status.DEAD, error=str(error))


def mark_ended(rows: Sequence[Row], status: str, words: str) -> int:
    """Rows that must not be sent any more."""
    return _end(rows, status, error=words)


def mark_waiting(parcel: Parcel, error: SendError, now: datetime.datetime) -> dict[str, int]:
    """Back to waiting with growing pauses, or dead after the last attempt; a robot is held as long. Counts by state."""
    least = error.pause if isinstance(error, TooMany) else A_MINUTE
    marks: list[tuple[Row, str, datetime.datetime | None]] = []
    for row in parcel.rows:
        pause = wait_after(row.token)
        state = str(Delivery.Status.DEAD if pause is None else Delivery.Status.PENDING)
        marks.append((row, state, None if pause is None else now + max(pause, least)))
    if parcel.robot_id is not None:
        longest = max((moment for *_, moment in marks if moment is not None), default=now + least)
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, [longest, parcel.robot_id])
    _day(parcel, None)
    marked = _mark(marks, error=str(error))
    counts: dict[str, int] = {}
    for _, state, _ in marks if marked == len(marks) else []:
        counts[state] = counts.get(state, 0) + 1
    return counts


def give_back(parcels: Sequence[Parcel], next_at: datetime.datetime) -> None:
    """Return parcels that were not tried; their attempt does not count."""
    rows = [row for parcel in parcels for row in parcel.rows]
    give_rows_back(rows, next_at)
    for parcel in parcels:
        _day(parcel, None)


def give_rows_back(rows: Sequence[Row], next_at: datetime.datetime) -> None:
    if rows:
        values: dict[str, Any] = {
            "ids": [str(row.pk) for row in rows],
            "tokens": [row.token for row in rows],
            "next_at": next_at,
        }
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, values)


def let_day_go(parcel: Parcel) -> None:
    """Nothing of the parcel is left to send: the person's day is open again."""
    _day(parcel, None)


def _day(parcel: Parcel, sent_at: datetime.datetime | None) -> None:
    if parcel.day_token is not None:
        with connection.cursor() as cursor:
            cursor.execute(_DAY, {"id": parcel.key, "token": parcel.day_token, "sent_at": sent_at})


def _end(rows: Sequence[Row], status: str, **words) -> int:
    return _mark([(row, status, None) for row in rows], **words)


def _mark(
    marks: Sequence[tuple[Row, str, datetime.datetime | None]],
    *,
    error: str = "",
    provider: str = "",
    sent_at: datetime.datetime | None = None,
) -> int:
    if not marks:
        return 0
    values: dict[str, Any] = {
        "ids": [str(row.pk) for row, _, _ in marks],
        "tokens": [row.token for row, _, _ in marks],
        "statuses": [str(status) for _, status, _ in marks],
        "moments": [moment for _, _, moment in marks],
        "error": error[:300],
        "provider": provider[:120],
        "sent_at": sent_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MARK, values)
        marked = cursor.rowcount
    if marked < len(marks):
        logger.warning("%s deliveries were taken over before they were marked", len(marks) - marked)
    return marked
