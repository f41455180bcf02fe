"""Categories of study and the rule rows by which they count (domain 6.2, 6.3), as data with a first year.

The national texts count central training and collective study towards the 32 and 56; how long a 学时 is
they do not say, so every number here is a default that a branch's committee may replace from a year on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

CENTRAL_TRAINING = "central_training"
GENERAL_MEETING_STUDY = "general_meeting_study"
CELL_STUDY = "cell_study"
PARTY_LECTURE = "party_lecture"
THEME_DAY = "theme_day"
ONLINE_COURSE = "online_course"
SELF_STUDY = "self_study"
COLLECTIVE_STUDY = "collective_study"
XUEXI_QIANGGUO = "xuexi_qiangguo"
TEACHING = "teaching"

CATEGORY_LABELS: dict[str, str] = {
    CENTRAL_TRAINING: "集中培训",
    GENERAL_MEETING_STUDY: "党员大会学习",
    CELL_STUDY: "党小组学习",
    PARTY_LECTURE: "党课",
    THEME_DAY: "主题党日",
    COLLECTIVE_STUDY: "集中学习日",
    ONLINE_COURSE: "网络课程",
    SELF_STUDY: "个人自学",
    XUEXI_QIANGGUO: "学习强国",
    TEACHING: "授课",
}
CATEGORIES = tuple(CATEGORY_LABELS)

#: What each kind of record earns. Committee meetings deal with business, which is no study (domain 6.3).
CATEGORY_OF_KIND: dict[str, str | None] = {
    "general_meeting": GENERAL_MEETING_STUDY,
    "committee_meeting": None,
    "cell_meeting": CELL_STUDY,
    "party_lecture": PARTY_LECTURE,
    "theme_day": THEME_DAY,
    # Study at an org-life meeting or a political birthday is collective study under the theme day's rule; a visit to a
    # red base is one held elsewhere. Volunteer service is served in hours of its own, and an appraisal is business.
    "org_life_meeting": GENERAL_MEETING_STUDY,
    "appraisal": None,
    "political_birthday": THEME_DAY,
    "volunteer_service": None,
    "red_base_visit": THEME_DAY,
    "collective_study": COLLECTIVE_STUDY,
}

DEFAULT_MINUTES_PER_HOUR = 45
DEFAULT_STEP = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class FixedBlock:
    """A block with fixed hours, such as the half-day: from ``minutes`` on it is ``hours``, whatever the
    division.

    Shorter items are counted by the minute but never above a whole block, so staying longer never earns
    less; a longer one is whole blocks plus its remainder.
    """

    minutes: int
    hours: Decimal

    def __post_init__(self) -> None:
        if self.minutes < 1 or self.hours < 0:
            raise ValueError("a block needs minutes and hours")


HALF_DAY = FixedBlock(240, Decimal(4))


@dataclass(frozen=True, slots=True)
class StudyRule:
    """How one category counts from ``from_year`` on.

    ``minutes_per_hour`` and ``step`` give the hours of an item, ``per_item_cap`` limits one item,
    ``annual_cap`` what the category adds to the requirement in a year (None = no limit, 0 = recorded only).
    ``only_organised`` counts items only when a Party organisation organised them. ``factor`` multiplies the minutes
    (a lecturer's teaching). The last three say which attendance earns: the own minutes of who came late (else the whole),
    taking part online, making up later.
    """

    category: str
    minutes_per_hour: int = DEFAULT_MINUTES_PER_HOUR
    step: Decimal = DEFAULT_STEP
    per_item_cap: Decimal | None = None
    annual_cap: Decimal | None = None
    counts_toward_required: bool = True
    only_organised: bool = False
    fixed_block: FixedBlock | None = None
    needs_evidence: bool = False
    needs_approval: bool = False
    from_year: int = 2019
    clause: str = ""
    factor: Decimal = Decimal(1)
    partial_attendance: bool = True
    online_counts: bool = True
    made_up_counts: bool = True

    @property
    def counts(self) -> bool:
        """Whether the category adds anything to the requirement."""
        return self.counts_toward_required and self.annual_cap != 0

    def __post_init__(self) -> None:
        if self.minutes_per_hour < 1 or self.step <= 0 or self.factor <= 0:
            raise ValueError("minutes per hour, step and factor must be positive")
        if any(cap is not None and cap < 0 for cap in (self.per_item_cap, self.annual_cap)):
            raise ValueError("a cap cannot be negative")


_COLLECTIVE = "《中国共产党党员教育管理工作条例》第二十条：集中学习培训"
_LOCAL = "全国性规定未计入集中学习；如计入，由本地设定上限"

DEFAULT_STUDY_RULES: tuple[StudyRule, ...] = (
    *(
        StudyRule(category, clause=_COLLECTIVE)
        for category in (
            CENTRAL_TRAINING,
            GENERAL_MEETING_STUDY,
            CELL_STUDY,
            PARTY_LECTURE,
            THEME_DAY,
            COLLECTIVE_STUDY,
        )
    ),
    StudyRule(
        ONLINE_COURSE,
        only_organised=True,
        needs_approval=True,
        clause="由党组织统一组织的网络课程计入集中学习",
    ),
    *(
        StudyRule(category, annual_cap=Decimal(0), needs_approval=True, clause=_LOCAL)
        for category in (SELF_STUDY, XUEXI_QIANGGUO, TEACHING)
    ),
)


def rules_for_year(rules: Iterable[StudyRule], year: int) -> Mapping[str, StudyRule]:
    """Category → the version in force in ``year`` (the latest ``from_year`` not after it).

    Raises LookupError when a category that has rules has none yet in that year, so that no credit is silently
    counted by a rule of another time.
    """
    chosen: dict[str, StudyRule] = {}
    known: set[str] = set()
    for rule in rules:
        known.add(rule.category)
        current = chosen.get(rule.category)
        if rule.from_year <= year and (current is None or rule.from_year >= current.from_year):
            chosen[rule.category] = rule
    if missing := known - set(chosen):
        raise LookupError(f"no study rule in {year} for {sorted(missing)}")
    return chosen


def category_of_kind(kind: str) -> str | None:
    """The study category of an activity kind, None where it earns no hours; KeyError for an unknown kind."""
    return CATEGORY_OF_KIND[kind]
