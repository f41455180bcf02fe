"""The year plan: what a branch still owes in a year becomes proposals with day, time and place, and clashes are named.

Days follow habit: the theme day by the branch's rule, everything else on the day of the month on which it was last held,
moved off days off. Quarterly meetings stand in the months in which the field holds them (domain 11.2). A proposal gives
way to what already stands in the same room or under the same chair, except the theme day: its day is fixed.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from activities.rules.cadence import MONTH, YEAR, closing_day, months_of, periods_of
from activities.rules.kinds import (
    APPRAISAL,
    CELL_MEETING,
    COMMITTEE_MEETING,
    GENERAL_MEETING,
    KINDS,
    ORG_LIFE_MEETING,
    PARTY_LECTURE,
    THEME_DAY,
)
from activities.rules.theme_day import nearest_workday
from branch_portal.dates import local_datetime, month_bounds

#: (kind, cell id or None, number of the period): what stands once in a plan.
Key = tuple[str, int | None, int]

#: The month of each quarter in which the meeting is usually held (domain 11.2), and the day where there is no habit yet.
_MONTHS = {GENERAL_MEETING: (3, 5, 9, 11), PARTY_LECTURE: (2, 4, 8, 10)}
_DAYS = {
    GENERAL_MEETING: 20,
    PARTY_LECTURE: 25,
    COMMITTEE_MEETING: 10,
    CELL_MEETING: 18,
    ORG_LIFE_MEETING: 15,
    APPRAISAL: 22,
}
#: Places where any number may meet at once.
UNDECIDED = "待定"
_NO_ROOM = (UNDECIDED, "线上", "网上", "腾讯会议", "视频会议", "钉钉", "企业微信")
#: So many workdays a proposal gives way before it stays and is marked.
_GIVES_WAY = 10


@dataclass(frozen=True, slots=True)
class Habit:
    """How a kind is usually held: `day` of the month (None: never yet), times, place and chair."""

    start: time
    end: time
    place: str
    day: int | None = None
    chair_id: int | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """What is owed of one kind, by the branch or by one cell: length of its periods, and the months owed as a mask."""

    kind: str
    cell_id: int | None
    period: str
    owed: int


@dataclass(frozen=True, slots=True)
class Occupied:
    """A room and a chair that are taken for a time."""

    branch_id: int
    day: date
    start: time
    end: time
    place: str
    chair_id: int | None
    label: str


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a year that is owed once: from `first` until `closes` it may be held."""

    key: Key
    label: str
    title: str
    first: date
    closes: date
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One line of the plan. `moved` when the day differs from the rule's or the habit's because it was a day off or taken."""

    period: Period
    day: date
    habit: Habit
    moved: bool = False

    @property
    def kind(self) -> str:
        return self.period.key[0]


def owed_periods(duty: Duty, year: int) -> list[Period]:
    """The periods of the year in which the duty stands, in order."""
    found = []
    for index, first, last, mask in periods_of(duty.period, year):
        if not duty.owed & mask:
            continue
        label = "全年" if duty.period == YEAR else f"{index}月" if duty.period == MONTH else _quarter(index)
        name = KINDS[duty.kind].label
        title = f"{year}年度{name}" if duty.period == YEAR else f"{label}{name}"
        closes = closing_day(duty.period, last)
        months = tuple(months_of(mask))
        found.append(Period((duty.kind, duty.cell_id, index), label, title, first, closes, months))
    return found


def propose(
    periods: Iterable[Period],
    *,
    branch_id: int,
    year: int,
    start: date,
    habits: Mapping[tuple[str, int | None], Habit],
    theme_days: Sequence[date],
    occupied: Iterable[Occupied],
    overrides: Mapping[date, bool] | None = None,
) -> list[Proposal]:
    """A line for each period that still has a day from `start` on; the theme days first, because they are fixed."""
    taken: dict[date, list[Occupied]] = defaultdict(list)
    for one in occupied:
        taken[one.day].append(one)
    found = []
    for period in sorted(periods, key=lambda period: period.key[0] != THEME_DAY):
        kind, cell_id, _ = period.key
        habit = habits[kind, cell_id]
        for month in _order(period):
            wanted = _wanted(kind, habit, year, month, theme_days, overrides)
            if wanted < start:
                continue
            day = wanted if kind == THEME_DAY else _free(wanted, habit, branch_id, taken, overrides)
            line = Proposal(period, day, habit, moved=day != _named(kind, habit, year, month, wanted))
            taken[day].append(
                Occupied(branch_id, day, habit.start, habit.end, habit.place, habit.chair_id, period.title)
            )
            found.append(line)
            break
    return found


def clashes(one: Occupied, others: Iterable[Occupied]) -> list[tuple[Occupied, str]]:
    """What overlaps in the same room, or within the branch under the same chair, each with the reason in words."""
    found = []
    for other in others:
        if other.day != one.day or other.start >= one.end or one.start >= other.end:
            continue
        if room(one.place) and room(one.place) == room(other.place):
            found.append((other, "同一地点"))
        elif one.chair_id is not None and one.chair_id == other.chair_id and one.branch_id == other.branch_id:
            found.append((other, "同一主持人"))
    return found


def room(place: str) -> str:
    """A place by which two gatherings can be told to be in the same room; "" where it is none."""
    text = "".join(unicodedata.normalize("NFKC", place).split()).casefold()
    return "" if text.startswith(_NO_ROOM) else text


def moment(day: date, at: time) -> datetime:
    """The instant of a line of the plan."""
    return local_datetime(day, at)


def _quarter(index: int) -> str:
    return f"第{'一二三四'[index - 1]}季度"


def _order(period: Period) -> list[int]:
    """The months of a period, the likeliest first: the usual one, for a whole year from its end."""
    months = list(period.months)
    if len(months) == 12:
        return months[::-1]
    usual = set(_MONTHS.get(period.key[0], ())) & set(months)
    return [*usual, *(month for month in months if month not in usual)]


def _wanted(kind: str, habit: Habit, year: int, month: int, theme_days, overrides) -> date:
    if kind == THEME_DAY:
        return theme_days[month - 1]
    return nearest_workday(_by_habit(kind, habit, year, month), overrides)


def _by_habit(kind: str, habit: Habit, year: int, month: int) -> date:
    return date(year, month, min(habit.day or _DAYS[kind], month_bounds(year, month)[1].day))


def _named(kind: str, habit: Habit, year: int, month: int, wanted: date) -> date:
    """The day before anything moved it; whether a theme day was moved is its own rule's to say."""
    return wanted if kind == THEME_DAY else _by_habit(kind, habit, year, month)


def _free(
    wanted: date, habit: Habit, branch_id: int, taken: Mapping[date, list[Occupied]], overrides
) -> date:
    """The wanted day, or the next workday of its month on which nothing stands in the way."""
    last = month_bounds(wanted.year, wanted.month)[1]
    day = wanted
    for _ in range(_GIVES_WAY):
        if day > last:
            break
        asked = Occupied(branch_id, day, habit.start, habit.end, habit.place, habit.chair_id, "")
        if not clashes(asked, taken.get(day, ())):
            return day
        day += timedelta(days=1)
        while day <= last and nearest_workday(day, overrides) != day:
            day += timedelta(days=1)
    return wanted
