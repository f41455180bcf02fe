"""The numbers of the catalogue (bad input, 118 cases) and how tests of this folder say which of them they are."""

from typing import Any

import pytest

LETTERS = {"A": (1, 22), "B": (23, 34), "C": (35, 52), "D": (53, 78), "E": (79, 87), "F": (88, 95), "G": (96, 103),
           "H": (104, 112), "I": (113, 118)}  # fmt: skip
NUMBERS = [
    f"{letter}{number}" for letter, (first, last) in LETTERS.items() for number in range(first, last + 1)
]
#: Number → what stands for it here; filled as the modules with tests are imported.
HERE: dict[str, list[str]] = {}


def case(number: str, what: str, *values: Any, long: bool = False) -> Any:
    """A parameter of a test that stands for a number of the catalogue, which is in its id: `A12 rare characters`."""
    covers(number, what)
    return pytest.param(*values, id=f"{number} {what}", marks=[pytest.mark.long] if long else [])


def covers(number: str, what: str) -> str:
    """Say that what stands here is that case; the same number as often as there are entry points."""
    if number not in NUMBERS:
        raise ValueError(f"the catalogue has no {number}")
    HERE.setdefault(number, []).append(what)
    return number
