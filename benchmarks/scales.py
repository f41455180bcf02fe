"""How much there is at each scale (docs/scale.md)."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Branches in a tree of `districts` and, under each of them, `offices`; `roll_years` of the three years have rolls."""

    name: str
    branches: int
    districts: int = 0
    offices: int = 0
    members: int = 30
    roll_years: int = 3
    credit_years: int = 2


SCALES = {
    "S": Scale("S", branches=1),
    "M": Scale("M", branches=500, districts=20),
    "L": Scale("L", branches=10_000, districts=20, offices=500, roll_years=2, credit_years=1),
}
#: The day on which the data stand: fixed, so that two runs measure the same.
TODAY = datetime.date(2026, 11, 20)
YEARS = (2024, 2025, 2026)
SEED = 20_261_120
