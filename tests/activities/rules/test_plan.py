"""Proposals and clashes without a database."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.rules.plan import Duty, Habit, Occupied, clashes, owed_periods, propose, room
from activities.rules.theme_day import ThemeDayRule, is_workday, year_of_theme_days

HABIT = Habit(time(15), time(16, 30), "党员活动室", chair_id=1)
RULE = ThemeDayRule()
ALL = 0xFFF


def lines(*duties, year=2026, start=date(2026, 1, 1), occupied=(), habits=None):
    periods = [period for duty in duties for period in owed_periods(duty, year)]
    return propose(
        periods,
        branch_id=1,
        year=year,
        start=start,
        habits=habits or {(duty.kind, duty.cell_id): HABIT for duty in duties},
        theme_days=year_of_theme_days(RULE, year),
        occupied=occupied,
    )


def on(day, start="15:00", end="16:30", place="党员活动室", chair=1, branch=1) -> Occupied:
    return Occupied(branch, day, time.fromisoformat(start), time.fromisoformat(end), place, chair, "另一个会")


def test_quarterly_meetings_stand_in_their_usual_months():
    found = lines(Duty("general_meeting", None, "quarter", ALL), Duty("party_lecture", None, "quarter", ALL))
    assert [line.day.month for line in found if line.kind == "general_meeting"] == [3, 5, 9, 11]
    assert [line.day.month for line in found if line.kind == "party_lecture"] == [2, 4, 8, 10]


def test_a_quarter_that_has_begun_uses_what_is_left_of_it():
    found = lines(Duty("general_meeting", None, "quarter", ALL), start=date(2026, 6, 1))
    assert [line.day.month for line in found] == [6, 9, 11]
    assert lines(Duty("org_life_meeting", None, "year", ALL), start=date(2027, 1, 1)) == []


def test_only_what_is_owed_is_proposed():
    assert [line.day.month for line in lines(Duty("committee_meeting", None, "month", 0b110))] == [2, 3]


def test_a_proposal_gives_way_and_the_theme_day_does_not():
    taken = [on(date(2026, 2, 10)), on(date(2026, 2, 5))]
    found = lines(
        Duty("committee_meeting", None, "month", 0b10), Duty("theme_day", None, "month", 0b10), occupied=taken
    )
    assert {line.kind: (line.day, line.moved) for line in found} == {
        "theme_day": (date(2026, 2, 5), False),
        "committee_meeting": (date(2026, 2, 11), True),
    }


def test_cells_of_one_room_get_days_of_their_own():
    found = lines(*(Duty("cell_meeting", cell, "month", 0b1000) for cell in (1, 2, 3)))
    assert len({line.day for line in found}) == 3


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (on(date(2026, 2, 10), "16:00", "17:00"), "同一地点"),
        (on(date(2026, 2, 10), place="党员 活动室", chair=2, branch=2), "同一地点"),
        (on(date(2026, 2, 10), place="礼堂"), "同一主持人"),
        (on(date(2026, 2, 10), place="礼堂", branch=2), None),
        (on(date(2026, 2, 10), "16:30", "17:00"), None),
        (on(date(2026, 2, 11)), None),
        (on(date(2026, 2, 10), place="礼堂", chair=None), None),
    ],
)
def test_what_clashes(other, reason):
    found = clashes(on(date(2026, 2, 10)), [other])
    assert [why for _, why in found] == ([reason] if reason else [])


def test_what_is_no_room():
    assert room("线上会议") == room("待定") == room(" ") == ""
    assert room("三楼 会议室") == room("三楼会议室")


@given(
    st.integers(2019, 2032),
    st.dates(date(2019, 1, 1), date(2032, 12, 31)),
    st.integers(1, 31),
    st.lists(st.integers(1, 28), max_size=8),
)
def test_whatever_stands_each_period_gets_one_day_of_its_own(year, start, day, taken):
    habit = Habit(time(15), time(16), "会议室", day=day, chair_id=1)
    duties = [Duty("theme_day", None, "month", ALL), Duty("committee_meeting", None, "month", ALL),
              Duty("general_meeting", None, "quarter", ALL), Duty("appraisal", None, "year", ALL)]  # fmt: skip
    found = lines(
        *duties,
        year=year,
        start=start,
        occupied=[on(date(year, 3, number)) for number in taken],
        habits={(duty.kind, None): habit for duty in duties},
    )
    assert len({line.period.key for line in found}) == len(found)
    for line in found:
        assert line.period.first <= line.day <= line.period.closes
        assert line.day >= start
        assert is_workday(line.day)
