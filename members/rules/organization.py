"""Structure and terms of organisations (domain 2.2-2.5 and 10), as findings with their clause.

“一般” in the regulation means that a deviation needs a reason: such findings are WARN, never HARD.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from branch_portal.dates import add_months, add_years, format_date_cn
from members.rules.findings import Finding, Severity

COMMITTEE, GENERAL_BRANCH, BRANCH, CELL = "committee", "general_branch", "branch", "cell"
SOLE, JOINT, TEMPORARY, FUNCTIONAL = "sole", "joint", "temporary", "functional"
VILLAGE, COMMUNITY = "village", "community"

SECRETARY, DEPUTY_SECRETARY = "secretary", "deputy_secretary"
#: Posts that every branch committee fills (Art. 20); one person may hold several.
COMMITTEE_POSTS = ("organization", "publicity", "discipline")
POST_LABELS = {"organization": "组织委员", "publicity": "宣传委员", "discipline": "纪检委员"}

COMMITTEE_FROM = 7
MEMBERS_TO_FOUND, MEMBERS_AT_MOST, UNITS_AT_MOST = 3, 50, 5
COMMITTEE_MIN, COMMITTEE_NORMAL_MAX, COMMITTEE_MAX = 3, 5, 7
CELL_MIN_SIZE = 3
SECRETARY_STANDING = 1

_REGULATION = "《中国共产党支部工作条例（试行）》"
_TERM = "《关于党的基层组织任期的意见》"


@dataclass(frozen=True, slots=True)
class CellFacts:
    """A cell's name, size and leader; ``leader_is_full`` is None where it has no leader."""

    name: str
    members: int
    full_members: int
    leader_is_full: bool | None = None


@dataclass(frozen=True, slots=True)
class OrganizationFacts:
    """One organisation on a day. ``committee_size`` counts people, ``posts`` holders per post (post →
    number).

    ``has_committee`` says whether a branch committee was elected; ``secretary_standing_years`` is the
    secretary's 党龄 on the day of election. ``units`` is how many units a joint branch covers.
    """

    kind: str = BRANCH
    formation: str = SOLE
    unit_category: str = ""
    members: int = 0
    full_members: int = 0
    units: int = 1
    has_committee: bool = False
    committee_size: int = 0
    posts: Mapping[str, int] = field(default_factory=dict)
    cells: Sequence[CellFacts] = ()
    secretary_standing_years: int | None = None
    elected_on: date | None = None
    extended_until: date | None = None
    applied_on: date | None = None
    replied_on: date | None = None


def committee_required(full_members: int) -> bool:
    """Art. 20: a branch with seven full members or more sets up a committee."""
    return full_members >= COMMITTEE_FROM


def holds_elections(formation: str) -> bool:
    """Temporary and functional branches hold no term elections; their officers are appointed (Art. 7)."""
    return formation not in {TEMPORARY, FUNCTIONAL}


def admits_members(formation: str) -> bool:
    """Nor do they admit, discipline or dispose of members, or collect dues: affiliation stays at the home
    branch."""
    return formation not in {TEMPORARY, FUNCTIONAL}


def term_years(kind: str, unit_category: str = "") -> int:
    """Five years for a Party committee and for villages and communities, three for other branches."""
    return 5 if kind == COMMITTEE or unit_category in {VILLAGE, COMMUNITY} else 3


def term_end(elected_on: date, kind: str = BRANCH, unit_category: str = "") -> date:
    """The day on which the term ends."""
    return add_years(elected_on, term_years(kind, unit_category))


def term_reminder(end: date) -> date:
    """The higher organisation reminds six months before a term ends."""
    return add_months(end, -6)


def check_secretary(standing_years: int) -> Iterator[Finding]:
    """Art. 23: a secretary generally has a year of Party standing, on the day of election or appointment."""
    if standing_years < SECRETARY_STANDING:
        message = f"书记一般应当具有 {SECRETARY_STANDING} 年以上党龄"
        yield _warn("secretary_standing", "posts", message, f"{_REGULATION}第二十三条")


def check_organization(facts: OrganizationFacts, *, today: date) -> list[Finding]:
    """Structure and term of one organisation; HARD first. Only branches have structure checks of their
    own."""
    found: list[Finding] = []
    if facts.kind == BRANCH:
        found += [*_check_size(facts), *_check_committee(facts), *_check_cells(facts)]
    if facts.kind != CELL:
        found += _check_term(facts, today)
    order = list(Severity)
    return sorted(found, key=lambda finding: order.index(finding.severity))


def _warn(code: str, where: str, message: str, clause: str) -> Finding:
    return Finding(code, Severity.WARN, where, message, clause)


