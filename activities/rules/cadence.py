"""How often each kind of organisational life is due, and how a year stands against it (domain 4.1).

Months travel as bit masks: bit 0 is January, bit 11 December. A due quarter has all three of its bits set.
Decisions that the regulation leaves open:

* An organisation owes only whole periods: one founded on 2 January owes Q2 first; the period in which it is
  abolished is owed only when it lived through its last day. What it held outside of that is still shown as
  held.
* Whether a committee's meeting is owed is judged on a period's first day as well: setting one up or dissolving it
  leaves earlier periods as they were.
* The rule version in force on a period's first day governs the whole period, so a change in the middle of a
  quarter neither leaves a gap nor asks twice.
* A record counts from "recorded" on and stays 待确认 until it is confirmed (domain 4.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from branch_portal.dates import month_bounds

GENERAL_MEETING = "general_meeting"
COMMITTEE_MEETING = "committee_meeting"
CELL_MEETING = "cell_meeting"
PARTY_LECTURE = "party_lecture"
THEME_DAY = "theme_day"
ORG_LIFE_MEETING = "org_life_meeting"
APPRAISAL = "appraisal"

MONTH, QUARTER, YEAR = "month", "quarter", "year"
MONTHS_IN = {MONTH: 1, QUARTER: 3, YEAR: 12}
ALL_MONTHS = 0xFFF

ALWAYS, HAS_COMMITTEE, HAS_CELLS = "always", "has_committee", "has_cells"

HELD, PENDING, MISSING, DUE = "held", "pending", "missing", "due"
FUTURE, NOT_APPLICABLE = "future", "not_applicable"
STATUS_LABELS = {
    HELD: "已开",
    PENDING: "待确认",
    MISSING: "缺",
    DUE: "本期应开",
    FUTURE: "未到期",
    NOT_APPLICABLE: "不适用",
}

#: What belongs to a year may be held until the end of this month of the next one (domain 4.1, year attribution).
YEAR_CLOSES_IN = 3
#: ... and is not asked for before this month: the regulation says the fourth quarter.
YEAR_OPENS_IN = 10

#: From this number of full members on a branch committee is to be set up (Art. 20), so its meetings are due.
COMMITTEE_FROM = 7

_REGULATION = "《中国共产党支部工作条例（试行）》"
_REGULATION_IN_FORCE = date(2018, 10, 28)


@dataclass(frozen=True, slots=True)
class CadenceRule:
    """A minimum number of held activities of one kind per period.

    ``org_kinds`` are the kinds of organisation that owe it, ``formations`` the ways they were formed:
    temporary and functional branches, whose members stay with their own, owe nothing (domain 2.2).
    ``national`` is False where the number is local practice, which the screen must not present as the
    regulation's own.
    """

    kind: str
    period: str
    minimum: int
    clause: str
    condition: str = ALWAYS
    org_kinds: frozenset[str] = frozenset({"branch"})
    formations: frozenset[str] = frozenset({"sole", "joint"})
    effective_from: date = _REGULATION_IN_FORCE
    effective_to: date | None = None
    national: bool = True

    def __post_init__(self) -> None:
        if self.period not in MONTHS_IN:
            raise ValueError(f"unknown period {self.period!r}")
        if self.condition not in {ALWAYS, HAS_COMMITTEE, HAS_CELLS}:
            raise ValueError(f"unknown condition {self.condition!r}")
        if self.minimum < 1:
            raise ValueError("a cadence asks for at least one")


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What the rules need to know of an organisation; founded and abolished days are both its own.

    ``committee_changes`` are the days from which a committee was there (True) or not, in order; where none reaches
    back to a day, ``has_committee`` holds.
    """

    kind: str = "branch"
    formation: str = "sole"
    founded_on: date | None = None
    abolished_on: date | None = None
    full_members: int = 0
    has_committee: bool = False
    has_cells: bool = False
    committee_changes: Sequence[tuple[date, bool]] = ()

    def committee_on(self, day: date) -> bool:
        """Whether there was a branch committee on the day."""
        return next(
            (there for since, there in reversed(self.committee_changes) if since <= day), self.has_committee
        )


