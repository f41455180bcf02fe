"""Taking what waits: each claim is one short transaction, leaves a lease, and raises the fencing number of its rows.

What goes out as one message is a parcel: one delivery, or all of a person's for the mail of the day, or those of a robot
that has more waiting than a group wants to read one by one.
"""

import datetime
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction

from branch_portal.dates import today_shanghai
from notices.channels import CHANNELS
from notices.faults import lease_seconds
from notices.models import Delivery
from notices.rules.timing import (
    BUCKET_SIZE,
    MAX_ATTEMPTS,
    MOST_SINGLY,
    TOKENS_A_SECOND,
    next_daily,
)

LEASE = datetime.timedelta(seconds=lease_seconds(120))
BATCH = 20
_MOST_IN_DIGEST = 100
_DIGEST = uuid.UUID("6b1f0a1c-9a83-4a4e-8d3f-6f6f1d0f7a10")

_SINGLE = """
WITH picked AS (
    SELECT id FROM notices_delivery
    WHERE status = 'pending' AND next_at <= %(now)s AND channel = %(channel)s AND NOT daily
    ORDER BY next_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE notices_delivery row SET status = 'sending', attempts = attempts + 1, next_at = NULL, lease_until = %(lease)s
FROM picked WHERE row.id = picked.id
RETURNING row.id, row.attempts, row.slot_id, row.recipient_id
"""

# A person whose mail of today has gone waits for tomorrow's.
_TOMORROW = """
UPDATE notices_delivery row SET next_at = %(next_daily)s
WHERE row.id IN (
    SELECT late.id FROM notices_delivery late
    JOIN notices_dailymail mail ON mail.recipient_id = late.recipient_id AND mail.day = %(day)s AND mail.sent_at IS NOT NULL
    WHERE late.status = 'pending' AND late.daily AND late.next_at <= %(now)s
    FOR UPDATE OF late SKIP LOCKED
)
"""

# The row of the day is the lock: whoever opens it, or takes it over from a dead worker, sends that day's mail.
_OPEN_DAYS = """
INSERT INTO notices_dailymail AS mail (id, recipient_id, day, attempts, lease_until)
SELECT gen_random_uuid(), recipient_id, %(day)s, 1, %(lease)s FROM (
    SELECT row.recipient_id FROM notices_delivery row
    LEFT JOIN notices_dailymail held ON held.recipient_id = row.recipient_id AND held.day = %(day)s
    WHERE row.status = 'pending' AND row.daily AND row.next_at <= %(now)s AND row.channel = %(channel)s
      AND held.sent_at IS NULL AND (held.lease_until IS NULL OR held.lease_until < %(now)s)
    GROUP BY row.recipient_id ORDER BY min(row.next_at) LIMIT %(most)s
) due ORDER BY recipient_id
ON CONFLICT (recipient_id, day) DO UPDATE SET lease_until = excluded.lease_until, attempts = mail.attempts + 1
    WHERE mail.sent_at IS NULL AND (mail.lease_until IS NULL OR mail.lease_until < %(now)s)
RETURNING mail.id, mail.recipient_id, mail.attempts
"""

_OF_THE_DAY = """
WITH picked AS (
    SELECT id FROM notices_delivery
    WHERE recipient_id = ANY(%(people)s) AND status = 'pending' AND daily AND next_at <= %(now)s AND channel = %(channel)s
    FOR UPDATE SKIP LOCKED
)
UPDATE notices_delivery row SET status = 'sending', attempts = attempts + 1, next_at = NULL, lease_until = %(lease)s
FROM picked WHERE row.id = picked.id
RETURNING row.id, row.attempts, row.slot_id, row.recipient_id
"""

# One parcel for each robot that has a token and is not held: one row, or all of them when they are many.
_ROBOTS = """
WITH due AS (
    SELECT row.robot_id, count(*) AS waiting, min(row.next_at) AS oldest FROM notices_delivery row
    LEFT JOIN notices_robotbucket bucket ON bucket.robot_id = row.robot_id
    WHERE row.status = 'pending' AND row.next_at <= %(now)s AND row.channel = %(channel)s
      AND row.robot_id <> ALL(%(busy)s)
      AND (bucket.robot_id IS NULL OR ({full}) >= 1 AND (bucket.held_until IS NULL OR bucket.held_until <= %(now)s))
    GROUP BY row.robot_id ORDER BY oldest LIMIT %(most)s
), paid AS (
    INSERT INTO notices_robotbucket AS bucket (robot_id, tokens, filled_at)
    SELECT robot_id, %(size)s - 1, %(now)s FROM due ORDER BY robot_id
    ON CONFLICT (robot_id) DO UPDATE SET tokens = ({full}) - 1, filled_at = %(now)s
        WHERE ({full}) >= 1 AND (bucket.held_until IS NULL OR bucket.held_until <= %(now)s)
    RETURNING bucket.robot_id
), picked AS (
    SELECT one.id FROM paid JOIN due USING (robot_id) CROSS JOIN LATERAL (
        SELECT id FROM notices_delivery
        WHERE robot_id = paid.robot_id AND status = 'pending' AND next_at <= %(now)s
        ORDER BY next_at, id LIMIT CASE WHEN due.waiting > %(singly)s THEN %(digest)s ELSE 1 END
        FOR UPDATE SKIP LOCKED
    ) one
)
UPDATE notices_delivery row SET status = 'sending', attempts = attempts + 1, next_at = NULL, lease_until = %(lease)s
FROM picked WHERE row.id = picked.id
RETURNING row.id, row.attempts, row.slot_id, row.robot_id
""".replace(
    "{full}",
    "least(%(size)s, bucket.tokens + %(rate)s * greatest(extract(epoch FROM %(now)s - bucket.filled_at), 0))",
)


