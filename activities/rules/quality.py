"""The private checks of a record, R1 to R5 (domain 12): prompts for a person, first for its writer, never a judgement.

Pure: facts in, findings out. What depends on today (R5) is kept as the day from which it holds, so that a stored finding never
grows old. R6, nearly the same text, compares records with each other and lives in `rules.similarity`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from activities.rules.parts import PART_LABELS, REQUIRED, missing_parts, use_of, used_parts
from activities.rules.roll import (
    ABSENT,
    ATTENDING,
    EXEMPT,
    LEAVE,
    MADE_UP,
    OFFICIAL,
    PERSONAL,
    SICK,
    STATUS_LABELS,
    compress_rows,
)

COMPLETENESS, REASONS, TIMELINESS, ARITHMETIC, RESOLUTIONS, LIKENESS = "R1", "R2", "R3", "R4", "R5", "R6"
CODE_LABELS = {
    COMPLETENESS: "要素不全",
    REASONS: "缺席未写明原因",
    TIMELINESS: "补录",
    ARITHMETIC: "数字对不上",
    RESOLUTIONS: "决议逾期",
    LIKENESS: "内容雷同",
}
#: A record that is begun later than this many days after the day is called 补录 (domain 4.5).
BACKFILL_DAYS = 7

TIME, PLACE, CHAIR, RECORDER, ROLL, TEXT = "time", "place", "chair", "recorder", "roll", "text"
#: What every record has, whatever its kind (domain 4.4).
COMMON = {
    TIME: "时间",
    PLACE: "地点",
    CHAIR: "主持人",
    RECORDER: "记录人",
    ROLL: "到会情况",
    TEXT: "内容",
}
FIELD_LABELS = COMMON | PART_LABELS
#: Words that fill the box and say nothing.
_EMPTY_REASONS = frozenset(
    {"无", "没有", "不详", "不明", "未知", "缺席", "缺勤", "未到", "请假", "其他", "略"}
)
_NOT_WORDS = re.compile(r"[\W_\d]+")


@dataclass(frozen=True, slots=True)
class RollFact:
    """One row of the roll."""

    number: int
    status: str
    leave_type: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VoteFact:
    """One decided vote with its stored numbers; of an election only the papers are asked."""

    number: int
    expected: int
    present: int
    in_favour: int | None = None
    against: int | None = None
    abstain: int | None = None
    written_for: int = 0
    needed: int = 0
    quorum: int = 0
    outcome: str = ""
    issued: int | None = None
    collected: int | None = None
    valid: int | None = None
    invalid: int | None = None


@dataclass(frozen=True, slots=True)
class ResolutionFact:
    position: int
    due_on: datetime.date | None = None
    closed_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """The four numbers that the share says."""

    expected: int
    present: int
    leave: int
    absent: int


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What one record is judged by. `filled` are keys of FIELD_LABELS; `begun_on` is the day it was first written down."""

    kind: str
    on_date: datetime.date
    begun_on: datetime.date
    filled: frozenset[str]
    counts: Counts
    roll: Sequence[RollFact] = ()
    votes: Sequence[VoteFact] = ()
    resolutions: Sequence[ResolutionFact] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """What was found, ready to be stored. `late_since` is the first day on which a resolution counts as not closed in time."""

    required: int
    missing: tuple[str, ...]
    absences: int
    unexplained: tuple[int, ...]
    days_late: int
    sums: tuple[str, ...]
    late_since: datetime.date | None


@dataclass(frozen=True, slots=True)
class Remark:
    """One prompt in words: what, and where."""

    code: str
    words: str

    @property
    def label(self) -> str:
        return CODE_LABELS[self.code]


def judge(facts: RecordFacts) -> Quality:
    """R1 to R5 of one record."""
    away = [row for row in facts.roll if row.status in (LEAVE, ABSENT, MADE_UP)]
    return Quality(
        required=len(required_fields(facts.kind)),
        missing=missing_fields(facts.kind, facts.filled),
        absences=len(away),
        unexplained=tuple(row.number for row in away if not explained(row)),
        days_late=max(0, (facts.begun_on - facts.on_date).days),
        sums=wrong_sums(facts.counts, facts.roll, facts.votes),
        late_since=late_since(facts.resolutions),
    )


def remarks(quality: Quality, today: datetime.date) -> list[Remark]:
    """What a reader is told on a day; nothing where all is well."""
    found = []
    if quality.missing:
        labels = "、".join(FIELD_LABELS[key] for key in quality.missing)
        found.append(Remark(COMPLETENESS, f"一般还应有：{labels}"))
    if quality.unexplained:
        rows = compress_rows(quality.unexplained).replace(" ", "、")
        found.append(Remark(REASONS, f"到会名单第 {rows} 行缺席，没有写明原因"))
    if quality.days_late > BACKFILL_DAYS:
        found.append(Remark(TIMELINESS, f"活动后 {quality.days_late} 天才记录"))
    found.extend(Remark(ARITHMETIC, words) for words in quality.sums)
    if quality.late_since is not None and quality.late_since <= today:
        found.append(Remark(RESOLUTIONS, "有决议没有在完成时限内办结"))
    return found


