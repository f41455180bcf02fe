"""The words of codes: read whole (some 250 rows), kept by each process for half a minute, dropped by whoever edits them.

A card stores codes; what is shown is the wording in force on the day that is asked for, or the last one there was.
"""

import datetime
import time
from collections import defaultdict
from dataclasses import dataclass, field

from branch_portal.dates import today_shanghai
from members.models import DictionaryEntry

_KEEP_SECONDS = 30.0


@dataclass
class _Words:
    """(table, code) → versions as (from, to, label), the latest first; table → codes in order."""

    read_at: float
    versions: dict[tuple[str, str], list[tuple[datetime.date, datetime.date | None, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    codes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


_kept: _Words | None = None


def forget() -> None:
    """Read the tables anew next time."""
    global _kept
    _kept = None


def _words() -> _Words:
    global _kept
    if _kept is None or time.monotonic() - _kept.read_at > _KEEP_SECONDS:
        words = _Words(time.monotonic())
        rows = DictionaryEntry.objects.in_order().values_list("table", "code", "label", "period")
        for table, code, label, period in rows:
            if code not in words.codes[table]:
                words.codes[table].append(code)
            words.versions[table, code].insert(0, (period.lower, period.upper, label))
        _kept = words
    return _kept


def label_of(table: str, code: str, day: datetime.date | None = None) -> str:
    """The wording of a code on a day (today), else the last one before it; the code itself when nobody knows it."""
    if not code:
        return ""
    versions = _words().versions.get((table, code))
    if not versions:
        return code
    day = day or today_shanghai()
    return next((label for start, _, label in versions if start <= day), versions[-1][2])


def choices_of(table: str, day: datetime.date | None = None) -> list[tuple[str, str]]:
    """(code, wording) of the entries in force on a day (today), in order."""
    day = day or today_shanghai()
    words = _words()
    return [
        (code, label)
        for code in words.codes.get(table, [])
        for start, end, label in words.versions[table, code]
        if start <= day and (end is None or day < end)
    ]


def codes_by_label(table: str) -> dict[str, str]:
    """Every wording there ever was → its code; the wording in force wins where two codes shared one."""
    words = _words()
    found = {
        label: code
        for code in words.codes.get(table, [])
        for _, _, label in reversed(words.versions[table, code])
    }
    return found | {label: code for code, label in choices_of(table)}


def entries_of(table: str):
    """All versions of a table's entries, in order."""
    return DictionaryEntry.objects.filter(table=table).in_order()


def open_entries():
    return DictionaryEntry.objects.filter(period__upper_inf=True)
