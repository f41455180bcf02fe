from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.rules.theme_day import (
    ThemeDayRule,
    UploadedDays,
    is_festival,
    is_workday,
    planned_day,
    theme_day,
    year_of_theme_days,
)
from branch_portal.dates import month_bounds

FIFTH = ThemeDayRule()
FIRST_FRIDAY = ThemeDayRule("nth_weekday", nth=1, weekday=5)


@pytest.mark.parametrize(
    ("rule", "year", "month", "expected"),
    [
        (FIFTH, 2026, 1, date(2026, 1, 5)),
        (FIFTH, 2026, 4, date(2026, 4, 7)),  # Sunday inside the Qingming holiday
        (FIFTH, 2026, 5, date(2026, 5, 6)),  # May holiday to the 5th
        (FIFTH, 2026, 7, date(2026, 7, 6)),  # Sunday
        (FIFTH, 2026, 10, date(2026, 10, 8)),  # National Day holiday
        (FIRST_FRIDAY, 2026, 4, date(2026, 4, 3)),
        (FIRST_FRIDAY, 2026, 5, date(2026, 5, 6)),
        (ThemeDayRule("nth_weekday", nth=-1, weekday=5), 2026, 4, date(2026, 4, 24)),
        (ThemeDayRule("nth_weekday", nth=5, weekday=1), 2026, 4, date(2026, 4, 27)),
        (ThemeDayRule(day=31), 2026, 6, date(2026, 6, 30)),
        (
            ThemeDayRule(day=31),
            2026,
            2,
            date(2026, 2, 28),
        ),  # Saturday worked in exchange for the Spring Festival
        (ThemeDayRule(day=31), 2026, 5, date(2026, 5, 29)),  # Sunday: no workday after it in May
        (ThemeDayRule(day=31, shift="none"), 2026, 5, date(2026, 5, 31)),
        (ThemeDayRule("nth_weekday", nth=2, weekday=6), 2026, 5, date(2026, 5, 9)),  # a Saturday on purpose
        (
            ThemeDayRule("nth_weekday", nth=1, weekday=6),
            2026,
            5,
            date(2026, 5, 6),
        ),  # … but not in the holiday
        (ThemeDayRule(shift="previous_workday"), 2026, 7, date(2026, 7, 3)),
        (
            ThemeDayRule(day=1, shift="previous_workday"),
            2026,
            8,
            date(2026, 8, 3),
        ),  # none before it in August
        (FIFTH, 2031, 4, date(2031, 4, 7)),  # no data: the weekend alone
        (FIFTH, 2031, 10, date(2031, 10, 6)),
        (ThemeDayRule("nth_weekday", nth=1, weekday=7), 2031, 10, date(2031, 10, 5)),
    ],
)
def test_theme_day(rule, year, month, expected):
    assert theme_day(rule, year, month) == expected


def test_uploaded_table_comes_first():
    off = {date(2031, 10, day): False for day in range(1, 8)} | {date(2031, 10, 11): True}
    assert theme_day(FIFTH, 2031, 10, off) == date(2031, 10, 8)
    assert is_workday(date(2031, 10, 11), off) is True
    assert theme_day(FIFTH, 2026, 1, {date(2026, 1, 5): False}) == date(2026, 1, 6)
    sunday = ThemeDayRule("nth_weekday", nth=1, weekday=7)
    assert theme_day(sunday, 2031, 10, off) == date(2031, 10, 8)


def test_month_without_any_workday_keeps_the_planned_day():
    off = {date(2031, 10, day): False for day in range(1, 32)}
    assert theme_day(FIFTH, 2031, 10, off) == date(2031, 10, 5)


@pytest.mark.parametrize(
    ("rule", "label"),
    [
        (FIFTH, "每月5日，遇节假日顺延"),
        (FIRST_FRIDAY, "每月第一个周五，遇节假日顺延"),
        (ThemeDayRule("nth_weekday", nth=-1, weekday=3, shift="none"), "每月最后一个周三"),
    ],
)
def test_label(rule, label):
    assert rule.label == label


@pytest.mark.parametrize(
    "change", [{"kind": "week"}, {"shift": "back"}, {"day": 0}, {"nth": 6}, {"weekday": 8}]
)
def test_impossible_rules_are_refused(change):
    with pytest.raises(ValueError, match=r"theme day|no such day"):
        ThemeDayRule(**change)


RULES = st.builds(
    ThemeDayRule,
    kind=st.sampled_from(["day_of_month", "nth_weekday"]),
    day=st.integers(1, 31),
    nth=st.sampled_from([1, 2, 3, 4, 5, -1]),
    weekday=st.integers(1, 7),
    shift=st.sampled_from(["next_workday", "previous_workday", "none"]),
)


@given(
    RULES,
    st.integers(2006, 2040),
    st.dictionaries(st.dates(date(2006, 1, 1), date(2040, 12, 31)), st.booleans(), max_size=40),
    st.booleans(),
)
def test_any_rule_names_one_day_a_month_and_never_a_holiday(rule, year, listed, uploaded):
    """Whatever is uploaded: twelve days, each in its month, off holidays, and on the side that the rule names."""
    known = UploadedDays(
        {day: on for day, on in listed.items() if day.year == year}, years=[year] if uploaded else []
    )
    days = year_of_theme_days(rule, year, known)
    assert [(day.year, day.month) for day in days] == [(year, month) for month in range(1, 13)]
    for day in days:
        planned = planned_day(rule, year, day.month)
        if rule.shift == "none":
            assert day == planned
            continue
        weekend = rule.kind == "nth_weekday" and rule.weekday >= 6
        assert is_workday(day, known) or (weekend and day == planned and not is_festival(day, known))
        if day == planned:
            continue
        first, last = month_bounds(year, day.month)
        asked, other = (range(1, 32), range(-1, -32, -1))
        if rule.shift == "previous_workday":
            asked, other = other, asked
        order = [planned + timedelta(days=offset) for offset in (*asked, *other)]
        assert day == next(one for one in order if first <= one <= last and is_workday(one, known))


@given(
    st.builds(
        ThemeDayRule,
        kind=st.sampled_from(["day_of_month", "nth_weekday"]),
        day=st.integers(1, 31),
        nth=st.sampled_from([1, 2, 3, 4, 5, -1]),
        weekday=st.integers(1, 5),
    ),
    st.integers(2019, 2032),
)
def test_every_month_has_its_own_workday(rule, year):
    days = year_of_theme_days(rule, year)
    assert [(day.year, day.month) for day in days] == [(year, month) for month in range(1, 13)]
    assert all(is_workday(day) for day in days)
    for day in days:
        planned = planned_day(rule, year, day.month)
        between = [planned + timedelta(days=offset) for offset in range((day - planned).days)]
        assert not any(is_workday(skipped) for skipped in between)
