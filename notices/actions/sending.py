"""Outside channels: claim with a lease, look again, send outside any transaction, mark with a fencing token (G2).

`attempts` is the token: whoever claims a row raises it, and a worker that lost its lease marks nothing, because the row no
longer carries its number. A row whose worker died goes back to waiting when the lease runs out.
"""

import datetime
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F

from branch_portal.dates import today_shanghai
from notices.audiences import RECIPIENTS, parameters
from notices.channels import CHANNELS
from notices.channels.base import Channel, ChannelDown, Message, Refused, SendError
from notices.channels.deadline import Overtime, send_within
from notices.faults import crash_point, lease_seconds
from notices.models import Delivery, ReminderSlot
from notices.rules.timing import MAX_ATTEMPTS, after_quiet_hours, wait_after

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime.datetime]
LEASE = datetime.timedelta(seconds=lease_seconds(120))
BATCH = 20
DEADLINE = 10.0
#: A send starts only when it would end this long before the lease does, so no successor overlaps it.
_BEFORE_LEASE_END = datetime.timedelta(seconds=DEADLINE + 10)
_WHEN_DOWN = datetime.timedelta(minutes=1)

_CLAIM = """
WITH picked AS (
    SELECT id FROM notices_delivery
    WHERE status = 'pending' AND next_at <= %(now)s AND channel = %(channel)s
    ORDER BY next_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE notices_delivery row SET status = 'sending', attempts = attempts + 1, next_at = NULL, lease_until = %(lease)s
FROM picked WHERE row.id = picked.id
RETURNING row.id, row.attempts, row.slot_id
"""

_LOOK = f"""
WITH {RECIPIENTS}
SELECT slot.state, slot.not_after, rule.enabled AND rule.email, rule.urgent, slot.title, slot.body, slot.link, meant.email
FROM notices_delivery delivery
JOIN notices_reminderslot slot ON slot.id = delivery.slot_id
JOIN notices_reminderrule rule ON rule.id = slot.rule_id
LEFT JOIN meant ON meant.slot_id = slot.id AND meant.user_id = delivery.recipient_id
WHERE delivery.id = %(id)s AND delivery.status = 'sending' AND delivery.attempts = %(token)s
"""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this worker holds until `lease_until`, as long as `token` is the row's."""

    pk: uuid.UUID
    token: int
    slot_id: int
    lease_until: datetime.datetime


def reap_expired_leases(clock: Clock) -> int:
    """Give back what dead workers held; whether it went out is unknown. Returns how many.

    After the last attempt it stays unknown, a visible end.
    """
    now = clock()
    lost = Delivery.objects.filter(status=Delivery.Status.SENDING, lease_until__lt=now)
    words = {"lease_until": None, "last_error": "发送中断，结果不明"}
    given_up = lost.filter(attempts__gte=MAX_ATTEMPTS).update(status=Delivery.Status.UNKNOWN, **words)
    return given_up + lost.filter(attempts__lt=MAX_ATTEMPTS).update(
        status=Delivery.Status.PENDING, next_at=now, **words
    )


def send_waiting(clock: Clock, until: datetime.datetime, *, deadline: float = DEADLINE) -> dict[str, int]:
    """Send what waits, batch by batch, starting no send after `until`. Returns how many ended in which state."""
    counts: dict[str, int] = {}
    for name, channel_class in CHANNELS.items():
        while clock() < until:
            crash_point("before_claim")
            claimed = claim_batch(name, clock())
            if not claimed:
                break
            crash_point("after_claim")
            if not _send_batch(channel_class, claimed, clock, until, deadline, counts):
                break
    return counts


def claim_batch(channel: str, now: datetime.datetime) -> list[Claimed]:
    """Take up to a batch of waiting rows, the oldest first, in a transaction that ends here."""
    lease_until = now + LEASE
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "lease": lease_until, "channel": channel, "most": BATCH})
        return [Claimed(pk, token, slot_id, lease_until) for pk, token, slot_id in cursor.fetchall()]


