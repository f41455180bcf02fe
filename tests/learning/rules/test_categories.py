from dataclasses import replace
from decimal import Decimal

import pytest

from learning.rules import categories
from learning.rules.categories import DEFAULT_STUDY_RULES, FixedBlock, StudyRule, rules_for_year


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("general_meeting", "general_meeting_study"),
        ("committee_meeting", None),
        ("cell_meeting", "cell_study"),
        ("party_lecture", "party_lecture"),
        ("theme_day", "theme_day"),
    ],
)
def test_category_of_kind(kind, category):
    assert categories.category_of_kind(kind) == category


def test_unknown_kind_is_a_programming_error():
    with pytest.raises(KeyError):
        categories.category_of_kind("picnic")


def test_defaults_cover_every_category_once():
    assert [rule.category for rule in DEFAULT_STUDY_RULES] == list(categories.CATEGORIES)
    rules = rules_for_year(DEFAULT_STUDY_RULES, 2026)
    assert {name for name, rule in rules.items() if rule.annual_cap == 0} == {
        "self_study",
        "xuexi_qiangguo",
        "teaching",
    }
    assert {name for name, rule in rules.items() if rule.only_organised} == {"online_course"}
    assert {(rule.minutes_per_hour, rule.step) for rule in rules.values()} == {(45, Decimal("0.5"))}


def test_version_of_the_year():
    later = replace(StudyRule("theme_day"), from_year=2027, minutes_per_hour=60)
    rules = (*DEFAULT_STUDY_RULES, later)
    assert [rules_for_year(rules, year)["theme_day"].minutes_per_hour for year in (2026, 2027, 2030)] == [
        45,
        60,
        60,
    ]
    with pytest.raises(LookupError, match="2018"):
        rules_for_year(rules, 2018)


@pytest.mark.parametrize(
    "change", [{"minutes_per_hour": 0}, {"step": Decimal(0)}, {"annual_cap": Decimal(-1)}]
)
def test_impossible_rules_are_refused(change):
    with pytest.raises(ValueError):
        replace(StudyRule("theme_day"), **change)


def test_impossible_block_is_refused():
    with pytest.raises(ValueError, match="block"):
        FixedBlock(0, Decimal(4))
