"""Stored years for the grid's tests, made plainly."""

from activities.models import BranchYear

MONTHS = range(1, 13)


def mask(*months: int) -> int:
    return sum(1 << month - 1 for month in months)


def branch_year(branch, year: int, **kinds) -> BranchYear:
    """`branch_year(b, 2025, theme_day=(due, held, confirmed))`, each a tuple of months."""
    row = BranchYear(branch=branch, year=year)
    for kind, parts in kinds.items():
        for part, months in zip(("due", "held", "confirmed"), parts, strict=True):
            setattr(row, f"{part}_{kind}", mask(*months))
    row.save()
    return row
