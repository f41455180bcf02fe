"""截至日期: how a stored year stood at the end of an earlier month (domain 12, C1–C6).

A stored year knows months, not days. Looked at today it is complete, because nothing is recorded before it was held; an
earlier day is therefore always the end of a month, and what was held in later months is left out. What a year owes once
may be held until March of the next (domain 4.1): its January to March are taken for those of the next year, as the form
takes them. Whether a record was confirmed by then is not stored, so a confirmed one counts as confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from activities.rules.cadence import (
    ALL_MONTHS,
    DUE,
    HELD,
    MISSING,
    MONTH,
    PENDING,
    QUARTER,
    YEAR,
    YEAR_CLOSES_IN,
    CadenceRule,
)
from activities.rules.strip import PeriodStatus, period_statuses
from branch_portal.dates import month_bounds

Masks = tuple[int, int, int]

#: The first month of each period: what is owed is counted by it.
FIRST_MONTHS = {MONTH: ALL_MONTHS, QUARTER: 0b001001001001, YEAR: 0b1}
_OF_NEXT_YEAR = (1 << YEAR_CLOSES_IN) - 1


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day by which a year is judged; `ended` when it is a past month's end, whose own periods are over as well."""

    day: date
    ended: bool = False

    @classmethod
    def of(cls, day: date, today: date) -> AsOf:
        """A day as figures are asked for: one that is past counts to its end."""
        return cls(day, ended=day < today)

    def over(self, closes: date) -> bool:
        """Whether what may be held until `closes` can no longer be held."""
        return closes < self.day or (self.ended and closes == self.day)


@dataclass(frozen=True, slots=True)
class Tally:
    """Periods owed up to the day: `done` of `owed` were held (`pending` of them wait for confirmation)."""

    done: int = 0
    pending: int = 0
    missing: int = 0

    @property
    def owed(self) -> int:
        return self.done + self.missing

    @property
    def confirmed(self) -> int:
        return self.done - self.pending

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.done + other.done, self.pending + other.pending, self.missing + other.missing)


NOTHING = Tally()


def month_ends(year: int, today: date) -> list[date]:
    """The past month ends at which a year may be looked at, the latest first: its own, and the three months after it."""
    months = [(year, month) for month in range(1, 13)]
    months += [(year + 1, month) for month in range(1, YEAR_CLOSES_IN + 1)]
    return [last for _, last in (month_bounds(*month) for month in reversed(months)) if last < today]


def known_months(period: str, year: int, as_of: AsOf) -> int:
    """The months of a stored year in which something held counts on the day."""
    if not as_of.ended:
        return ALL_MONTHS
    until = (1 << as_of.day.month) - 1
    if period != YEAR:
        return until if as_of.day.year == year else ALL_MONTHS
    if as_of.day.year == year:
        return until & ~_OF_NEXT_YEAR
    return (ALL_MONTHS & ~_OF_NEXT_YEAR) | (until & _OF_NEXT_YEAR)


def statuses_on(masks: Masks, rule: CadenceRule, year: int, as_of: AsOf) -> tuple[PeriodStatus, ...]:
    """Twelve months, four quarters or one year of one kind, as they stood on the day."""
    due, held, confirmed = masks
    known = known_months(rule.period, year, as_of)
    found = period_statuses(
        (due, held & known, confirmed & known), rule.period, rule.minimum, year, as_of.day
    )
    return tuple(
        replace(status, status=MISSING) if status.status == DUE and as_of.over(status.closes) else status
        for status in found
    )


def tally_on(
    masks: Masks, rule: CadenceRule, year: int, as_of: AsOf, within: tuple[date, date] | None = None
) -> Tally:
    """Only periods that were owed: what was held beyond them does not make up for a month that lacks.

    `within` leaves only the periods that lie between two days, both included.
    """
    owed = [
        status.status
        for status in statuses_on(masks, rule, year, as_of)
        if masks[0] >> status.first.month - 1 & 1
        and (within is None or (within[0] <= status.first and status.last <= within[1]))
    ]
    return Tally(
        done=sum(status in (HELD, PENDING) for status in owed),
        pending=owed.count(PENDING),
        missing=owed.count(MISSING),
    )


def over_months(rule: CadenceRule, year: int, as_of: AsOf) -> int:
    """The first months of the periods that are over on the day."""
    blank = period_statuses((0, 0, 0), rule.period, rule.minimum, year, as_of.day)
    return sum(1 << status.first.month - 1 for status in blank if as_of.over(status.closes))
