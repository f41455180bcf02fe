"""What must hold of one member's card (domain 3.2), and the figures that follow from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from branch_portal.dates import add_months, add_years, format_date_cn, full_years, today_shanghai
from members.rules import national_id
from members.rules.findings import Finding, Severity

FULL, PROBATIONARY = "full", "probationary"
NORMAL, SUSPENDED = "normal", "suspended"
EXITED, DECEASED, TRANSFERRED_OUT = "exited", "deceased", "transferred_out"

#: The Party Constitution of this day restored the probationary period; members admitted in the years
#: before may have had none, and earlier ones of other lengths, so that before it a short period is only
#: pointed out.
PROBATION_RESTORED = date(1977, 8, 18)
#: The Party Constitution of 1982 with the age of eighteen in its first article.
ADULTHOOD_RULE = date(1982, 9, 6)

_CONSTITUTION = "《中国共产党章程》"


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A member's card as far as the checks read it; None or "" is what is not known.

    ``out_of_contact`` None means that the flag is not kept apart from the date. ``extension_until`` is the
    end of an extended probation. ``id_number`` is as typed; ``allow_demo`` lets demo numbers pass.
    """

    category: str
    standing: str = NORMAL
    admitted_on: date | None = None
    confirmed_on: date | None = None
    birth_date: date | None = None
    gender: str = ""
    id_number: object = None
    out_of_contact: bool | None = None
    lost_contact_on: date | None = None
    floating_since: date | None = None
    extension_until: date | None = None
    applied_on: date | None = None
    work_started_on: date | None = None
    allow_demo: bool = False


def check_member(facts: MemberFacts, *, today: date | None = None) -> list[Finding]:
    """Everything that the card's own data contradict, HARD first; uniqueness needs the database and is not
    here."""
    day = today or today_shanghai()
    found = [
        *_check_category(facts),
        *_check_order_of_dates(facts, day),
        *_check_admission(facts),
        *_check_extension(facts),
        *_check_earlier_dates(facts),
        *_check_number(facts, day),
        *_check_contact(facts, day),
    ]
    order = list(Severity)
    return sorted(found, key=lambda finding: order.index(finding.severity))


def party_standing_years(confirmed_on: date | None, on: date, correction: int = 0) -> int:
    """党龄 on a day in full years from full membership, with its 校正值; 0 for who is not confirmed yet."""
    if confirmed_on is None or confirmed_on > on:
        return 0
    return max(full_years(confirmed_on, on) + correction, 0)


def probation_end(admitted_on: date, extension_until: date | None = None) -> date:
    """The day on which probation ends: one year after the admitting meeting, or the end of its extension."""
    return extension_until or add_years(admitted_on, 1)


def extension_bounds(admitted_on: date) -> tuple[date, date]:
    """The earliest and the latest day to which probation may be extended."""
    return add_months(probation_end(admitted_on), 6), add_years(probation_end(admitted_on), 1)


def counts_as_expected(standing: str) -> bool:
    """Whether a member is on rolls at all: not while membership is suspended, nor after any exit."""
    return standing == NORMAL


def is_floating(floating_since: date | None, on: date) -> bool:
    """Away for at least six months running, the affiliation not moved (domain 9.2)."""
    return floating_since is not None and add_months(floating_since, 6) <= on


def political_birthday(admitted_on: date, year: int) -> date:
    """The day of admission in ``year``; 29 February is kept on the 28th in ordinary years."""
    return add_years(admitted_on, year - admitted_on.year)


def _hard(code: str, field: str, message: str, clause: str = "") -> Finding:
    return Finding(code, Severity.HARD, field, message, clause)


def _warn(code: str, field: str, message: str, clause: str = "") -> Finding:
    return Finding(code, Severity.WARN, field, message, clause)


def _check_category(facts: MemberFacts) -> Iterator[Finding]:
    clause = f"{_CONSTITUTION}第七条"
    if facts.category not in {FULL, PROBATIONARY}:
        yield _hard("category_unknown", "category", "人员类别应为正式党员或预备党员")
    elif facts.category == FULL and facts.confirmed_on is None:
        yield _hard("full_without_date", "confirmed_on", "正式党员应填写转为正式党员日期", clause)
    elif facts.category == PROBATIONARY and facts.confirmed_on is not None:
        yield _hard("probationary_with_date", "confirmed_on", "预备党员不应有转为正式党员日期", clause)


def _check_order_of_dates(facts: MemberFacts, today: date) -> Iterator[Finding]:
    for field, label, value in (
        ("birth_date", "出生日期", facts.birth_date),
        ("admitted_on", "入党日期", facts.admitted_on),
        ("confirmed_on", "转为正式党员日期", facts.confirmed_on),
        ("lost_contact_on", "失去联系日期", facts.lost_contact_on),
        ("floating_since", "外出日期", facts.floating_since),
        ("applied_on", "申请入党日期", facts.applied_on),
        ("work_started_on", "参加工作日期", facts.work_started_on),
    ):
        if value is not None and value > today:
            yield _hard(f"{field}_in_future", field, f"{label} {_cn(value)} 晚于今天")
    if facts.birth_date and full_years(facts.birth_date, today) > 120:
        yield _warn("age_over_120", "birth_date", f"按出生日期 {_cn(facts.birth_date)} 已超过 120 岁，请核对")
    if facts.admitted_on is None:
        yield _hard("not_admitted", "admitted_on", "没有填写入党日期")
        return
    for field, label, value in (
        ("lost_contact_on", "失去联系日期", facts.lost_contact_on),
        ("floating_since", "外出日期", facts.floating_since),
    ):
        if value is not None and value < facts.admitted_on:
            yield _warn(f"{field}_before_admission", field, f"{label}早于入党日期，请核对")


