"""Which days a form is filled in for: a year or a part of it, what has run up to its end, the same part of the year before."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from branch_portal.dates import month_bounds, quarter_bounds, year_bounds

#: Parts of a year as forms are asked for, in the order of the choice.
PARTS: dict[str, str] = {
    **{f"m{month}": f"{month} 月" for month in range(1, 13)},
    **{f"q{quarter}": f"第{'一二三四'[quarter - 1]}季度" for quarter in range(1, 5)},
    "h1": "上半年",
    "h2": "下半年",
    "year": "全年",
}


@dataclass(frozen=True)
class FillPeriod:
    """A part of a year, both days included."""

    year: int
    first: datetime.date
    last: datetime.date
    label: str

    @classmethod
    def of(cls, year: int, part: str) -> FillPeriod:
        first, last = _bounds(year, part)
        words = PARTS[part].replace(" ", "")
        return cls(year, first, last, f"{year}年{'度' if part == 'year' else words}")

    def to_date(self) -> FillPeriod:
        """From New Year to its last day."""
        return FillPeriod(self.year, datetime.date(self.year, 1, 1), self.last, f"{self.label}（累计）")

    def year_before(self) -> FillPeriod:
        last = self.last
        if last.month == 2:
            last = month_bounds(self.year - 1, 2)[1]
        return FillPeriod(
            self.year - 1,
            self.first.replace(year=self.year - 1),
            last.replace(year=self.year - 1),
            self.label.replace(str(self.year), str(self.year - 1), 1),
        )

    def day(self, today: datetime.date) -> datetime.date:
        """As of which day people are counted: its last one, or today while it runs."""
        return min(self.last, today)


def _bounds(year: int, part: str) -> tuple[datetime.date, datetime.date]:
    if part == "year":
        return year_bounds(year)
    if part.startswith("h"):
        half = int(part[1:])
        return datetime.date(year, half * 6 - 5, 1), month_bounds(year, half * 6)[1]
    if part.startswith("q"):
        return quarter_bounds(year, int(part[1:]))
    return month_bounds(year, int(part[1:]))


def usual_part(today: datetime.date) -> tuple[int, str]:
    """The month that has just ended: what is asked for most."""
    before = today.replace(day=1) - datetime.timedelta(days=1)
    return before.year, f"m{before.month}"
