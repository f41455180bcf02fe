"""Days of a member's Party life that a branch prepares for: political birthday, fifty years, end of probation, an age (11.1)."""

from __future__ import annotations

from datetime import date

from branch_portal.dates import add_years
from members.rules.roster import political_birthday, probation_end

STANDING_YEARS = 50
#: Common practice; the ages of retirement have been changing since 2025.
RETIREMENT_AGE = 60


def birthday_in(admitted_on: date, year: int, month: int) -> date | None:
    """The political birthday of that month, from the first anniversary on; None when it is in another month."""
    day = political_birthday(admitted_on, year)
    return day if day.month == month and year > admitted_on.year else None


def fifty_years_by(confirmed_on: date | None, correction: int, year: int) -> date | None:
    """The day on which Party standing (with its 校正值) reaches fifty years, when that lies after 1 July of the year before
    and on or before 1 July of this one; the medal's own criteria are the organisation's to apply."""
    if confirmed_on is None:
        return None
    day = add_years(confirmed_on, STANDING_YEARS - correction)
    return day if date(year - 1, 7, 1) < day <= date(year, 7, 1) else None


def confirmation_due(admitted_on: date, extension_until: date | None) -> date:
    """The day by which the branch discusses whether a probationary member becomes a full one."""
    return probation_end(admitted_on, extension_until)


def reaches(age: int, birth_date: date, year: int, month: int) -> date | None:
    """The birthday on which the age is reached, when it lies in that month."""
    day = add_years(birth_date, age)
    return day if (day.year, day.month) == (year, month) else None