@dataclass(frozen=True, slots=True)
class Held:
    """Months with a record that counts: ``recorded`` those with any, ``confirmed`` those with a confirmed
    one.

    ``recorded_counts`` / ``confirmed_counts`` (12 numbers, January first) are only needed where a rule
    asks for more than one in a period and two may fall in one month; without them each month counts once.
    """

    recorded: int = 0
    confirmed: int = 0
    recorded_counts: Sequence[int] | None = None
    confirmed_counts: Sequence[int] | None = None

    def confirmed_in(self, mask: int) -> int:
        """How many confirmed ones lie in the months of ``mask``."""
        return _count(self.confirmed, self.confirmed_counts, mask)

    def recorded_in(self, mask: int) -> int:
        """How many that count, confirmed or not, lie in the months of ``mask``."""
        return max(
            _count(self.recorded | self.confirmed, self.recorded_counts, mask), self.confirmed_in(mask)
        )


@dataclass(frozen=True, slots=True)
class Period:
    """One period of one rule: ``index`` is 1..12, 1..4 or 1; ``first`` and ``last`` days are included."""

    rule: CadenceRule
    index: int
    first: date
    last: date
    mask: int
    owed: bool
    status: str
    done: int

    @property
    def label(self) -> str:
        """4月, 第二季度 or 全年."""
        if self.rule.period == MONTH:
            return f"{self.index}月"
        return f"第{'一二三四'[self.index - 1]}季度" if self.rule.period == QUARTER else "全年"


DEFAULT_CADENCE: tuple[CadenceRule, ...] = (
    CadenceRule(GENERAL_MEETING, QUARTER, 1, f"{_REGULATION}第十一条：支部党员大会一般每季度召开1次"),
    CadenceRule(
        COMMITTEE_MEETING,
        MONTH,
        1,
        f"{_REGULATION}第十二条：支部委员会会议一般每月召开1次",
        condition=HAS_COMMITTEE,
    ),
    CadenceRule(
        CELL_MEETING,
        MONTH,
        1,
        f"{_REGULATION}第十三条：党小组会一般每月召开1次",
        condition=HAS_CELLS,
        org_kinds=frozenset({"branch", "cell"}),
    ),
    CadenceRule(
        PARTY_LECTURE,
        QUARTER,
        1,
        f"{_REGULATION}第十六条：应当定期开展党课；每季度1次为本地做法，可调整",
        national=False,
    ),
    CadenceRule(THEME_DAY, MONTH, 1, f"{_REGULATION}第十六条：每月相对固定1天开展主题党日"),
    CadenceRule(
        ORG_LIFE_MEETING, YEAR, 1, f"{_REGULATION}第十七条：组织生活会每年至少召开1次，一般安排在第四季度"
    ),
    CadenceRule(APPRAISAL, YEAR, 1, f"{_REGULATION}第十八条：一般每年开展1次民主评议党员"),
)


def month_bit(month: int) -> int:
    """The mask of one month, 1..12."""
    if not 1 <= month <= 12:
        raise ValueError(f"month must be 1..12, not {month}")
    return 1 << (month - 1)


def months_mask(days: Iterable[date], year: int) -> int:
    """The mask of the months of ``year`` in which any of the days lies."""
    mask = 0
    for day in days:
        if day.year == year:
            mask |= month_bit(day.month)
    return mask


def months_of(mask: int) -> list[int]:
    """The months in a mask, 1..12, in order."""
    return [month for month in range(1, 13) if mask >> (month - 1) & 1]


def due_mask(rules: Iterable[CadenceRule], facts: OrganisationFacts, year: int) -> dict[str, int]:
    """Per kind the months of the year that belong to a period owed; kinds that are never owed map to 0."""
    due: dict[str, int] = {}
    for rule in rules:
        due.setdefault(rule.kind, 0)
        for _, first, last, mask in periods_of(rule.period, year):
            if _in_force(rule, first) and _owed(rule, facts, first, last):
                due[rule.kind] |= mask
    return due


class Dues:
    """`due_mask` under some rules for many organisations: those that are alike in what a year looks at are judged once."""

    def __init__(self, rules: Iterable[CadenceRule]) -> None:
        self._rules = list(rules)
        self._known: dict[tuple, dict[str, int]] = {}

    def of(self, facts: OrganisationFacts, year: int) -> dict[str, int]:
        founded, abolished = facts.founded_on, facts.abolished_on
        alike = (
            year,
            facts.kind,
            facts.formation,
            # What happened before the year or after it makes no difference within it.
            founded if founded is not None and founded > date(year, 1, 1) else None,
            abolished if abolished is not None and abolished < date(year, 12, 31) else None,
            facts.full_members >= COMMITTEE_FROM,
            facts.has_committee,
            facts.has_cells,
            *facts.committee_changes,
        )
        if alike not in self._known:
            self._known[alike] = due_mask(self._rules, facts, year)
        return dict(self._known[alike])


