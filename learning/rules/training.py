"""集中培训班: half-days and their minutes, what a mark earns, and how a class is shared out over calendar years (domain 6.2, 6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

PRESENT, LATE, LEAVE, ABSENT = "present", "late", "leave", "absent"
PERSONAL, SICK, OFFICIAL, OTHER = "personal", "sick", "official", "other"
MORNING, AFTERNOON = "am", "pm"
HALVES = (MORNING, AFTERNOON)

#: What a full day counts, by local practice; 8 is the commoner (domain 6.2).
DAY_HOURS = (8, 6)
MOST_DAYS = 60
MOST_MINUTES = 480

LEAVE_LABELS = {PERSONAL: "事假", SICK: "病假", OFFICIAL: "公假", OTHER: "其他请假"}
STATUS_LABELS = {PRESENT: "到课", LATE: "迟到", LEAVE: "请假", ABSENT: "缺席"}

#: Words of the typed line.
WORDS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("缺席", "缺勤", "缺课", "缺", "未到", "旷课", "无故缺席"), (ABSENT, "")),
    **dict.fromkeys(("事假", "因私", "请事假"), (LEAVE, PERSONAL)),
    **dict.fromkeys(("病假", "因病", "请病假"), (LEAVE, SICK)),
    **dict.fromkeys(("公假", "公差", "出差", "因公", "公出"), (LEAVE, OFFICIAL)),
    **dict.fromkeys(("请假", "其他", "其它", "其他请假", "其他假"), (LEAVE, OTHER)),
    **dict.fromkeys(("迟到", "晚到"), (LATE, "")),
    **dict.fromkeys(("到课", "到会", "出席", "实到", "出勤", "参加", "正常"), (PRESENT, "")),
}


@dataclass(frozen=True, slots=True)
class Attended:
    """What one mark earned: member, day, minutes."""

    member_id: int
    on_date: date
    minutes: int


@dataclass(frozen=True, slots=True)
class YearShare:
    """A member's minutes of a class in one calendar year; `last_on` is the last day attended in it."""

    member_id: int
    year: int
    last_on: date
    minutes: int


def mark_label(status: str, leave_type: str = "") -> str:
    """到课, 迟到, 事假 …"""
    return LEAVE_LABELS[leave_type] if status == LEAVE else STATUS_LABELS[status]


def half_days(first: date, last: date) -> Iterator[tuple[date, str]]:
    """Morning and afternoon of every day, both ends included."""
    day = first
    while day <= last:
        for half in HALVES:
            yield day, half
        day += timedelta(days=1)


def half_day_minutes(day_hours: int, minutes_per_hour: int) -> int:
    """Minutes of half a day that counts `day_hours`: 8 × 45 ÷ 2 = 180, rounded up so that a full day is never less."""
    return -(-day_hours * minutes_per_hour // 2)


def reason_owed(status: str, leave_type: str = "", reason: str = "") -> bool:
    """Absence owes a reason in words, and leave unless its kind already is one."""
    if reason.strip():
        return False
    return status == ABSENT or (status == LEAVE and leave_type not in {PERSONAL, SICK, OFFICIAL})


def earned_minutes(status: str, minutes: int, own_minutes: int | None = None) -> int:
    """Minutes of a mark on a half-day of `minutes`: all of them for who was there, the own ones for who came late and
    whose were written down, none for who was not."""
    if status == LATE and own_minutes is not None:
        return min(max(own_minutes, 0), minutes)
    return minutes if status in (PRESENT, LATE) else 0


def by_year(marks: Iterable[Attended]) -> list[YearShare]:
    """Each member's minutes per calendar year: every half-day belongs to the year that its day lies in (domain 6.2)."""
    sums: dict[tuple[int, int], tuple[date, int]] = {}
    for mark in marks:
        if mark.minutes <= 0:
            continue
        key = mark.on_date.year, mark.member_id
        last, minutes = sums.get(key, (mark.on_date, 0))
        sums[key] = max(last, mark.on_date), minutes + mark.minutes
    return [
        YearShare(member_id, year, last, minutes)
        for (year, member_id), (last, minutes) in sorted(sums.items())
    ]


def counts(statuses: Iterable[str]) -> Mapping[str, int]:
    """How often each status occurs, all of them named."""
    tally = dict.fromkeys(STATUS_LABELS, 0)
    for status in statuses:
        tally[status] += 1
    return tally
