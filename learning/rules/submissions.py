"""Own study that a member hands in: what each kind counts as, which step may follow which, and what it would count
(domain 6.3, product M3).

The promise made before handing in is the year's own arithmetic, done twice: with and without the item. Items that wait are
taken as accepted, so the promises of several waiting items add up to what the year says once all of them are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from learning.rules.categories import (
    CATEGORY_LABELS,
    ONLINE_COURSE,
    SELF_STUDY,
    XUEXI_QIANGGUO,
    StudyRule,
)
from learning.rules.hours import ZERO, Credit, Required, credit_hours, explain_credit, show, year_total

BOOK, ONLINE, RED_BASE, XUEXI, FRAGMENTS = "book", "online", "red_base", "xuexi", "fragments"
KIND_LABELS: dict[str, str] = {
    BOOK: "读书",
    ONLINE: "网络课程",
    RED_BASE: "红色基地参观",
    XUEXI: "学习强国年度说明",
    FRAGMENTS: "零散自学",
}

DRAFT, SUBMITTED, RETURNED = "draft", "submitted", "returned"
ACCEPTED, PARTLY_ACCEPTED, WITHDRAWN = "accepted", "partly_accepted", "withdrawn"
STATE_LABELS: dict[str, str] = {
    DRAFT: "草稿",
    SUBMITTED: "待审核",
    RETURNED: "退回修改",
    ACCEPTED: "已通过",
    PARTLY_ACCEPTED: "部分通过",
    WITHDRAWN: "已撤回",
}
#: The member may still write, or take back, what is in these states.
MEMBERS_TURN = frozenset({DRAFT, RETURNED})
WITHDRAWABLE = frozenset({DRAFT, RETURNED, SUBMITTED})
#: What the ledger has minutes of.
COUNTING = frozenset({ACCEPTED, PARTLY_ACCEPTED})
#: What the branch reads: never what a member has not handed in yet.
READ_BY_BRANCH = frozenset({SUBMITTED, RETURNED, ACCEPTED, PARTLY_ACCEPTED})

SUBMIT, WITHDRAW, DECIDE, CORRECT = "submit", "withdraw", "decide", "correct"
_SOURCES: dict[str, frozenset[str]] = {
    SUBMIT: MEMBERS_TURN,
    WITHDRAW: WITHDRAWABLE,
    DECIDE: frozenset({SUBMITTED}),
    CORRECT: COUNTING,
}


def allowed(step: str, state: str) -> bool:
    """Whether the step may follow in this state; KeyError for an unknown step."""
    return state in _SOURCES[step]


def decided_state(claimed: int, accepted: int) -> str:
    """The state after so many of the claimed minutes were accepted; ValueError for more than were claimed."""
    if not 0 <= accepted <= claimed:
        raise ValueError("accepted minutes lie between none and the claimed ones")
    if accepted == 0:
        return RETURNED
    return ACCEPTED if accepted == claimed else PARTLY_ACCEPTED


def category_of(kind: str, *, organised: bool) -> str:
    """The study category of a kind. An online course counts as one only when a Party organisation organised it (domain
    6.3); any other is own study, and so is a visit that was no gathering of the branch."""
    if kind == ONLINE:
        return ONLINE_COURSE if organised else SELF_STUDY
    return {BOOK: SELF_STUDY, RED_BASE: SELF_STUDY, FRAGMENTS: SELF_STUDY, XUEXI: XUEXI_QIANGGUO}[kind]


@dataclass(frozen=True, slots=True)
class Promise:
    """What an item would make: `recorded` hours of its own, `counted` of them towards the year, `left` under the cap before
    it (None = no cap), and the reason in Chinese."""

    category: str
    recorded: Decimal
    counted: Decimal
    left: Decimal | None
    lines: tuple[str, ...]


def promise(
    *,
    category: str,
    minutes: int,
    year: int,
    rules: Mapping[str, StudyRule],
    credits: Sequence[Credit],
    waiting: Sequence[tuple[str, int]],
    required: Required,
) -> Promise:
    """What `minutes` of `category` would add to the member's year.

    `credits` is the member's ledger of the year, `waiting` (category, minutes) of the other items that wait for the branch.
    """
    rule = rules.get(category)
    label = CATEGORY_LABELS[category]
    if rule is None:
        return Promise(category, ZERO, ZERO, None, (f"{year} 年没有{label}的学时规则，只登记，不计学时。",))
    assumed = [*credits, *(_credit(rules, name, length) for name, length in waiting if name in rules)]
    before = year_total(year, assumed, rules, required)
    after = year_total(year, [*assumed, _credit(rules, category, minutes)], rules, required)
    recorded, counted = credit_hours(minutes, rule), after.counted - before.counted
    used = sum((total.counted for total in before.categories if total.category == category), ZERO)
    left = None if rule.annual_cap is None else max(rule.annual_cap - used, ZERO)
    lines = (
        *((explain_credit(minutes, rule) + "。",) if minutes else ()),
        *_limits(rule, label, required, used, left, waits=any(name == category for name, _ in waiting)),
        *(
            (_outcome(recorded, counted, required, counts=rule.counts_toward_required and left != ZERO),)
            if minutes
            else ()
        ),
    )
    return Promise(category, recorded, counted, left, lines)


def _credit(rules: Mapping[str, StudyRule], category: str, minutes: int) -> Credit:
    return Credit(category, minutes, credit_hours(minutes, rules[category]), pending=True)


def _limits(
    rule: StudyRule, label: str, required: Required, used: Decimal, left: Decimal | None, *, waits: bool
) -> tuple[str, ...]:
    clause = f"（{rule.clause}）" if rule.clause else ""
    if not rule.counts_toward_required or rule.annual_cap == 0:
        because = f"，因为{rule.clause}" if rule.clause else ""
        return (f"{label}不计入 {required.hours.normalize():f} 学时{because}。登记后会保留在学习记录里。",)
    if left is None or rule.annual_cap is None:
        return (f"{label}计入应学学时，没有年度上限{clause}。",)
    spent = f"已用 {show(used)}" + ("（含待审核的）" if waits else "")
    return (f"{label}每年最多计入 {show(rule.annual_cap)} 学时{clause}；{spent}，还可计 {show(left)} 学时。",)


def _outcome(recorded: Decimal, counted: Decimal, required: Required, *, counts: bool) -> str:
    if counted == recorded:
        return f"全部通过后计入 {show(counted)} 学时。"
    why = "受年度上限限制，" if counts else ""
    return f"全部通过后登记 {show(recorded)} 学时，{why}其中计入 {show(counted)} 学时。"
