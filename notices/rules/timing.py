"""When reminders are due, when outside channels keep quiet, and how long a failed send waits. Pure functions."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from branch_portal.dates import add_months, local_datetime, to_local

#: No mail between these hours on the Shanghai clock, unless the rule is urgent (reliability 6.2).
QUIET_FROM, QUIET_UNTIL = datetime.time(21), datetime.time(8)
#: When the one mail of the day goes: what falls due at nine is in it.
DAILY_AT = datetime.time(9, 30)
MAX_ATTEMPTS = 12
#: Robots are barred beyond 20 messages a minute. A bucket of 5 that gains 15 a minute gives at most 20 in any minute.
BUCKET_SIZE, TOKENS_A_SECOND = 5.0, 15 / 60
#: More than this waiting for one robot become one message.
MOST_SINGLY = 5
_LONGEST_WAIT = 60


def moments(
    anchor: datetime.datetime, offsets_minutes: Iterable[int], offsets_months: Iterable[int] = ()
) -> dict[str, datetime.datetime]:
    """Every moment of a rule by the name that it has in the due key.

    Minutes count back from the anchor, negative ones forward; months are calendar months at the anchor's local hour.
    """
    local = to_local(anchor)
    return {f"{minutes}": anchor - datetime.timedelta(minutes=minutes) for minutes in offsets_minutes} | {
        f"{months}m": local_datetime(add_months(local.date(), -months), local.time())
        for months in offsets_months
    }


@dataclass(frozen=True, slots=True)
class Earlier:
    """What became of a thing's earlier reminders: the latest moment that was told, and the names of those that wait."""

    told_until: datetime.datetime | None = None
    waiting: frozenset[str] = frozenset()


def worth_keeping(
    moments: Mapping[str, datetime.datetime],
    *,
    now: datetime.datetime,
    not_after: datetime.datetime,
    earlier: Earlier = Earlier(),
    changed_at: datetime.datetime | None = None,
) -> list[tuple[str, datetime.datetime]]:
    """Those still ahead and the latest of those passed, in order of time; none once it is too late.

    The passed one is told at once, and the ones before it would say the same. It is left out when the thing has been told
    at that moment or later, and when the rule got that moment only after it had passed (`changed_at`): changing a rule
    tells nobody twice.
    """
    if now >= not_after:
        return []
    alive = sorted((pair for pair in moments.items() if pair[1] < not_after), key=lambda pair: pair[1])
    passed = [pair for pair in alive if pair[1] <= now][-1:]
    if passed and earlier.told_until is not None:
        name, moment = passed[0]
        late = changed_at is not None and moment <= changed_at and name not in earlier.waiting
        if moment <= earlier.told_until or late:
            passed = []
    return passed + [pair for pair in alive if pair[1] > now]


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
