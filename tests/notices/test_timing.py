"""The arithmetic of moments, quiet hours and pauses."""

import datetime

import pytest

from branch_portal.dates import local_datetime
from notices.rules.timing import after_quiet_hours, due_times, wait_after

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


def test_offsets_before_and_after_the_anchor():
    assert due_times(NOON, [60, -30], now=NOON - 120 * MINUTE, not_after=FAR) == [
        (60, NOON - 60 * MINUTE),
        (-30, NOON + 30 * MINUTE),
    ]


def test_of_passed_moments_only_the_latest_stays():
    assert due_times(NOON, [90, 60, 30, 5], now=NOON - 20 * MINUTE, not_after=FAR) == [
        (30, NOON - 30 * MINUTE),
        (5, NOON - 5 * MINUTE),
    ]


def test_nothing_stays_once_it_is_useless():
    assert due_times(NOON, [60], now=NOON, not_after=NOON) == []
    assert due_times(NOON, [60, -30], now=NOON - 120 * MINUTE, not_after=NOON) == [(60, NOON - 60 * MINUTE)]
