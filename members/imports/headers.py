"""Where the header of a foreign sheet stands and what its columns are: below titles, over one row or two, with merged groups."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from members.imports.columns import BY_NAME, QUIET, clean_header

SEARCHED_ROWS = 20


@dataclass(frozen=True)
class Header:
    """`row` is the header's last row from 0; `places` key → column, `written` column → text; `named` is without a person's help.

    `unknown` are texts that stand for no field; a text mapped to "" was looked at and is not wanted.
    """

    row: int
    places: dict[str, int] = field(default_factory=dict)
    written: dict[int, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        return "name" in self.places and len(self.places) > 1


def find_header(
    rows: Sequence[Sequence[Any]],
    merged: Sequence[Sequence[int]] = (),
    mapping: Mapping[str, str] | None = None,
) -> Header | None:
    """The first of the top rows that names 姓名 and one more column; None when there is none.

    `mapping` is header text → field ("" for none), as a person said; it comes before the portal's own names.
    """
    mapping = mapping or {}
    for index in range(min(len(rows), SEARCHED_ROWS)):
        labels = [clean_header(cell) for cell in rows[index]]
        two = _two_rows(rows, index, labels, merged, mapping)
        if two is not None and two.usable:
            return two
        one = _read(index, {column: (label,) for column, label in enumerate(labels) if label}, mapping)
        if one.usable:
            return one
    return None


def guess_header(rows: Sequence[Sequence[Any]]) -> Header | None:
    """The top row with the most different words: what a person is asked about when no row is a known header."""
    best: tuple[int, int] | None = None
    for index, row in enumerate(rows[:SEARCHED_ROWS]):
        words = len({clean_header(cell) for cell in row} - {""})
        if words >= 2 and (best is None or words > best[0]):
            best = (words, index)
    if best is None:
        return None
    labels = {column: (label,) for column, cell in enumerate(rows[best[1]]) if (label := clean_header(cell))}
    return _read(best[1], labels, {})


def signature_of(headers: Iterable[Header]) -> str:
    """The same for every file whose headers read the same, whatever stands in the rows."""
    text = "\x1e".join("\x1f".join(header.written[c] for c in sorted(header.written)) for header in headers)
    return hashlib.sha256(text.encode()).hexdigest()


def _two_rows(rows, index: int, upper: list[str], merged, mapping) -> Header | None:
    """The row as groups over the sub-labels of the next one; None when the next row is no row of labels."""
    if index + 1 >= min(len(rows), SEARCHED_ROWS) or not any(upper):
        return None
    below = rows[index + 1]
    lower = [clean_header(cell) for cell in below]
    if any(cell != "" and not label for cell, label in zip(below, lower, strict=True)):
        return None
    width = max(len(upper), len(lower))
    upper, lower = upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower))
    if not any(lower):
        return None
    groups = _groups(index, upper, lower, merged)
    # With the name in the lower row, what stands above may be a title, which is no part of a column's name.
    titled = any(BY_NAME.get(label) == "name" for label in lower)
    labels = {}
    for column in range(width):
        if names := _names(groups[column], lower[column], titled=titled):
            labels[column] = names
    header = _read(index + 1, labels, mapping)
    # A person's row under a plain header has words too, but none that names a column.
    known = [c for c in header.places.values() if lower[c]]
    stands_alone = [c for c in header.places.values() if not lower[c]]
    if not known or not (stands_alone or titled):
        return None
    return header


def _groups(index: int, upper: list[str], lower: list[str], merged) -> list[str]:
    """The group above each column: spread over its merged range, else over the blanks to its right that have a sub-label."""
    groups = list(upper)
    spread = [area for area in merged if area[0] <= index <= area[2] and area[3] > area[1]]
    for _, left, _, right in spread:
        for column in range(left, min(right + 1, len(groups))):
            groups[column] = upper[left] if left < len(upper) else ""
    if not spread:
        for column in range(1, len(groups)):
            if not upper[column] and lower[column]:
                groups[column] = groups[column - 1] if lower[column - 1] else ""
    return groups


def _names(group: str, sub: str, *, titled: bool) -> tuple[str, ...]:
    """What a column may be called: 入党信息 over 日期 may be 日期, 入党信息日期 or 入党日期; the first one is shown."""
    if not sub:
        return (group,) if group else ()
    if not group:
        return (sub,)
    short = group.removesuffix("信息").removesuffix("情况")
    if titled or sub in BY_NAME:
        return (sub, f"{short}{sub}", f"{group}{sub}")
    return (f"{short}{sub}", sub, f"{group}{sub}")


def _read(index: int, labels: Mapping[int, tuple[str, ...]], mapping: Mapping[str, str]) -> Header:
    header = Header(index)
    for column, names in labels.items():
        known = next((name for name in names if name in mapping or name in BY_NAME or name in QUIET), None)
        name = known or names[0]
        header.written[column] = name
        key = mapping.get(name, BY_NAME.get(name, ""))
        if not key:
            if known is None:
                header.unknown.append(name)
        elif key in header.places:
            header.doubled.append(name)
        else:
            header.places[key] = column
    return header