def _check_admission(facts: MemberFacts) -> Iterator[Finding]:
    admitted, confirmed, born = facts.admitted_on, facts.confirmed_on, facts.birth_date
    if admitted is None:
        return
    if confirmed is not None and confirmed < admitted:
        yield _hard("confirmed_before_admitted", "confirmed_on", "转为正式党员日期早于入党日期")
    elif confirmed is not None and confirmed < add_years(admitted, 1):
        end = _cn(add_years(admitted, 1))
        clause = f"{_CONSTITUTION}第七条：预备党员的预备期为一年"
        if admitted >= PROBATION_RESTORED:
            yield _hard("probation_too_short", "confirmed_on", f"预备期不满一年，最早应为 {end}", clause)
        else:
            yield _warn(
                "probation_too_short",
                "confirmed_on",
                "预备期不满一年；早年入党者可能如此，请对照档案",
                clause,
            )
    if born is None:
        return
    clause = f"{_CONSTITUTION}第一条：年满十八岁"
    if admitted < born:
        yield _hard("admitted_before_birth", "admitted_on", "入党日期早于出生日期")
    elif admitted < add_years(born, 18):
        age = full_years(born, admitted)
        if admitted >= ADULTHOOD_RULE:
            yield _hard("admitted_under_18", "admitted_on", f"入党时 {age} 周岁，未满十八岁", clause)
        else:
            yield _warn(
                "admitted_under_18",
                "admitted_on",
                f"入党时 {age} 周岁；早年入党者可能如此，请对照档案",
                clause,
            )


def _check_extension(facts: MemberFacts) -> Iterator[Finding]:
    """An extension runs half a year at least and a year at most from the end of the first year (domain 7.2)."""
    if facts.extension_until is None or facts.admitted_on is None:
        return
    clause = f"{_CONSTITUTION}第七条：延长预备期不能超过一年"
    first, last = extension_bounds(facts.admitted_on)
    if not first <= facts.extension_until <= last:
        words = f"延长预备期应至 {_cn(first)} 至 {_cn(last)} 之间"
        yield _hard("extension_length", "extension_until", words, clause)
    elif facts.confirmed_on is not None and facts.confirmed_on < facts.extension_until:
        yield _hard("confirmed_in_extension", "confirmed_on", "转为正式党员日期早于延长预备期届满日", clause)


def _check_earlier_dates(facts: MemberFacts) -> Iterator[Finding]:
    applied, born, started = facts.applied_on, facts.birth_date, facts.work_started_on
    if applied and facts.admitted_on and applied > facts.admitted_on:
        yield _hard("applied_after_admission", "applied_on", "申请入党日期晚于入党日期")
    if applied and born and applied < add_years(born, 18):
        clause = f"{_CONSTITUTION}第一条：年满十八岁"
        if applied >= ADULTHOOD_RULE:
            yield _hard("applied_under_18", "applied_on", "申请入党时未满十八岁", clause)
        else:
            yield _warn("applied_under_18", "applied_on", "申请入党时未满十八岁，请对照档案", clause)
    if started and born and started < add_years(born, 14):
        yield _warn("work_started_early", "work_started_on", "参加工作时不满十四周岁，请对照档案")


def _check_number(facts: MemberFacts, today: date) -> Iterator[Finding]:
    if facts.id_number is None or facts.id_number == "":
        return
    problems = national_id.check(facts.id_number, allow_demo=facts.allow_demo, today=today)
    if problems:
        for problem in problems:
            yield _hard("id_number_invalid", "id_number", problem)
        return
    number = national_id.facts_of(national_id.normalise(facts.id_number))
    if facts.gender and facts.gender != number.sex:
        yield _warn("gender_differs", "gender", "性别与公民身份号码第 17 位不一致")
    if facts.birth_date and facts.birth_date != number.birth_date:
        # The personnel file decides the birth date, and it may differ from the card.
        yield _warn("birth_date_differs", "birth_date", "出生日期与公民身份号码不一致，以人事档案为准")


def _check_contact(facts: MemberFacts, today: date) -> Iterator[Finding]:
    if facts.out_of_contact is True and facts.lost_contact_on is None:
        yield _hard("lost_without_date", "lost_contact_on", "失联党员应填写失去联系日期")
    if facts.out_of_contact is False and facts.lost_contact_on is not None:
        yield _hard("date_without_lost", "lost_contact_on", "未标为失联党员，不应有失去联系日期")
    if facts.category == PROBATIONARY and facts.standing == NORMAL and facts.admitted_on:
        end = probation_end(facts.admitted_on, facts.extension_until)
        if end < today:
            yield _warn(
                "confirmation_overdue",
                "confirmed_on",
                f"预备期已于 {_cn(end)} 届满，应及时讨论能否转为正式党员",
                f"{_CONSTITUTION}第七条",
            )


def _cn(day: date) -> str:
    return format_date_cn(day).partition("（")[0]
