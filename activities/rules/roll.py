"""The roll: reading the typed line, counting, reasons owed, and the minutes that each status earns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from branch_portal.roll_line import TypedGroup as TypedGroup
from branch_portal.roll_line import TypedLine, read_line
from branch_portal.roll_line import compress_rows as compress_rows
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


def parse_line(text: str, total: int, *, default: tuple[str, str] = (ABSENT, "")) -> TypedLine:
    """Read a line such as ``缺席 3 7 12-14 事假 5`` against a roll of ``total`` rows."""
    return read_line(text, total, words=KEYWORDS, label=mark_label, default=default)


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
