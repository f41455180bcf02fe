"""民主评议党员: grades, the cap on 优秀, and what a sheet must say before it is saved (domain 4.4, Art. 18).

Stages: self-rating, mutual rating, ballot, opinion of the branch committee; the result is fed back to the member.
Probationary members take part and are not graded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from members.rules.findings import Finding, Severity

EXCELLENT, QUALIFIED, BASICALLY, UNQUALIFIED = "excellent", "qualified", "basically", "unqualified"
GRADES = (EXCELLENT, QUALIFIED, BASICALLY, UNQUALIFIED)
GRADE_LABELS = {
    EXCELLENT: "优秀",
    QUALIFIED: "合格",
    BASICALLY: "基本合格",
    UNQUALIFIED: "不合格",
}
#: Grades that owe the reason and what is done about it.
WITH_REASON = frozenset({BASICALLY, UNQUALIFIED})

FULL, PROBATIONARY = "full", "probationary"
#: Whom 党员总数 counts in the cap (domain 13, APPRAISAL_EXCELLENT_BASE): the graded full members, or everybody.
FULL_MEMBERS, ALL = "full_members", "all"
BASE_LABELS = {FULL_MEMBERS: "正式党员", ALL: "全体党员"}
APPRAISAL_EXCELLENT_BASE = FULL_MEMBERS

CLAUSE = "《中国共产党支部工作条例（试行）》第十八条"

#: Votes for each grade, in the order of GRADES.
Tally = tuple[int, int, int, int]
NO_VOTES: Tally = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Rated:
    """One member as the sheet has it; `tally` None where no ballots were counted for the member."""

    name: str
    category: str
    grade: str = ""
    self_grade: str = ""
    tally: Tally | None = None
    reason: str = ""
    follow_up: str = ""


def excellent_cap(base: int) -> int:
    """How many may generally be 优秀: at most a third of the base, rounded down."""
    if base < 0:
        raise ValueError("nobody counts less than zero members")
    return base // 3


def base_of(categories: Iterable[str], rule: str = APPRAISAL_EXCELLENT_BASE) -> int:
    """The members that the third is taken of."""
    if rule not in BASE_LABELS:
        raise ValueError(f"unknown base {rule!r}")
    return sum(1 for category in categories if rule == ALL or category == FULL)


def read_tally(text: str) -> Tally | None:
    """Four numbers as they are stored ("6/10/2/0"); None for nothing counted."""
    if not text:
        return None
    first, second, third, fourth = (int(part) for part in text.split("/"))
    return first, second, third, fourth


def write_tally(tally: Tally | None) -> str:
    return "" if tally is None else "/".join(str(votes) for votes in tally)


@dataclass(frozen=True, slots=True)
class Caps:
    """优秀 against its cap."""

    excellent: int
    cap: int

    @property
    def over(self) -> bool:
        return self.excellent > self.cap

    @property
    def sentence(self) -> str:
        return f"优秀 {self.excellent} / 上限 {self.cap}"


def caps_of(rated: Sequence[Rated], rule: str = APPRAISAL_EXCELLENT_BASE) -> Caps:
    """How many are proposed as 优秀, and how many may be."""
    cap = excellent_cap(base_of((member.category for member in rated), rule))
    return Caps(sum(member.grade == EXCELLENT for member in rated), cap)


def check(
    rated: Sequence[Rated],
    *,
    ballots: int | None,
    issued: int | None = None,
    rule: str = APPRAISAL_EXCELLENT_BASE,
    over_cap_reason: str = "",
) -> list[Finding]:
    """What stands against the sheet: HARD is never saved, WARN asks for a reason, INFO is only said."""
    found = [finding for member in rated for finding in _of_member(member, ballots)]
    if issued is not None and ballots is not None and ballots > issued:
        found.append(
            Finding(
                "ballots",
                Severity.HARD,
                "ballots_collected",
                f"收回测评票 {ballots} 张，多于发出的 {issued} 张，请核对。",
                CLAUSE,
            )
        )
    caps = caps_of(rated, rule)
    if caps.over:
        words = (
            f"评定优秀 {caps.excellent} 人，超过上限 {caps.cap} 人（一般不超过{BASE_LABELS[rule]}的三分之一）"
        )
        end = "。" if over_cap_reason.strip() else "，请调整，或填写超过上限的原因。"
        found.append(Finding("excellent_cap", Severity.WARN, "over_cap_reason", words + end, CLAUSE))
    open_ones = sum(member.category == FULL and not member.grade for member in rated)
    if open_ones:
        found.append(Finding("ungraded", Severity.INFO, "", f"还有 {open_ones} 名正式党员没有评定等次。"))
    return found


def _of_member(member: Rated, ballots: int | None) -> list[Finding]:
    """Findings of one row; their field is the part of the row that they are about."""
    found = []

    def refuse(code: str, field: str, words: str) -> None:
        found.append(Finding(code, Severity.HARD, field, f"{member.name}：{words}", CLAUSE))

    if member.category == PROBATIONARY:
        if member.grade or member.self_grade or member.tally is not None:
            refuse("probationary", "grade", "预备党员参加评议但不评定等次，请清空等次和得票。")
        return found
    for grade in (member.grade, member.self_grade):
        if grade and grade not in GRADES:
            refuse("grade", "grade", "等次不在优秀、合格、基本合格、不合格之中，请重新选择。")
    if member.tally is not None:
        total = sum(member.tally)
        if min(member.tally) < 0:
            refuse("tally", "tally", "得票不能小于 0。")
        elif ballots is None:
            refuse("tally", "tally", "登记了得票，请先填写收回的测评票数。")
        elif total > ballots:
            refuse("tally", "tally", f"各等次得票合计 {total} 张，多于收回的 {ballots} 张，请核对。")
    if member.grade in WITH_REASON and not (member.reason.strip() and member.follow_up.strip()):
        label = GRADE_LABELS[member.grade]
        refuse("reason", "reason", f"评定为{label}的，请写明主要问题和后续措施。")
    return found
