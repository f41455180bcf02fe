"""The arithmetic of a resolution: quorum, majority, what is still lacking, and its sentence for the minutes (domain 5.3, 5.5a).

Votes in favour are compared with those *expected*, never with those present or the votes cast: who abstains or stays away
works like who votes against.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from activities.rules.vote_kinds import (
    COMMITTEE_DECISION,
    ELECTION,
    METHOD_LABELS,
    MORE_THAN_HALF,
    VOTE_KINDS,
    VoteTerms,
)
from activities.rules.voters import Base

PASSED, FAILED = "passed", "failed"
OUTCOME_LABELS = {PASSED: "通过", FAILED: "未通过"}
#: A branch sets up a committee from this number of full members on (Art. 20).
COMMITTEE_FROM = 7
CLOSE_CLAUSE = "《中国共产党章程》第十七条"


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes cast by those present."""

    in_favour: int
    against: int
    abstain: int

    @property
    def total(self) -> int:
        return self.in_favour + self.against + self.abstain


@dataclass(frozen=True, slots=True)
class Standing:
    """How a vote stands: what is needed, what is lacking (“还差 n 人”), and whether it passes."""

    quorum_needed: int
    quorum_short: int
    votes_needed: int
    votes_short: int
    passed: bool

    @property
    def quorum_met(self) -> bool:
        return self.quorum_short == 0


def quorum_needed(kind: str, expected: int, terms: VoteTerms) -> int:
    return terms.quorum(kind).needed(expected)


def votes_needed(kind: str, base: Base, terms: VoteTerms) -> int:
    """Votes in favour, written ones included where they count; more than half is one rule for all kinds."""
    return MORE_THAN_HALF.needed(terms.passing_base(kind, base.expected, base.present))


def standing(kind: str, base: Base, terms: VoteTerms, votes: Votes | None = None) -> Standing:
    """Never passed without quorum, never with exactly half."""
    quorum, needed = quorum_needed(kind, base.expected, terms), votes_needed(kind, base, terms)
    written = base.written_for if VOTE_KINDS[kind].written else 0
    in_favour = (votes.in_favour if votes else 0) + written
    met = terms.quorum(kind).met(base.present, base.expected)
    return Standing(
        quorum_needed=quorum,
        quorum_short=0 if met else max(quorum - base.present, 1),
        votes_needed=needed,
        votes_short=max(needed - in_favour, 0),
        passed=votes is not None and met and in_favour >= needed,
    )


def vote_problems(kind: str, base: Base, terms: VoteTerms, votes: Votes) -> list[str]:
    """Arithmetic that cannot be (HARD); each sentence names the place and the mend."""
    if base.expected <= 0:
        return ["应到会人员中没有一人有表决权，不能表决；请核对到会情况和党员类别。"]
    problems = quorum_problems(kind, base, terms)
    if min(votes.in_favour, votes.against, votes.abstain) < 0:
        problems.append("票数不能为负数，请改正。")
    if votes.total != base.present:
        more = votes.total - base.present
        gap = f"多出 {more} 票" if more > 0 else f"少 {-more} 票"
        problems.append(
            f"赞成 {votes.in_favour}、不赞成 {votes.against}、弃权 {votes.abstain} 合计 {votes.total} 票，"
            f"与有表决权的实到 {base.present} 人不符，{gap}；请核对票数，或修改到会情况。"
        )
    return problems


def quorum_problems(kind: str, base: Base, terms: VoteTerms) -> list[str]:
    """Without a quorum no vote may be taken: there is no result to store."""
    now = standing(kind, base, terms)
    if now.quorum_met:
        return []
    right = "选举权" if kind == ELECTION else "表决权"
    whom = "委员" if kind == COMMITTEE_DECISION else f"有{right}的党员"
    return [
        f"应到会{whom} {base.expected} 人，实到 {base.present} 人，至少须到 {now.quorum_needed} 人，"
        f"还差 {now.quorum_short} 人，不能{'选举' if kind == ELECTION else '表决'}；请核对到会情况，或另行召开会议。"
    ]


# 李和平 is one name, 张三和李四 are two.
_SEVERAL = re.compile(
    r"[、，,；;/／]|\s(?:和|及|与)\s|^[\u4e00-\u9fff]{2,4}(?:和|及|与)[\u4e00-\u9fff]{2,4}$"
    r"|(?:^|等)[二两三四五六七八九十\d]+(?:名|位|人)?(?:同志)?$"
)


def subject_problems(kind: str, subjects: list[str]) -> list[str]:
    """Each person is discussed and voted on separately (细则 Art. 20); a joint vote is refused."""
    if not VOTE_KINDS[kind].one_person:
        return []
    if not subjects:
        return [f"请写明表决的是谁：{VOTE_KINDS[kind].label}须逐人表决。"]
    if len(subjects) > 1 or _SEVERAL.search(subjects[0].strip()):
        return [f"{VOTE_KINDS[kind].label}须逐人讨论、逐人表决，一项表决只写一人；请每人各添加一项表决。"]
    return []


def is_close(votes: Votes) -> bool:
    """Whether both sides are near each other: the difference is at most a fifth of the votes for and against (derived)."""
    sides = votes.in_favour + votes.against
    return votes.against > 0 and 5 * abs(votes.in_favour - votes.against) <= sides


def close_prompt(votes: Votes) -> str:
    """ "" or the reminder that an important question with near numbers is put off (INFO, never a block)."""
    if not is_close(votes):
        return ""
    return (
        f"赞成与不赞成票数接近。{CLOSE_CLAUSE}：对重要问题发生争论、双方人数接近的，除了在紧急情况下必须按多数意见执行外，"
        "应当暂缓作出决定，进一步调查研究，交换意见，下次再表决。"
    )


def committee_warning(full_members: int) -> str:
    """WARN: a small branch has no committee, so no committee meeting decides for it (Art. 20)."""
    if full_members >= COMMITTEE_FROM:
        return ""
    return f"正式党员 {full_members} 人，不足 {COMMITTEE_FROM} 人的党支部一般不设支部委员会，请核对是否应由支部党员大会决定。"


def resolution_sentence(
    kind: str, base: Base, terms: VoteTerms, votes: Votes, *, method: str, title: str
) -> str:
    """The sentence for the minutes (5.5a), with the written opinions and the result."""
    now = standing(kind, base, terms, votes)
    committee = kind == COMMITTEE_DECISION
    who = "支部委员会应到会委员" if committee else "支部大会应到会有表决权的正式党员"
    parts = [
        f"{who}{base.expected}名，实到{base.present}名。",
        f"经{METHOD_LABELS[method]}{'' if '表决' in METHOD_LABELS[method] else '表决'}，"
        f"{votes.in_favour}票赞成，{votes.against}票不赞成，{votes.abstain}名弃权。",
    ]
    if base.written and VOTE_KINDS[kind].written:
        parts.append(
            f"另有{base.written}名党员会前正式提出书面意见，其中{base.written_for}名赞成，"
            f"{base.written_against}名不赞成，{base.written_abstain}名弃权。"
        )
    present_based = terms.passing_base(kind, base.expected, base.present) != base.expected
    measured = (
        f"{'实到会' if present_based else '应到会'}{'委员' if committee else '有表决权的正式党员'}的半数"
    )
    subject = f"：{title.rstrip('。')}" if title else ""
    parts.append(
        f"赞成人数超过{measured}，决议通过{subject}。"
        if now.passed
        else f"赞成人数未超过{measured}，决议未通过{subject}。"
    )
    return "".join(parts)