def evaluate_year(
    rules: Iterable[CadenceRule],
    facts: OrganisationFacts,
    year: int,
    held: Mapping[str, Held],
    as_of: date,
) -> list[Period]:
    """Every period of the year under the rule in force on its first day, with its status on the day
    ``as_of``.

    What was held shows as held or pending even where nothing was owed; ``owed`` tells the two apart.
    """
    periods = []
    for rule in rules:
        tally = held.get(rule.kind, Held())
        for index, first, last, mask in periods_of(rule.period, year):
            if not _in_force(rule, first):
                continue
            owed = _owed(rule, facts, first, last)
            done, confirmed = tally.recorded_in(mask), tally.confirmed_in(mask)
            closes = closing_day(rule.period, last)
            status = status_of(rule.minimum, owed, done, confirmed, first, closes, as_of)
            periods.append(Period(rule, index, first, last, mask, owed, status, done))
    return periods


def month_statuses(periods: Iterable[Period], kind: str) -> list[str]:
    """The status of each month's period for one kind, twelve values, January first (for strips and grids)."""
    result = [NOT_APPLICABLE] * 12
    for period in periods:
        if period.rule.kind == kind:
            for month in months_of(period.mask):
                result[month - 1] = period.status
    return result


@dataclass(frozen=True, slots=True)
class Progress:
    """Periods owed so far and how they stand; the running one enters only once it is held."""

    held: int = 0
    pending: int = 0
    missing: int = 0
    missing_periods: tuple[Period, ...] = field(default=(), repr=False)

    @property
    def owed(self) -> int:
        """The denominator of the cadence indicators C1-C5."""
        return self.held + self.pending + self.missing

    @property
    def done(self) -> int:
        """The numerator: held or waiting for confirmation."""
        return self.held + self.pending


def progress(periods: Iterable[Period], kind: str) -> Progress:
    """How the owed periods of one kind stand: the cadence indicators' numerator and denominator (domain
    12)."""
    owed = [period for period in periods if period.rule.kind == kind and period.owed]
    missing = tuple(period for period in owed if period.status == MISSING)
    return Progress(
        held=sum(period.status == HELD for period in owed),
        pending=sum(period.status == PENDING for period in owed),
        missing=len(missing),
        missing_periods=missing,
    )


def periods_of(period: str, year: int) -> list[tuple[int, date, date, int]]:
    """(index, first day, last day, month mask) of each period of the year."""
    width = MONTHS_IN[period]
    bits = (1 << width) - 1
    result = []
    for index, start in enumerate(range(1, 13, width), 1):
        first, last = month_bounds(year, start)[0], month_bounds(year, start + width - 1)[1]
        result.append((index, first, last, bits << (start - 1)))
    return result


def closing_day(period: str, last: date) -> date:
    """The last day on which what a period owes may still be held."""
    return month_bounds(last.year + 1, YEAR_CLOSES_IN)[1] if period == YEAR else last


def assessment_year(kind: str, year: int, day: date) -> int:
    """The year that something belongs to when it moves to a day: what a year owes once may still be held early in the next."""
    late = day.year == year + 1 and day.month <= YEAR_CLOSES_IN
    return year if kind in {ORG_LIFE_MEETING, APPRAISAL} and late else day.year


def _in_force(rule: CadenceRule, first: date) -> bool:
    return rule.effective_from <= first and (rule.effective_to is None or first <= rule.effective_to)


def _owed(rule: CadenceRule, facts: OrganisationFacts, first: date, last: date) -> bool:
    if facts.kind not in rule.org_kinds or facts.formation not in rule.formations:
        return False
    if facts.founded_on is not None and facts.founded_on > first:
        return False
    if facts.abolished_on is not None and facts.abolished_on < last:
        return False
    if rule.condition == HAS_COMMITTEE:
        return facts.committee_on(first) or facts.full_members >= COMMITTEE_FROM
    if rule.condition == HAS_CELLS:
        return facts.has_cells or facts.kind == "cell"
    return True


def status_of(
    minimum: int, owed: bool, recorded: int, confirmed: int, first: date, last: date, as_of: date
) -> str:
    """How one period stands on a day; what was held shows as held also where nothing was owed."""
    if confirmed >= minimum:
        return HELD
    if recorded >= minimum:
        return PENDING
    if not owed:
        return NOT_APPLICABLE
    if as_of > last:
        return MISSING
    return FUTURE if as_of < first else DUE


def _count(months: int, counts: Sequence[int] | None, mask: int) -> int:
    if counts is None:
        return (months & mask).bit_count()
    return sum(counts[month - 1] for month in months_of(mask))
