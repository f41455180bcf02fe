"""How a stored year of month masks stands on a day, period by period: the strip of a branch, the grid of a committee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from activities.rules.cadence import MONTHS_IN, STATUS_LABELS, periods_of, status_of


@dataclass(frozen=True, slots=True)
class PeriodStatus:
    """One month (1..12) or quarter (1..4) of one kind: its status, and its first and last day."""

    index: int
    status: str
    first: date
    last: date
    quarterly: bool

    @property
    def label(self) -> str:
        return f"第{'一二三四'[self.index - 1]}季度" if self.quarterly else f"{self.index}月"

    @property
    def word(self) -> str:
        return STATUS_LABELS[self.status]


def period_statuses(
    masks: tuple[int, int, int], period: str, minimum: int, year: int, day: date
) -> list[PeriodStatus]:
    """Twelve months or four quarters from (due, held, confirmed) masks; each month counts once.

    Held beats everything, also where nothing was owed; see `rules.cadence` for what is owed.
    """
    due, held, confirmed = masks
    result = []
    for index, first, last, bits in periods_of(period, year):
        counts = (held & bits).bit_count(), (confirmed & bits).bit_count()
        status = status_of(minimum, bool(due & bits), *counts, first, last, day)
        result.append(PeriodStatus(index, status, first, last, MONTHS_IN[period] > 1))
    return result
