"""Adding up what is ahead: caps hold, what counts nothing is left out, and the sentence says no more than the plan."""

import datetime
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from branch_portal.registries import StudyChance
from learning.rules.categories import CATEGORIES, DEFAULT_STUDY_RULES, rules_for_year
from learning.rules.outlook import outlook

RULES = dict(rules_for_year(DEFAULT_STUDY_RULES, 2026))
D = Decimal


def day(month):
    return datetime.date(2026, month, 5)


def theme(month, minutes=90, **more):
    return StudyChance("主题党日", "theme_day", minutes, day=day(month), **more)


LESSON = StudyChance("云端党课", "online_course", 45, title="党史")


def test_the_plan_closes_the_gap_by_a_month():
    found = outlook(D(4), [theme(7), theme(8), theme(9), LESSON], RULES, {})
    assert [(g.label, g.times, g.each, g.counted, g.dated) for g in found.groups] == [
        ("主题党日", 3, D("2.0"), 6, True),
        ("云端党课", 1, D("1.0"), 1, False),
    ]
    assert found.sentence == "还差 4.0 学时。按计划到 8 月再参加 2 次学习可以补足。"


def test_what_is_not_enough_is_said_with_what_remains():
    found = outlook(D(10), [theme(7), LESSON], RULES, {})
    assert "还有 2 次，共 3.0 学时，全部参加后仍差 7.0 学时" in found.sentence


def test_nothing_is_said_without_a_gap_or_a_chance():
    assert outlook(D(0), [theme(7)], RULES, {}).sentence == ""
    assert outlook(D(4), [], RULES, {}).sentence == ""
    own = StudyChance("自学", "self_study", 90)
    assert outlook(D(4), [own, theme(7, 10)], RULES, {}).groups == []


def test_a_cap_holds_and_what_is_used_of_it():
    rules = RULES | {"online_course": replace(RULES["online_course"], annual_cap=D(3))}
    found = outlook(D(8), [replace(LESSON, minutes=90)] * 3, rules, {"online_course": D("1.5")})
    assert (found.counted, found.groups[0].hours, found.groups[0].counted) == (D("1.5"), 6, D("1.5"))


@given(
    chances=st.lists(
        st.builds(
            StudyChance,
            group=st.sampled_from("甲乙"),
            category=st.sampled_from(CATEGORIES),
            minutes=st.integers(0, 500),
            day=st.none() | st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)),
        )
    ),
    gap=st.decimals(0, 60, places=1),
)
def test_sums_are_sums(chances, gap):
    found = outlook(gap, chances, RULES, {})
    assert found.counted == sum(group.counted for group in found.groups)
    assert all(0 <= group.counted <= group.hours for group in found.groups)
    assert ("可以补足" in found.sentence) == (gap > 0 and found.counted >= gap)
