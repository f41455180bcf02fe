"""How a stored year of month masks stands on a day, period by period: the strip of a branch, the grid of a committee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from activities.rules.cadence import (
    DUE,
    FUTURE,
    HELD,
    MISSING,
    MONTHS_IN,
    NOT_APPLICABLE,
    PENDING,
    STATUS_LABELS,
)
from branch_portal.dates import month_bounds


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
    width = MONTHS_IN[period]
    result = []
    for index, start in enumerate(range(1, 13, width), 1):
        bits = ((1 << width) - 1) << (start - 1)
        first, last = month_bounds(year, start)[0], month_bounds(year, start + width - 1)[1]
        if (confirmed & bits).bit_count() >= minimum:
            status = HELD
        elif (held & bits).bit_count() >= minimum:
            status = PENDING
        elif not due & bits:
            status = NOT_APPLICABLE
        elif day > last:
            status = MISSING
        else:
            status = FUTURE if day < first else DUE
        result.append(PeriodStatus(index, status, first, last, width > 1))
    return result
