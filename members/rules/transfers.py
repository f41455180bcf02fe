"""组织关系介绍信: the steps from request to return slip, and how long a letter may be valid (domain 9.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from branch_portal.dates import add_months, format_date_cn
from branch_portal.permissions import Permission
from members.rules.findings import Finding, Severity

CLAUSE = "《中国共产党党员教育管理工作条例》第二十五条"
OLD, RECEIVING = "old", "receiving"
USUAL_MONTHS, LEAST_MONTHS, MOST_MONTHS = 3, 1, 6


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed change of state: by which side (`RECEIVING` is the old side too where the new one is outside the portal)."""

    label: str
    before: frozenset[str]
    after: str
    permission: Permission
    side: str


#: The one table of transitions; nothing else changes a transfer's state.
STEPS: dict[str, Step] = {
    "issue": Step("开出介绍信", frozenset({"requested"}), "issued", Permission.ISSUE_TRANSFERS, OLD),
    "accept": Step("登记接收", frozenset({"issued"}), "accepted", Permission.EDIT_ROSTER, RECEIVING),
    "return": Step("退回", frozenset({"issued"}), "returned", Permission.EDIT_ROSTER, RECEIVING),
    "withdraw": Step("撤回", frozenset({"requested", "issued"}), "withdrawn", Permission.EDIT_ROSTER, OLD),
    "expire": Step("登记过期", frozenset({"issued"}), "expired", Permission.EDIT_ROSTER, OLD),
}


def usual_validity(issued_on: date) -> date:
    return add_months(issued_on, USUAL_MONTHS)


def check_letter(issued_on: date, valid_until: date, dues_paid_until: date | None) -> Iterator[Finding]:
    """What is wrong or unusual with a letter: validity of one to six months, generally three; dues paid up to its month."""
    if not add_months(issued_on, LEAST_MONTHS) <= valid_until <= add_months(issued_on, MOST_MONTHS):
        first, last = add_months(issued_on, LEAST_MONTHS), add_months(issued_on, MOST_MONTHS)
        yield Finding(
            "validity_out_of_range",
            Severity.HARD,
            "valid_until",
            f"有效期应为 {LEAST_MONTHS}–{MOST_MONTHS} 个月，即 {_cn(first)}至{_cn(last)}",
            CLAUSE,
        )
    elif valid_until > usual_validity(issued_on):
        yield Finding(
            "validity_unusual",
            Severity.WARN,
            "valid_until",
            f"介绍信有效期一般不超过 {USUAL_MONTHS} 个月，请核对",
            CLAUSE,
        )
    if dues_paid_until is None or dues_paid_until < issued_on.replace(day=1):
        yield Finding(
            "dues_behind", Severity.WARN, "dues_paid_until", "党费没有交至介绍信开出的当月，请核对", CLAUSE
        )


def _cn(day: date) -> str:
    return format_date_cn(day).split("（")[0]
