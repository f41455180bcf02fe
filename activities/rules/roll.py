"""The roll: reading the typed line, counting, reasons owed, and the minutes that each status earns."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from learning.rules.categories import StudyRule

PRESENT, LATE, ONLINE, LEAVE = "present", "late", "online", "leave"
ABSENT, EXEMPT, MADE_UP = "absent", "exempt", "made_up"
STATUSES = (PRESENT, LATE, ONLINE, LEAVE, ABSENT, EXEMPT, MADE_UP)
PERSONAL, SICK, OFFICIAL, OTHER = "personal", "sick", "official", "other"
LEAVE_TYPES = (PERSONAL, SICK, OFFICIAL, OTHER)

#: Who was there, for 实到.
ATTENDING = frozenset({PRESENT, LATE, ONLINE})

STATUS_LABELS = {
    PRESENT: "到会",
    LATE: "迟到",
    ONLINE: "线上",
    LEAVE: "请假",
    ABSENT: "缺席",
    EXEMPT: "免予参加",
    MADE_UP: "已补课",
}
LEAVE_LABELS = {PERSONAL: "事假", SICK: "病假", OFFICIAL: "公假", OTHER: "其他"}

#: Words of the typed line. A bare 请假 says no kind, so it becomes 其他, which then owes a reason in words.
KEYWORDS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("缺席", "缺勤", "缺", "未到", "未到会", "旷会", "无故缺席"), (ABSENT, "")),
    **dict.fromkeys(("事假", "因私", "请事假"), (LEAVE, PERSONAL)),
    **dict.fromkeys(("病假", "因病", "请病假"), (LEAVE, SICK)),
    **dict.fromkeys(("公假", "公差", "出差", "因公", "公出"), (LEAVE, OFFICIAL)),
    **dict.fromkeys(("请假", "其他", "其它", "其他请假", "其他假"), (LEAVE, OTHER)),
    **dict.fromkeys(("迟到", "晚到"), (LATE, "")),
    **dict.fromkeys(("线上", "在线", "网上", "视频", "线上参加"), (ONLINE, "")),
    **dict.fromkeys(("免", "免予参加", "免于参加", "免到", "豁免"), (EXEMPT, "")),
    **dict.fromkeys(("补课", "已补课", "补学", "已补学"), (MADE_UP, "")),
    **dict.fromkeys(("到会", "出席", "实到", "出勤", "参加", "正常"), (PRESENT, "")),
}

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


def parse_line(text: str, total: int, *, default: tuple[str, str] = (ABSENT, "")) -> TypedLine:
    """Read a line such as ``缺席 3 7 12-14 事假 5``; numbers before any word get ``default``.

    ``total`` is the number of rows on the roll (rows are 1..total). Full-width digits, Chinese punctuation
    and the ranges of every keyboard are taken; every piece that cannot be is named in Chinese.
    """
    if len(text) > MAX_LENGTH:
        return TypedLine(errors=(f"内容过长，最多 {MAX_LENGTH} 字，例如：{EXAMPLE}",))
    reader = _Reader(total, default)
    clean = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in {"Cf", "Cs"}
    )
    for match in _TOKEN.finditer(clean):
        reader.take(match)
    return reader.result()


class _Reader:
    """Collects the marks of one line and everything that is wrong with it."""

    def __init__(self, total: int, default: tuple[str, str]) -> None:
        self.total = total
        self.current = default
        self.open_word = ""
        self.marks: dict[int, tuple[str, str]] = {}
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
        mark = KEYWORDS.get(word) or KEYWORDS.get(_SUFFIX.sub("", word))
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
            both = f"“{mark_label(*earlier)}”和“{mark_label(*self.current)}”"
            _add_once(self.errors, f"序号 {row} 同时写了{both}，请留一个")
        else:
            _add_once(self.notices, f"序号 {row} 写了不止一次，请核对")

    def close_word(self) -> None:
        if self.open_word:
            self.errors.append(f"“{_short(self.open_word)}”后面没有写序号")
        self.open_word = ""

    def result(self) -> TypedLine:
        self.close_word()
        groups: dict[tuple[str, str], list[int]] = {}
        for row, mark in self.marks.items():
            groups.setdefault(mark, []).append(row)
        found = tuple(TypedGroup(*mark, tuple(sorted(rows))) for mark, rows in groups.items())
        return TypedLine(found, tuple(self.errors), tuple(self.notices))


def mark_label(status: str, leave_type: str = "") -> str:
    """缺席, 事假, 其他请假 …"""
    if status != LEAVE:
        return STATUS_LABELS[status]
    return {"": "请假", OTHER: "其他请假"}.get(leave_type) or LEAVE_LABELS[leave_type]


# --- counting
# -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RollLine:
    """One row of a roll; ``minutes`` are the person's own where they differ from the gathering's."""

    row: int
    status: str
    leave_type: str = ""
    reason: str = ""
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class RollCount:
    """The numbers of a roll. ``expected`` (应到) leaves the exempt out; ``expected == present + away``
    always."""

    listed: int
    present: int
    late: int
    online: int
    leave: int
    absent: int
    exempt: int
    made_up: int

    @property
    def expected(self) -> int:
        """应到."""
        return self.listed - self.exempt

    @property
    def away(self) -> int:
        """缺席 as the paper counts it: on leave, absent, and those who made it up later."""
        return self.leave + self.absent + self.made_up

    @property
    def sentence(self) -> str:
        """应到 30 人，实到 27 人，缺席 3 人."""
        tail = f"，免予参加 {self.exempt} 人" if self.exempt else ""
        return f"应到 {self.expected} 人，实到 {self.present} 人，缺席 {self.away} 人{tail}"


def count_statuses(statuses: Iterable[str]) -> RollCount:
    """Count a roll's statuses; an unknown one is a programming error."""
    tally = Counter(statuses)
    if unknown := set(tally) - set(STATUSES):
        raise ValueError(f"unknown roll status {sorted(unknown)}")
    return RollCount(
        listed=tally.total(),
        present=sum(tally[status] for status in ATTENDING),
        late=tally[LATE],
        online=tally[ONLINE],
        leave=tally[LEAVE],
        absent=tally[ABSENT],
        exempt=tally[EXEMPT],
        made_up=tally[MADE_UP],
    )


