"""The kinds of reminders: what is code about them, and what their rule says until a committee changes it.

One declaration is all that a kind needs: `register(ReminderKind(key=…))`, in `notices.reminder_table` or in an app's
`AppConfig.ready`. After every migration the rows that are missing in `ReminderRule` are written from here
(`fill_missing_rules`); rows that are there stay as they are. A key that nobody registered behaves as the defaults say.
"""

import datetime
from dataclasses import dataclass

from branch_portal.dates import local_datetime
from notices.rules.offsets import DAY, Offsets, parse_offsets

OFFICERS = "支委会成员；党小组的事项再加组长"


@dataclass(frozen=True, kw_only=True)
class ReminderKind:
    """How a kind behaves, and its row of the table that people read (docs/reminder-rules.md).

    `times`: the rule's first times in the words of `notices.rules.offsets`; `anchor`, `audience`, `text`, `until`: what
    they count from, who is told, what is said ({…} is filled in) and until when, in words. `at`: the local hour that
    "so many days before" counts from; `grace`: how long after the due day a reminder is still worth telling at least;
    `outside`: whether its words may leave the portal by mail (no names of people, no minutes in them). `at_once`: it
    answers something that has just happened, so it has no times to set; `before_only`: afterwards it is of no use.
    """

    key: str
    name: str = ""
    clause: str = ""
    anchor: str = ""
    times: str = "当天"
    audience: str = OFFICERS
    text: str = ""
    until: str = ""
    at: datetime.time = datetime.time(9)
    grace: datetime.timedelta = datetime.timedelta(days=1)
    outside: bool = True
    urgent: bool = False
    at_once: bool = False
    before_only: bool = False

    @property
    def offsets(self) -> Offsets:
        return parse_offsets(self.times)

    def last_call(self, due_on: datetime.date, offsets: Offsets) -> datetime.datetime:
        """From when on telling is useless: the grace is over, and the latest of the rule's moments two days past."""
        late = max(
            [-minutes for minutes in offsets.minutes]
            + [-31 * DAY * months for months in offsets.months]
            + [0]
        )
        after = datetime.timedelta(minutes=late + 2 * DAY) if late else self.grace
        return local_datetime(due_on) + max(self.grace, after)


_kinds: dict[str, ReminderKind] = {}


def register(kind: ReminderKind) -> ReminderKind:
    _kinds[kind.key] = kind
    return kind


def reminder_kind(key: str) -> ReminderKind:
    return _kinds.get(key) or ReminderKind(key=key)


def reminder_kinds() -> list[ReminderKind]:
    """All of them, in the order of the table."""
    return list(_kinds.values())


def inside_only() -> list[str]:
    """Keys of the kinds whose words never leave the portal."""
    return sorted(kind.key for kind in _kinds.values() if not kind.outside)
