"""When reminders are due, when outside channels keep quiet, and how long a failed send waits. Pure functions."""

import datetime
from collections.abc import Mapping, Sequence
from typing import TypeVar

from branch_portal.dates import local_datetime, to_local

#: No mail between these hours on the Shanghai clock, unless the rule is urgent (reliability 6.2).
QUIET_FROM, QUIET_UNTIL = datetime.time(21), datetime.time(8)
#: When the one mail of the day goes: what falls due at nine is in it.
DAILY_AT = datetime.time(9, 30)
MAX_ATTEMPTS = 12
#: Robots are barred beyond 20 messages a minute. A bucket of 5 that gains 15 a minute gives at most 20 in any minute.
BUCKET_SIZE, TOKENS_A_SECOND = 5.0, 15 / 60
#: More than this waiting for one robot become one message.
MOST_SINGLY = 5
Key = TypeVar("Key", int, str)
_LONGEST_WAIT = 60


def due_times(
    anchor: datetime.datetime,
    offsets_minutes: Sequence[int],
    *,
    now: datetime.datetime,
    not_after: datetime.datetime,
) -> list[tuple[int, datetime.datetime]]:
    """(offset, moment) of every reminder still worth keeping, in order of time.

    Offsets are minutes before the anchor, negative ones after it. Of those whose moment has passed only the latest stays:
    it is told at once, and the earlier ones would say the same.
    """
    moments = {offset: anchor - datetime.timedelta(minutes=offset) for offset in offsets_minutes}
    return worth_keeping(moments, now=now, not_after=not_after)


def worth_keeping(
    moments: Mapping[Key, datetime.datetime], *, now: datetime.datetime, not_after: datetime.datetime
) -> list[tuple[Key, datetime.datetime]]:
    """Those still ahead and the latest of those passed, in order of time; none once it is too late."""
    if now >= not_after:
        return []
    alive = sorted((pair for pair in moments.items() if pair[1] < not_after), key=lambda pair: pair[1])
    passed = [pair for pair in alive if pair[1] <= now]
    return passed[-1:] + [pair for pair in alive if pair[1] > now]


def after_quiet_hours(moment: datetime.datetime, *, urgent: bool) -> datetime.datetime:
    """The moment itself, or eight o'clock in the morning when it falls into the quiet hours."""
    local = to_local(moment)
    if urgent or QUIET_UNTIL <= local.time() < QUIET_FROM:
        return moment
    morning = local.date() if local.time() < QUIET_UNTIL else local.date() + datetime.timedelta(days=1)
    return local_datetime(morning, QUIET_UNTIL)


def next_daily(moment: datetime.datetime) -> datetime.datetime:
    """When the mail of the day goes that collects what is told at this moment."""
    day = to_local(moment).date()
    today = local_datetime(day, DAILY_AT)
    return today if moment <= today else local_datetime(day + datetime.timedelta(days=1), DAILY_AT)


def wait_after(attempts: int) -> datetime.timedelta | None:
    """How long to wait after that many failed attempts: 1, 2, 4 … 60 minutes; None: give up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return datetime.timedelta(minutes=min(2 ** max(attempts - 1, 0), _LONGEST_WAIT))
