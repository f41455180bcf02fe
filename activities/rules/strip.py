"""How a stored year of month masks stands on a day, period by period: the strip of a branch, the grid of a committee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from activities.rules.cadence import MONTHS_IN, STATUS_LABELS, closing_day, periods_of, status_of


@dataclass(frozen=True, slots=True)
class PeriodStatus:
    """One month (1..12), quarter (1..4) or year of one kind: its status, its first and last day, and its length in months.

    `closes` is the last day on which it may still be held: its last one, or for a year a day in the next.
    """

    index: int
    status: str
    first: date
    last: date
    months: int
    closes: date

    @property
    def label(self) -> str:
        if self.months == 12:
            return "全年"
        return f"第{'一二三四'[self.index - 1]}季度" if self.months == 3 else f"{self.index}月"

    @property
    def word(self) -> str:
        return STATUS_LABELS[self.status]


def period_statuses(
    masks: tuple[int, int, int], period: str, minimum: int, year: int, day: date
) -> list[PeriodStatus]:
    """Twelve months, four quarters or one year from (due, held, confirmed) masks; each month counts once.

    Held beats everything, also where nothing was owed; see `rules.cadence` for what is owed.
    """
    due, held, confirmed = masks
    result = []
    for index, first, last, bits in periods_of(period, year):
        counts = (held & bits).bit_count(), (confirmed & bits).bit_count()
        closes = closing_day(period, last)
        status = status_of(minimum, bool(due & bits), *counts, first, closes, day)
        result.append(PeriodStatus(index, status, first, last, MONTHS_IN[period], closes))
    return result