def _send_batch(
    channel_class: type[Channel],
    batch: list[Claimed],
    clock: Clock,
    until: datetime.datetime,
    deadline: float,
    counts: dict[str, int],
) -> bool:
    """Send one batch; False when the channel is out of order, so that the rest waits instead of failing too."""
    channel = channel_class()
    try:
        for index, one in enumerate(batch):
            if clock() > min(until, one.lease_until - _BEFORE_LEASE_END):
                _give_back(batch[index:], clock())
                break
            try:
                status = _send_one(channel, one, clock, deadline)
            except Overtime as error:  # its thread may still hold the connection: leave both behind
                channel = channel_class()
                status = _wait(one, error, clock())
            except ChannelDown as error:
                status = _wait(one, error, clock())
                _give_back(batch[index + 1 :], clock() + _WHEN_DOWN)
                return False
            finally:
                crash_point("after_mark")
            counts[status] = counts.get(status, 0) + 1
    finally:
        channel.close()
    return True


def _send_one(channel: Channel, one: Claimed, clock: Clock, deadline: float) -> str:
    """Look again, send, mark; returns the state that the row has now. Raises Overtime and ChannelDown."""
    message = _look_again(one, clock())
    if isinstance(message, str):
        return message
    try:
        provider_id = send_within(channel, message, deadline)
    except (Overtime, ChannelDown):
        raise
    except Refused as error:
        return _end(one, Delivery.Status.DEAD, last_error=str(error))
    except SendError as error:
        return _wait(one, error, clock())
    crash_point("after_send")
    return _end(one, Delivery.Status.SENT, sent_at=clock(), provider_id=provider_id[:120], last_error="")


def _look_again(one: Claimed, now: datetime.datetime) -> Message | str:
    """The message as it is right now, or the state in which the row has just ended because it must not be sent (G5, G6)."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LOOK, {**parameters([one.slot_id], today_shanghai(now)), "id": one.pk, "token": one.token}
        )
        row = cursor.fetchone()
    if row is None:
        return "lost"
    state, not_after, wanted, urgent, title, body, link, address = row
    if state == ReminderSlot.State.CANCELLED:
        return _end(one, Delivery.Status.CANCELLED)
    if now >= not_after:
        return _end(one, Delivery.Status.EXPIRED, last_error="已过时，未发送")
    if not wanted or not address:
        return _end(one, Delivery.Status.SUPPRESSED, last_error="提醒已停用，或收件人已不在发送范围")
    quiet_until = after_quiet_hours(now, urgent=urgent)
    if quiet_until > now:
        _give_back([one], quiet_until)
        return Delivery.Status.PENDING
    return Message(key=str(one.pk), address=address, title=title, body=body, link=link)


def _own(one: Claimed):
    """The row while it is still this worker's."""
    return Delivery.objects.filter(pk=one.pk, status=Delivery.Status.SENDING, attempts=one.token)


def _end(one: Claimed, status: str, **fields) -> str:
    marked = _own(one).update(status=status, lease_until=None, next_at=None, **fields)
    if not marked:
        logger.warning("delivery %s was taken over before it was marked %s", one.pk, status)
        return "lost"
    return str(status)


def _wait(one: Claimed, error: SendError, now: datetime.datetime) -> str:
    """Back to waiting with a growing pause, or dead after the last attempt."""
    pause = wait_after(one.token)
    if pause is None:
        return _end(one, Delivery.Status.DEAD, last_error=str(error))
    marked = _own(one).update(
        status=Delivery.Status.PENDING, lease_until=None, next_at=now + pause, last_error=str(error)
    )
    return str(Delivery.Status.PENDING) if marked else "lost"


def _give_back(batch: list[Claimed], next_at: datetime.datetime) -> None:
    """Return rows that were not tried; their attempt does not count."""
    for one in batch:
        _own(one).update(
            status=Delivery.Status.PENDING, lease_until=None, next_at=next_at, attempts=F("attempts") - 1
        )
