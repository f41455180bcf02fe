"""Days that a branch prepares for, at their boundaries."""

from datetime import date

import pytest

from members.rules.milestones import birthday_in, confirmation_due, fifty_years_by, reaches


@pytest.mark.parametrize(
    ("admitted", "year", "month", "day"),
    [
        (date(2001, 7, 1), 2026, 7, date(2026, 7, 1)),
        (date(2001, 7, 1), 2026, 6, None),
        (date(2026, 7, 1), 2026, 7, None),
        (date(2024, 2, 29), 2026, 2, date(2026, 2, 28)),
        (date(2024, 2, 29), 2028, 2, date(2028, 2, 29)),
    ],
)
def test_political_birthdays(admitted, year, month, day):
    assert birthday_in(admitted, year, month) == day


@pytest.mark.parametrize(
    ("confirmed", "correction", "day"),
    [
        (date(1976, 7, 1), 0, date(2026, 7, 1)),
        (date(1976, 7, 2), 0, None),
        (date(1975, 7, 1), 0, None),
        (date(1975, 7, 2), 0, date(2025, 7, 2)),
        (date(1978, 3, 1), 2, date(2026, 3, 1)),
        (date(1975, 3, 1), -1, date(2026, 3, 1)),
        (None, 0, None),
    ],
)
def test_fifty_years_by_the_first_of_july(confirmed, correction, day):
    assert fifty_years_by(confirmed, correction, 2026) == day


def test_probation_ends_a_year_on_or_with_its_extension():
    assert confirmation_due(date(2025, 3, 10), None) == date(2026, 3, 10)
    assert confirmation_due(date(2025, 3, 10), date(2026, 9, 10)) == date(2026, 9, 10)


def test_an_age_is_reached_on_its_birthday():
    assert reaches(60, date(1966, 5, 6), 2026, 5) == date(2026, 5, 6)
    assert reaches(60, date(1966, 5, 6), 2026, 6) is None
    assert reaches(60, date(1967, 5, 6), 2026, 5) is None
