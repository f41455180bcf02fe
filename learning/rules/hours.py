"""Study hours (学时): exact arithmetic from minutes to a year's total, and the same arithmetic in words
(domain 6).

Minutes are the stored truth. Hours are Decimals on the rule's step, floored item by item; caps of the year
apply to the sum of a category, never to rows. No floating point anywhere: 45 minutes must be 1.0 for ever.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal
from fractions import Fraction

from branch_portal.dates import year_bounds
from learning.rules.categories import CATEGORIES, CATEGORY_LABELS, CENTRAL_TRAINING, StudyRule

ZERO = Decimal(0)

#: Posts whose holders owe the officers' hours: the secretary and the committee, not the leader of a cell.
OFFICER_POSTS = frozenset(
    {"secretary", "deputy_secretary", "organization", "publicity", "discipline", "committee_member"}
)
ANY_DAY, MAJORITY = "any_day", "majority"

COUNTED, PENDING = "counted", "pending"


# --- one item
# -----------------------------------------------------------------------------------------------------


def credit_hours(minutes: int, rule: StudyRule) -> Decimal:
    """Hours of one item of ``minutes``, floored to the rule's step, with its fixed block and item cap
    applied."""
    if minutes < 0:
        raise ValueError("minutes cannot be negative; a reversal is a row of its own")
    hours = _uncapped(minutes, rule)
    return hours if rule.per_item_cap is None else min(hours, rule.per_item_cap)


def explain_credit(minutes: int, rule: StudyRule) -> str:
    """The arithmetic of one item in one Chinese line, such as ``90 分钟 ÷ 45 = 2.0 学时``."""
    block = rule.fixed_block
    hours = _uncapped(minutes, rule)
    if rule.factor != 1:
        line = f"{minutes} 分钟 × 系数 {_plain(rule.factor)} ÷ {rule.minutes_per_hour}"
        return f"{line}，按 {_plain(rule.step)} 取整为 {show(hours)} 学时" + _item_cap(hours, rule)
    exact = Fraction(minutes, rule.minutes_per_hour)
    if block is not None and minutes >= block.minutes:
        count, rest = divmod(minutes, block.minutes)
        line = f"{minutes} 分钟含 {count} 个 {block.minutes} 分钟时段 × {show(block.hours)}"
        if rest:
            line += f"，余 {rest} 分钟计 {show(hours - count * block.hours)}"
        line += f" = {show(hours)} 学时"
    elif block is not None and hours < _floored(minutes, rule):
        line = f"{minutes} 分钟不满一个 {block.minutes} 分钟时段，最多 {show(block.hours)} 学时"
    elif Fraction(hours) == exact:
        line = f"{minutes} 分钟 ÷ {rule.minutes_per_hour} = {show(hours)} 学时"
    else:
        quotient = int(exact * 100)
        shown = f"{quotient // 100}.{quotient % 100:02d}"
        step = _plain(rule.step)
        line = f"{minutes} 分钟 ÷ {rule.minutes_per_hour} ≈ {shown}，按 {step} 取整为 {show(hours)} 学时"
    return line + _item_cap(hours, rule)


def show(hours: Decimal) -> str:
    """At least one decimal place, none that says nothing: 2.0, 0.5, 0.25."""
    text = f"{hours:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if "." in text else f"{text}.0"


def split_by_year(first: date, last: date, hours_per_day: Decimal) -> dict[int, tuple[int, Decimal]]:
    """Days and hours of a training per calendar year: each day belongs to the year it lies in, both ends
    included."""
    if last < first:
        raise ValueError("the training ends before it begins")
    shares = {}
    for year in range(first.year, last.year + 1):
        start, end = year_bounds(year)
        days = (min(last, end) - max(first, start)).days + 1
        shares[year] = (days, days * hours_per_day)
    return shares


# --- the requirement
# ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StudyRequirement:
    """What is owed in a year; ``prorate`` reduces it to the months in the branch, rounded up to whole
    hours."""

    from_year: int = 2019
    member_hours: Decimal = Decimal(32)
    officer_hours: Decimal = Decimal(56)
    officer_trainings: int = 1
    officer_test: str = ANY_DAY
    prorate: bool = False
    clause: str = "《中国共产党党员教育管理工作条例》第二十条"
    prospect_hours: Decimal = Decimal(24)
    new_secretary_months: int = 6
    probation_training: bool = True
    first_year_training: bool = True

    def __post_init__(self) -> None:
        if self.officer_test not in {ANY_DAY, MAJORITY}:
            raise ValueError(f"unknown officer test {self.officer_test!r}")


#: 32 and 56 are the numbers of the plan for 2019-2023, kept until a later number is entered.
DEFAULT_REQUIREMENTS: tuple[StudyRequirement, ...] = (StudyRequirement(),)


@dataclass(frozen=True, slots=True)
class PostSpan:
    """A post held from ``first`` to ``last`` (included; None = still held); ``label`` names it in Chinese."""

    post: str
    first: date
    last: date | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Required:
    """Hours owed by one member in one year, and the reason in Chinese."""

    hours: Decimal
    officer: bool
    trainings: int
    reason: str


def requirement_for_year(requirements: Iterable[StudyRequirement], year: int) -> StudyRequirement:
    """The version in force in ``year``; LookupError before the first one."""
    candidates = [row for row in requirements if row.from_year <= year]
    if not candidates:
        raise LookupError(f"no study requirement in {year}")
    return max(candidates, key=lambda row: row.from_year)


def officer_in_year(posts: Iterable[PostSpan], year: int, test: str = ANY_DAY) -> bool:
    """Whether the officers' hours are owed: an officer's post on any day, or on more than half of the
    days."""
    start, end = year_bounds(year)
    days: set[date] = set()
    for span in posts:
        if span.post not in OFFICER_POSTS:
            continue
        first, last = max(span.first, start), min(span.last or end, end)
        days.update(first + timedelta(days=offset) for offset in range((last - first).days + 1))
    if test == ANY_DAY:
        return bool(days)
    return 2 * len(days) > (end - start).days + 1


def required_hours(
    requirement: StudyRequirement, year: int, posts: Iterable[PostSpan], *, months_in_branch: int = 12
) -> Required:
    """What a member with these posts owes in ``year``; the reason names the posts that made it the officers' hours."""
    if not 0 <= months_in_branch <= 12:
        raise ValueError("months in the branch must be 0..12")
    held = list(posts)
    officer = officer_in_year(held, year, requirement.officer_test)
    whole = requirement.officer_hours if officer else requirement.member_hours
    who = "党组织书记和班子成员" if officer else "党员"
    hours, reason = whole, f"{who}每年不少于 {_plain(whole)} 学时"
    if officer and (named := _posts_in_words(held, year)):
        reason += f"（{named}）"
    if requirement.prorate and months_in_branch < 12:
        hours = Decimal(math.ceil(Fraction(whole) * months_in_branch / 12))
        reason += f"，本年在党支部 {months_in_branch} 个月"
        reason += f"，折算 {_plain(whole)} × {months_in_branch} ÷ 12 = {hours} 学时"
    return Required(hours, officer, requirement.officer_trainings if officer else 0, reason)