@dataclass(frozen=True)
class Row:
    """A delivery that this worker holds as long as `token` is the row's number of attempts."""

    pk: uuid.UUID
    token: int
    slot_id: int


@dataclass(frozen=True)
class Parcel:
    """What goes out as one message, to a person or a robot. `day_token`: the fencing number of the mail of the day."""

    channel: str
    key: str
    rows: tuple[Row, ...]
    lease_until: datetime.datetime
    recipient_id: int | None = None
    robot_id: int | None = None
    day_token: int | None = None

    def only(self, rows: list[Row]) -> "Parcel":
        return replace(self, rows=tuple(rows))


def claim(
    channel: str, now: datetime.datetime, most: int, busy: frozenset[int] = frozenset()
) -> list[Parcel]:
    """Up to `most` parcels of the channel, the oldest first; `busy` robots are left alone."""
    values = {"now": now, "lease": now + LEASE, "channel": channel, "most": most}
    if CHANNELS[channel].to_robots:
        return _claim_robots(values, busy)
    found = _claim_singles(values)
    if len(found) < most:
        found += _claim_days({**values, "most": most - len(found), "day": today_shanghai(now)})
    return found


def reap_expired_leases(now: datetime.datetime) -> int:
    """Give back what dead workers held; whether it went out is unknown. Returns how many.

    After the last attempt it stays unknown, a visible end.
    """
    lost = Delivery.objects.filter(status=Delivery.Status.SENDING, lease_until__lt=now)
    words = {"lease_until": None, "last_error": "发送中断，结果不明"}
    given_up = lost.filter(attempts__gte=MAX_ATTEMPTS).update(status=Delivery.Status.UNKNOWN, **words)
    return given_up + lost.filter(attempts__lt=MAX_ATTEMPTS).update(
        status=Delivery.Status.PENDING, next_at=now, **words
    )


def _claim_singles(values: dict[str, Any]) -> list[Parcel]:
    return [
        Parcel(
            values["channel"], str(pk), (Row(pk, token, slot_id),), values["lease"], recipient_id=recipient
        )
        for pk, token, slot_id, recipient in _run(_SINGLE, values)
    ]


def _claim_days(values: dict[str, Any]) -> list[Parcel]:
    values = values | {"next_daily": next_daily(values["now"] + datetime.timedelta(seconds=1))}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_TOMORROW, values)
        days = {recipient: (mail, token) for mail, recipient, token in _run(_OPEN_DAYS, values)}
        if not days:
            return []
        rows: dict[int, list[Row]] = {}
        for pk, token, slot_id, recipient in _run(_OF_THE_DAY, {**values, "people": list(days)}):
            rows.setdefault(recipient, []).append(Row(pk, token, slot_id))
        _let_go([mail for recipient, (mail, _) in days.items() if recipient not in rows])
    return [
        Parcel(
            values["channel"],
            str(days[recipient][0]),
            tuple(rows[recipient]),
            values["lease"],
            recipient_id=recipient,
            day_token=days[recipient][1],
        )
        for recipient in rows
    ]


def _claim_robots(values: dict[str, Any], busy: frozenset[int]) -> list[Parcel]:
    rows: dict[int, list[Row]] = {}
    limits = {"size": BUCKET_SIZE, "rate": TOKENS_A_SECOND, "singly": MOST_SINGLY, "digest": _MOST_IN_DIGEST}
    for pk, token, slot_id, robot in _run(_ROBOTS, {**values, **limits, "busy": list(busy)}):
        rows.setdefault(robot, []).append(Row(pk, token, slot_id))
    return [
        Parcel(values["channel"], _key(of_robot), tuple(of_robot), values["lease"], robot_id=robot)
        for robot, of_robot in rows.items()
    ]


def _key(rows: list[Row]) -> str:
    """The same for the same deliveries, so that a robot's readers can tell a copy."""
    if len(rows) == 1:
        return str(rows[0].pk)
    return str(uuid.uuid5(_DIGEST, ",".join(sorted(str(row.pk) for row in rows))))


def _let_go(mails: list[uuid.UUID]) -> None:
    """Give back days whose rows somebody else was just changing."""
    if mails:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE notices_dailymail SET lease_until = NULL WHERE id = ANY(%s::uuid[])",
                [[str(mail) for mail in mails]],
            )


def _run(sql: str, values: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