def reason_owed(status: str, leave_type: str = "", reason: str = "") -> bool:
    """Whether the row still owes a reason: every absence does, and leave unless its kind already is one
    (病假 …)."""
    if reason.strip():
        return False
    return status == ABSENT or (status == LEAVE and leave_type not in {PERSONAL, SICK, OFFICIAL})


def rows_without_reason(lines: Iterable[RollLine]) -> list[int]:
    """Row numbers that still owe a reason, in the order given."""
    return [line.row for line in lines if reason_owed(line.status, line.leave_type, line.reason)]


def compress_rows(rows: Iterable[int]) -> str:
    """[3, 7, 12, 13, 14] → "3 7 12-14", as the typed line takes it."""
    return " ".join(str(low) if low == high else f"{low}-{high}" for low, high in _runs(sorted(set(rows))))


def effective_minutes(
    status: str,
    minutes: int,
    *,
    own_minutes: int | None = None,
    partial: bool = True,
    online_counts: bool = True,
    made_up_counts: bool = True,
) -> int:
    """Minutes that a row earns of a gathering of ``minutes``.

    Who came late earns the own minutes if they are given and ``partial`` attendance is credited, else all
    of them: being on the roll as 迟到 is attendance. Nobody earns more than the gathering lasted, nor less
    than nothing.
    """
    full = max(minutes, 0)
    if status == LATE and partial and own_minutes is not None:
        return min(max(own_minutes, 0), full)
    counted = {PRESENT, LATE}
    if online_counts:
        counted.add(ONLINE)
    if made_up_counts:
        counted.add(MADE_UP)
    return full if status in counted else 0


def minutes_by_record(status: str, records: Sequence[int], own_minutes: int | None = None) -> list[int]:
    """Minutes that a row earns of each record of one gathering, whose study minutes are given in their order.

    Who came late with own minutes spends them on the records in their order, and never more than the own ones on all.
    """
    if status != LATE or own_minutes is None:
        return [effective_minutes(status, minutes) for minutes in records]
    left, earned = max(own_minutes, 0), []
    for minutes in records:
        part = min(left, max(minutes, 0))
        earned.append(part)
        left -= part
    return earned


def minutes_by_rule(status: str, earned: int, whole: int, rule: StudyRule) -> int:
    """Minutes that the ledger takes of what a row earned of a record of `whole` minutes: online, made up and late as the
    category's rule of that year says. The roll itself stays what was seen."""
    if status == LATE and not rule.partial_attendance:
        return max(whole, 0)
    if (status == ONLINE and not rule.online_counts) or (status == MADE_UP and not rule.made_up_counts):
        return 0
    return earned


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