def _posts_in_words(posts: Iterable[PostSpan], year: int) -> str:
    """担任组织委员，2026.3.1 起; only the officers' posts of that year."""
    start, end = year_bounds(year)
    words = []
    for span in sorted(posts, key=lambda span: span.first):
        over = span.first > end or (span.last is not None and span.last < start)
        if span.post not in OFFICER_POSTS or not span.label or over:
            continue
        since = f"{span.first.year}.{span.first.month}.{span.first.day}"
        until = f"至{span.last.year}.{span.last.month}.{span.last.day}" if span.last else " 起"
        words.append(f"{since}{until}任{span.label}")
    return "；".join(words)


def pro_rata(hours: Decimal, months: int) -> Decimal:
    """The share of a year's requirement that the first ``months`` months stand for, to the hundredth, never too little."""
    return (hours * months / 12).quantize(Decimal("0.01"), rounding=ROUND_UP)


# --- the year
# -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Credit:
    """A row of the ledger: hours already floored by the rule of its day; a reversal has negative numbers.

    ``source`` is what earned it: a training of several days is one training.
    """

    category: str
    minutes: int
    hours: Decimal
    pending: bool = False
    organised: bool = True
    source: str = ""


@dataclass(frozen=True, slots=True)
class CategoryTotal:
    """One category's year: ``hours`` as recorded, ``counted`` after the rule and its cap, ``pending`` part
    of it."""

    category: str
    items: int
    minutes: int
    hours: Decimal
    counted: Decimal
    pending: Decimal
    line: str


@dataclass(frozen=True, slots=True)
class YearTotal:
    """A member's year: counted hours (of them waiting for confirmation), the requirement, the gap, the
    arithmetic."""

    year: int
    required: Required
    counted: Decimal
    pending: Decimal
    recorded: Decimal
    trainings: int
    categories: tuple[CategoryTotal, ...]
    lines: tuple[str, ...]

    @property
    def gap(self) -> Decimal:
        """Hours still missing, never negative."""
        return max(self.required.hours - self.counted, ZERO)

    @property
    def met(self) -> bool:
        """Hours and, for officers, central training."""
        return not self.gap and self.trainings >= self.required.trainings