#: R1 to R4 as bits of one number; R5 depends on the day.
MARK_BITS = {COMPLETENESS: 1, REASONS: 2, TIMELINESS: 4, ARITHMETIC: 8}


def marks_of(quality: Quality) -> int:
    """Which of R1 to R4 were found."""
    found = {
        COMPLETENESS: bool(quality.missing),
        REASONS: bool(quality.unexplained),
        TIMELINESS: quality.days_late > BACKFILL_DAYS,
        ARITHMETIC: bool(quality.sums),
    }
    return sum(MARK_BITS[code] for code, is_so in found.items() if is_so)


# --- R1 ---


def required_fields(kind: str) -> list[str]:
    """Keys of what a complete record of the kind has: the common ones and the required parts of the matrix."""
    return [*COMMON, *(part for part in used_parts(kind) if use_of(kind, part) == REQUIRED)]


def missing_fields(kind: str, filled: frozenset[str]) -> tuple[str, ...]:
    labels = set(missing_parts(kind, filled))
    parts = [part for part in used_parts(kind) if PART_LABELS[part] in labels]
    return tuple([key for key in COMMON if key not in filled] + parts)


# --- R2 ---


def explained(row: RollFact) -> bool:
    """Whether an absence says why: 病假 and the like do by themselves, a bare “缺席”, “无” or “—” does not."""
    if row.status == LEAVE and row.leave_type in (PERSONAL, SICK, OFFICIAL):
        return True
    words = _NOT_WORDS.sub("", row.reason)
    return bool(words) and words not in _EMPTY_REASONS and words != STATUS_LABELS[row.status]


# --- R3 ---


def begun_on(on_date: datetime.date, created: datetime.date, signed: datetime.date | None) -> datetime.date:
    """The day on which a record was first written down. A draft that came with a notice was made before anything was held:
    then the day of its first signature counts."""
    return created if created >= on_date or signed is None else max(signed, created)


# --- R4 ---


def wrong_sums(counts: Counts, roll: Sequence[RollFact], votes: Sequence[VoteFact]) -> tuple[str, ...]:
    """Sentences about numbers that do not agree: 应到 = 实到 + 请假 + 缺席, the roll's own rows, each vote."""
    found = []
    together = counts.present + counts.leave + counts.absent
    if counts.expected != together:
        found.append(
            f"应到 {counts.expected} 人，与实到 {counts.present}、请假 {counts.leave}、缺席 {counts.absent} 之和 {together} 不符"
        )
    if roll:
        listed = sum(row.status != EXEMPT for row in roll)
        there = sum(row.status in ATTENDING for row in roll)
        if (listed, there) != (counts.expected, counts.present):
            found.append(
                f"到会名单应到 {listed} 人、实到 {there} 人，与所记应到 {counts.expected}、实到 {counts.present} 不符"
            )
    for vote in votes:
        found.extend(f"第 {vote.number} 项表决：{words}" for words in _wrong_vote(vote, counts))
    return tuple(found)


def _wrong_vote(vote: VoteFact, counts: Counts) -> list[str]:
    found = []
    if vote.present > counts.present:
        found.append(f"有表决权的到会 {vote.present} 人，多于实到 {counts.present} 人")
    if vote.in_favour is not None:
        cast = vote.in_favour + (vote.against or 0) + (vote.abstain or 0)
        if cast != vote.present:
            found.append(f"赞成、不赞成、弃权合计 {cast} 票，与到会有表决权的 {vote.present} 人不符")
        passes = vote.present >= vote.quorum and vote.in_favour + vote.written_for >= vote.needed
        if vote.outcome in ("passed", "failed") and passes != (vote.outcome == "passed"):
            stated, computed = ("通过", "未通过") if vote.outcome == "passed" else ("未通过", "通过")
            found.append(f"写作“{stated}”，按票数应为“{computed}”")
    if vote.collected is not None:
        papers = (vote.valid or 0) + (vote.invalid or 0)
        if papers != vote.collected:
            found.append(f"有效票、无效票合计 {papers} 张，与收回 {vote.collected} 张不符")
        if vote.issued is not None and vote.collected > vote.issued:
            found.append(f"收回 {vote.collected} 张选票，多于发出 {vote.issued} 张")
    return found


# --- R5 ---


def late_since(resolutions: Sequence[ResolutionFact]) -> datetime.date | None:
    """The day after the earliest time limit that was not kept, or will not have been if nothing happens until then."""
    missed = [
        row.due_on
        for row in resolutions
        if row.due_on is not None and (row.closed_on is None or row.closed_on > row.due_on)
    ]
    return min(missed) + datetime.timedelta(days=1) if missed else None
