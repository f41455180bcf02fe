"""The arithmetic of moments, quiet hours and pauses."""

import datetime

import pytest

from branch_portal.dates import local_datetime
from notices.rules.timing import Earlier, after_quiet_hours, moments, wait_after, worth_keeping

NOON = local_datetime(datetime.date(2030, 5, 15), datetime.time(12))
MINUTE = datetime.timedelta(minutes=1)
FAR = NOON + datetime.timedelta(days=60)


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60), (11, 60), (12, None), (13, None)],
)
def test_pauses_grow_to_an_hour_and_end_after_twelve(attempts, minutes):
    assert wait_after(attempts) == (None if minutes is None else minutes * MINUTE)


@pytest.mark.parametrize(
    ("clock", "quiet_until"),
    [("20:59", None), ("21:00", "16 08:00"), ("23:30", "16 08:00"), ("00:00", "15 08:00"), ("07:59", "15 08:00"), ("08:00", None)],
)  # fmt: skip
def test_quiet_hours_end_at_eight_in_shanghai(clock, quiet_until):
    moment = local_datetime(datetime.date(2030, 5, 15), datetime.time.fromisoformat(clock))
    if quiet_until is None:
        expected = moment
    else:
        day, hour = quiet_until.split()
        expected = local_datetime(datetime.date(2030, 5, int(day)), datetime.time.fromisoformat(hour))
    assert after_quiet_hours(moment, urgent=False) == expected
    assert after_quiet_hours(moment, urgent=True) == moment


def kept(offsets, *, now, not_after=FAR, **more):
    return worth_keeping(moments(NOON, offsets), now=now, not_after=not_after, **more)


def test_offsets_before_and_after_the_anchor():
    assert kept([60, -30], now=NOON - 120 * MINUTE) == [
        ("60", NOON - 60 * MINUTE),
        ("-30", NOON + 30 * MINUTE),
    ]


def test_months_are_calendar_months_at_the_same_local_hour():
    anchor = local_datetime(datetime.date(2030, 3, 31), datetime.time(9))
    assert moments(anchor, [], [1, 6]) == {
        "1m": local_datetime(datetime.date(2030, 2, 28), datetime.time(9)),
        "6m": local_datetime(datetime.date(2029, 9, 30), datetime.time(9)),
    }


def test_of_passed_moments_only_the_latest_stays():
    assert kept([90, 60, 30, 5], now=NOON - 20 * MINUTE) == [
        ("30", NOON - 30 * MINUTE),
        ("5", NOON - 5 * MINUTE),
    ]


def test_nothing_stays_once_it_is_useless():
    assert kept([60], now=NOON, not_after=NOON) == []
    assert kept([60, -30], now=NOON - 120 * MINUTE, not_after=NOON) == [("60", NOON - 60 * MINUTE)]


def test_what_was_told_later_is_not_made_up_for():
    now, told = NOON - 20 * MINUTE, Earlier(told_until=NOON - 30 * MINUTE)
    assert kept([60], now=now, earlier=told) == []
    assert kept([60, 25], now=now, earlier=told) == [("25", NOON - 25 * MINUTE)]


def test_a_changed_rule_makes_up_for_nothing_that_was_told():
    now, told = NOON - 20 * MINUTE, Earlier(told_until=NOON - 60 * MINUTE)
    assert kept([25, 5], now=now, earlier=told, changed_at=now) == [("5", NOON - 5 * MINUTE)]
    assert kept([25, 5], now=now, changed_at=now)[0] == ("25", NOON - 25 * MINUTE)  # nobody knows yet
    waiting = Earlier(told.told_until, frozenset({"25"}))  # was due before the change and goes out
    assert kept([25, 5], now=now, earlier=waiting, changed_at=now)[0] == ("25", NOON - 25 * MINUTE)