def year_total(
    year: int, credits: Sequence[Credit], rules: Mapping[str, StudyRule], required: Required
) -> YearTotal:
    """Sum a member's credits of one year: per category, floored rows first, then the annual cap.

    ``credits`` are the rows whose day lies in ``year``. Within a capped category the confirmed hours fill
    the cap first, so a pending row never pushes out a certain one.
    """
    categories = tuple(
        _category_total(category, rows, rules[category])
        for category in CATEGORIES
        if category in rules and (rows := [credit for credit in credits if credit.category == category])
    )
    counted = sum((total.counted for total in categories), ZERO)
    pending = sum((total.pending for total in categories), ZERO)
    trainings = _trainings(credits)
    return YearTotal(
        year=year,
        required=required,
        counted=counted,
        pending=pending,
        recorded=sum((total.hours for total in categories), ZERO),
        trainings=trainings,
        categories=categories,
        lines=(
            *(total.line for total in categories),
            *_closing(categories, counted, pending, trainings, required),
        ),
    )


def _trainings(credits: Sequence[Credit]) -> int:
    """Confirmed central trainings that stand: one a source, rows without a source one each."""
    days: dict[str, int] = {}
    for row in credits:
        if row.category == CENTRAL_TRAINING and not row.pending:
            days[row.source] = days.get(row.source, 0) + _sign(row)
    unnamed = days.pop("", 0)
    return unnamed + sum(count > 0 for count in days.values())


def needs_attention(total: YearTotal, today: date) -> bool:
    """Whether the year's gap is worth a word: below half from 1 July on, any gap from 1 October on and
    afterwards."""
    if total.met or today < date(total.year, 7, 1):
        return False
    return today >= date(total.year, 10, 1) or 2 * total.counted < total.required.hours


def _category_total(category: str, rows: list[Credit], rule: StudyRule) -> CategoryTotal:
    items = sum(_sign(row) for row in rows)
    minutes = sum(row.minutes for row in rows)
    hours = sum((row.hours for row in rows), ZERO)
    eligible = [row for row in rows if row.organised or not rule.only_organised]
    certain = sum((row.hours for row in eligible if not row.pending), ZERO)
    with_pending = sum((row.hours for row in eligible), ZERO)
    if not rule.counts_toward_required:
        certain = with_pending = ZERO
    if rule.annual_cap is not None:
        certain, with_pending = min(certain, rule.annual_cap), min(with_pending, rule.annual_cap)
    line = f"{CATEGORY_LABELS[category]} {items} 次，{minutes} 分钟，{show(hours)} 学时"
    if with_pending != hours:
        line += f"，{_why_less(rule, hours, with_pending)}，计入 {show(with_pending)}"
    return CategoryTotal(category, items, minutes, hours, with_pending, with_pending - certain, line)


def _why_less(rule: StudyRule, hours: Decimal, counted: Decimal) -> str:
    if not rule.counts_toward_required:
        return "不计入应学学时"
    if rule.annual_cap is not None and counted == rule.annual_cap:
        return f"年度上限 {show(rule.annual_cap)}"
    return "仅计党组织统一组织的部分"


def _closing(
    categories: Sequence[CategoryTotal],
    counted: Decimal,
    pending: Decimal,
    trainings: int,
    required: Required,
) -> list[str]:
    terms = [show(total.counted) for total in categories if total.counted]
    total = (
        f"合计 {' + '.join(terms)} = {show(counted)} 学时" if len(terms) > 1 else f"合计 {show(counted)} 学时"
    )
    lines = [total + (f"（其中 {show(pending)} 待确认）" if pending else "")]
    gap = max(required.hours - counted, ZERO)
    lines.append(f"应学 {show(required.hours)} 学时：{required.reason}")
    lines.append(f"还差 {show(required.hours)} − {show(counted)} = {show(gap)} 学时" if gap else "学时已达到")
    if trainings < required.trainings:
        lines.append(f"应参加集中培训 {required.trainings} 次，已参加 {trainings} 次")
    return lines


def _item_cap(hours: Decimal, rule: StudyRule) -> str:
    if rule.per_item_cap is None or hours <= rule.per_item_cap:
        return ""
    return f"，单项上限 {show(rule.per_item_cap)}，计 {show(rule.per_item_cap)} 学时"


def _floored(minutes: int, rule: StudyRule) -> Decimal:
    steps = Fraction(minutes, rule.minutes_per_hour) * Fraction(rule.factor) / Fraction(rule.step)
    return (steps.numerator // steps.denominator) * rule.step


def _uncapped(minutes: int, rule: StudyRule) -> Decimal:
    """A factor stands beside a fixed block as little as in any local rule: with one, minutes are counted."""
    block = rule.fixed_block
    if block is None or rule.factor != 1:
        return _floored(minutes, rule)
    count, rest = divmod(minutes, block.minutes)
    return count * block.hours + min(_floored(rest, rule), block.hours)


def _sign(row: Credit) -> int:
    """A reversal row takes back one item; a row of nothing is none."""
    return (row.minutes > 0) - (row.minutes < 0)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
