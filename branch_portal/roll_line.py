"""A typed line of row numbers and words, such as ``缺席 3 7 12-14 事假 5``: how rolls are marked in one go.

The words and what they mean are the caller's; this module knows numbers, ranges and everything that can be wrong with them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

Status = tuple[str, str]

EXAMPLE = "缺席 3 7 12-14"
MAX_LENGTH = 2000

_TO = r"(?:[-–—−‐‑―~]+|至|到(?!会))"
_TOKEN = re.compile(
    rf"""
    (?P<range>第?(?P<low>[0-9]+)\s*号?\s*{_TO}\s*第?(?P<high>[0-9]+)(?:\s*号)?(?!\s*[人名位个]))
  | (?P<count>[0-9]+\s*[人名位个])
  | (?P<dangling>[0-9]+\s*号?\s*{_TO})
  | (?P<number>第?(?P<row>[0-9]+)(?:\s*号)?)
  | (?P<skip>[\s,、;。.:·/|+&()\[\]【】"“”'‘’和及与]+)
  | (?P<word>[^\W\d_和及与]+)
  | (?P<junk>[^\s0-9]+|.)
    """,
    re.VERBOSE,
)
_SUFFIX = re.compile(r"(的|人员|党员|同志|序号|名单|者)+$")


@dataclass(frozen=True, slots=True)
class TypedGroup:
    """Row numbers, ascending and once each, that the line gives one status; ``leave_type`` is "" unless
    leave."""

    status: str
    leave_type: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TypedLine:
    """What a typed line says. With ``errors`` nothing should be taken over; ``notices`` are only shown."""

    groups: tuple[TypedGroup, ...] = ()
    errors: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    def marks(self) -> dict[int, tuple[str, str]]:
        """Row number → (status, leave type)."""
        return {row: (group.status, group.leave_type) for group in self.groups for row in group.rows}


def read_line(
    text: str,
    total: int,
    *,
    words: Mapping[str, Status],
    label: Callable[[str, str], str],
    default: Status,
) -> TypedLine:
    """Read a line by the ``words`` that it may hold; numbers before any word get ``default``, ``label`` names a status.

    ``total`` is the number of rows on the roll (rows are 1..total). Full-width digits, Chinese punctuation
    and the ranges of every keyboard are taken; every piece that cannot be is named in Chinese.
    """
    if len(text) > MAX_LENGTH:
        return TypedLine(errors=(f"内容过长，最多 {MAX_LENGTH} 字，例如：{EXAMPLE}",))
    reader = _Reader(total, words, label, default)
    clean = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in {"Cf", "Cs"}
    )
    for match in _TOKEN.finditer(clean):
        reader.take(match)
    return reader.result()


class _Reader:
    """Collects the marks of one line and everything that is wrong with it."""

    def __init__(
        self, total: int, words: Mapping[str, Status], label: Callable[[str, str], str], default: Status
    ) -> None:
        self.total = total
        self.words = words
        self.label = label
        self.current = default
        self.open_word = ""
        self.marks: dict[int, Status] = {}
        self.errors: list[str] = []
        self.notices: list[str] = []

    def take(self, match: re.Match[str]) -> None:
        piece = _short(match.group())
        if match["range"]:
            self.add_range(match["low"], match["high"], piece)
        elif match["number"]:
            self.add_range(match["row"], match["row"], piece)
        elif match["word"]:
            self.take_word(match["word"])
        elif match["count"]:
            self.errors.append(f"“{piece}”像是人数，这里请写名单里的序号，例如：{EXAMPLE}")
            self.open_word = ""
        elif match["dangling"]:
            self.errors.append(f"“{piece}”没有写完，起止都要写，例如 12-14")
            self.open_word = ""
        elif match["junk"]:
            self.errors.append(f"“{piece}”看不懂，请写序号，例如：{EXAMPLE}")

    def take_word(self, word: str) -> None:
        if word in {"第", "号"}:
            return
        self.close_word()
        mark = self.words.get(word) or self.words.get(_SUFFIX.sub("", word))
        if mark is None:
            self.errors.append(f"“{_short(word)}”不是到会情况，请写序号，例如：{EXAMPLE}")
            return
        self.current = mark
        self.open_word = word

    def add_range(self, low_text: str, high_text: str, piece: str) -> None:
        self.open_word = ""
        # Only the bounds are compared before anything is expanded: 1-999999999 must cost nothing.
        low, high = (int(part) if len(part) <= 6 else 10**6 for part in (low_text, high_text))
        if max(low, high) > self.total:
            self.errors.append(f"“{piece}”超出名单，本次共 {self.total} 人")
        elif min(low, high) < 1:
            self.errors.append(f"“{piece}”不在名单里，序号从 1 开始")
        elif low > high:
            self.errors.append(f"“{piece}”前大后小，请写作 {high}-{low}")
        else:
            for row in range(low, high + 1):
                self.mark(row)

    def mark(self, row: int) -> None:
        earlier = self.marks.get(row)
        if earlier is None:
            self.marks[row] = self.current
        elif earlier != self.current:
            both = f"“{self.label(*earlier)}”和“{self.label(*self.current)}”"
            _add_once(self.errors, f"序号 {row} 同时写了{both}，请留一个")
        else:
            _add_once(self.notices, f"序号 {row} 写了不止一次，请核对")

    def close_word(self) -> None:
        if self.open_word:
            self.errors.append(f"“{_short(self.open_word)}”后面没有写序号")
        self.open_word = ""

    def result(self) -> TypedLine:
        self.close_word()
        groups: dict[Status, list[int]] = {}
        for row, mark in self.marks.items():
            groups.setdefault(mark, []).append(row)
        found = tuple(TypedGroup(*mark, tuple(sorted(rows))) for mark, rows in groups.items())
        return TypedLine(found, tuple(self.errors), tuple(self.notices))


def compress_rows(rows: Iterable[int]) -> str:
    """[3, 7, 12, 13, 14] → "3 7 12-14", as the typed line takes it."""
    return " ".join(str(low) if low == high else f"{low}-{high}" for low, high in _runs(sorted(set(rows))))


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    start = end = None
    for row in rows:
        if end is not None and row == end + 1:
            end = row
            continue
        if start is not None and end is not None:
            yield start, end
        start = end = row
    if start is not None and end is not None:
        yield start, end


def _add_once(messages: list[str], message: str) -> None:
    if message not in messages:
        messages.append(message)


def _short(piece: str) -> str:
    clean = "".join(c for c in piece.strip() if unicodedata.category(c) != "Cc")
    return clean if len(clean) <= 12 else clean[:12] + "…"
