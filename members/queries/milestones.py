"""Whose day is coming: one computation for the workbench, the reminders and the lists that name people. Constant queries."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from branch_portal.dates import add_years, month_bounds
from members.models import Member, PartyOrganization
from members.rules.milestones import (
    RETIREMENT_AGE,
    STANDING_YEARS,
    birthday_in,
    confirmation_due,
    fifty_years_by,
    reaches,
)

BIRTHDAY, CONFIRMATION, FIFTY, AGE = (
    "political_birthday",
    "confirmation_due",
    "party_standing_50",
    "retirement_age",
)
CONFIRMATION_AHEAD = datetime.timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One member's day."""

    key: str
    member: Member
    branch: PartyOrganization
    on: datetime.date


def _here(members):
    return (
        members.filter(branch__isnull=False, standing=Member.Standing.NORMAL)
        .select_related("branch")
        .order_by("name_pinyin", "pk")
    )


def birthdays(members, year: int, month: int) -> list[Milestone]:
    """政治生日 of a month, by day; 29 February is kept on the 28th in ordinary years."""
    months = _here(members).without_personal_data().filter(admitted_on__month=month)
    return _by_day(
        Milestone(BIRTHDAY, member, member.branch, day)
        for member in months
        if (day := birthday_in(member.admitted_on, year, month)) is not None
    )


def confirmations(members, until: datetime.date) -> list[Milestone]:
    """Probationary members whose probation ends by the day, the longest overdue first."""
    # A year after admission, or the day that was entered; this only spares the cards that are far from it, the rule decides.
    near = Q(admitted_on__lte=add_years(until, -1) + datetime.timedelta(days=1)) | Q(
        extension_until__lte=until
    )
    probationary = _here(members).without_personal_data().filter(near, category=Member.Category.PROBATIONARY)
    return _by_day(
        Milestone(CONFIRMATION, member, member.branch, day)
        for member in probationary
        if (day := confirmation_due(member.admitted_on, member.extension_until)) <= until
    )


def fifty_years(members, year: int) -> list[Milestone]:
    """Those whose Party standing reaches fifty years by 1 July of the year, not yet by that of the year before."""
    full = (
        _here(members)
        .without_personal_data()
        .filter(
            # The correction of standing is some years at most; the rule decides the day.
            confirmed_on__range=(
                add_years(datetime.date(year, 7, 1), -STANDING_YEARS - 61),
                add_years(datetime.date(year, 7, 1), -STANDING_YEARS + 61),
            )
        )
    )
    return _by_day(
        Milestone(FIFTY, member, member.branch, day)
        for member in full
        if (day := fifty_years_by(member.confirmed_on, member.standing_correction, year)) is not None
    )


def ages(members, year: int, month: int, age: int = RETIREMENT_AGE) -> list[Milestone]:
    """Who reaches the age in a month. Only the birth dates of that birth year are opened, and only the day comes out."""
    born = _here(members).filter(birth_year=year - age).defer(*_SEALED_BUT_BIRTH)
    return _by_day(
        Milestone(AGE, member, member.branch, day)
        for member in born
        if member.birth_date
        and (day := reaches(age, datetime.date.fromisoformat(member.birth_date), year, month)) is not None
    )


_SEALED_BUT_BIRTH = [name for name in Member.SEALED_FIELDS if name != "birth_date"]


def upcoming(members, day: datetime.date) -> Iterator[Milestone]:
    """What is worth saying on a day: this month's birthdays from today on and those of the next week, probation ending
    within sixty days, in March and April the fifty years, and this month's ages."""
    _, last = month_bounds(day.year, day.month)
    week = day + datetime.timedelta(days=7)
    found = birthdays(members, day.year, day.month)
    if week > last:
        found += birthdays(members, week.year, week.month)
    yield from (item for item in found if day <= item.on <= max(last, week))
    yield from confirmations(members, day + CONFIRMATION_AHEAD)
    if day.month in (3, 4):
        yield from fifty_years(members, day.year)
    yield from ages(members, day.year, day.month)


def _by_day(found: Iterator[Milestone]) -> list[Milestone]:
    return sorted(found, key=lambda item: item.on)