def _check_size(facts: OrganizationFacts) -> Iterator[Finding]:
    fourth, fifth = f"{_REGULATION}第四条", f"{_REGULATION}第五条"
    if facts.formation == SOLE and facts.full_members < MEMBERS_TO_FOUND:
        message = f"正式党员 {facts.full_members} 人，不足 3 人的一般成立联合党支部"
        yield _warn("too_few_to_stand_alone", "full_members", message, fifth)
    if facts.members > MEMBERS_AT_MOST:
        message = f"党员 {facts.members} 人，党支部党员人数一般不超过 50 人"
        yield _warn("too_many_members", "members", message, fourth)
    if facts.formation == JOINT and facts.units > UNITS_AT_MOST:
        message = f"联合党支部覆盖 {facts.units} 个单位，一般不超过 5 个"
        yield _warn("too_many_units", "units", message, fifth)
    if facts.applied_on and facts.replied_on and facts.replied_on > add_months(facts.applied_on, 1):
        message = "成立党支部的批复一般不超过 1 个月"
        yield _warn("reply_late", "replied_on", message, f"{_REGULATION}第六条")


def _check_committee(facts: OrganizationFacts) -> Iterator[Finding]:
    clause = f"{_REGULATION}第二十条"
    secretaries = facts.posts.get(SECRETARY, 0)
    if secretaries == 0:
        yield _warn("no_secretary", "posts", "没有书记，应及时补选或指派", f"{_REGULATION}第二十一条")
    if secretaries > 1:
        yield Finding(
            "two_secretaries", Severity.HARD, "posts", f"同时有 {secretaries} 名书记，应为 1 名", clause
        )
    if facts.posts.get(DEPUTY_SECRETARY, 0) > 1:
        yield _warn("many_deputies", "posts", "副书记一般不超过 1 名", clause)
    if facts.secretary_standing_years is not None:
        yield from check_secretary(facts.secretary_standing_years)
    if not facts.has_committee:
        if committee_required(facts.full_members) and holds_elections(facts.formation):
            message = f"正式党员 {facts.full_members} 人，应当设立支部委员会（7 人以上）"
            yield _warn("committee_missing", "has_committee", message, clause)
        return
    if facts.full_members < COMMITTEE_FROM:
        message = f"正式党员 {facts.full_members} 人，不足 7 人的设书记，不设支部委员会"
        yield _warn("committee_not_needed", "has_committee", message, clause)
    if facts.committee_size < COMMITTEE_MIN:
        message = f"支部委员会 {facts.committee_size} 人，至少 3 人"
        yield Finding("committee_too_small", Severity.HARD, "committee_size", message, clause)
    elif facts.committee_size > COMMITTEE_MAX:
        message = f"支部委员会 {facts.committee_size} 人，最多一般不超过 7 人"
        yield _warn("committee_too_large", "committee_size", message, clause)
    elif facts.committee_size > COMMITTEE_NORMAL_MAX:
        message = f"支部委员会 {facts.committee_size} 人，一般为 3 至 5 人"
        yield Finding("committee_above_normal", Severity.INFO, "committee_size", message, clause)
    if vacant := [POST_LABELS[post] for post in COMMITTEE_POSTS if not facts.posts.get(post, 0)]:
        yield _warn("posts_vacant", "posts", f"尚缺{'、'.join(vacant)}", clause)


def _check_cells(facts: OrganizationFacts) -> Iterator[Finding]:
    clause = f"{_REGULATION}第十三条"
    for cell in facts.cells:
        if cell.leader_is_full is None:
            yield _warn("cell_without_leader", "cells", f"{cell.name}没有组长", clause)
        elif not cell.leader_is_full:
            yield _warn("cell_leader_not_full", "cells", f"{cell.name}组长应为正式党员", "")
        if cell.members < CELL_MIN_SIZE or cell.full_members < 1:
            message = f"{cell.name}有党员 {cell.members} 人，一般不少于 {CELL_MIN_SIZE} 人且至少 1 名正式党员"
            # Common practice, in no national text: shown without a clause.
            yield _warn("cell_too_small", "cells", message, "")


def _check_term(facts: OrganizationFacts, today: date) -> Iterator[Finding]:
    if facts.elected_on is None or not holds_elections(facts.formation):
        return
    end = term_end(facts.elected_on, facts.kind, facts.unit_category)
    if facts.extended_until is not None:
        if facts.extended_until > add_years(end, 1):
            yield _warn("extension_too_long", "extended_until", "延长任期一般不超过 1 年", _TERM)
        end = max(end, facts.extended_until)
    shown = format_date_cn(end).partition("（")[0]
    if today > end:
        yield _warn("term_overdue", "elected_on", f"任期已于 {shown} 届满，应及时换届", _TERM)
    elif today >= term_reminder(end):
        yield Finding("term_ending", Severity.INFO, "elected_on", f"任期将于 {shown} 届满，请准备换届", _TERM)
