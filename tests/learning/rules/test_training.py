"""The arithmetic of training classes and of yearly records from outside."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch_portal.roll_line import read_line
from learning.rules import external, training
from learning.rules.categories import CENTRAL_TRAINING, DEFAULT_STUDY_RULES, rules_for_year
from learning.rules.external import ExternalRule, explain, external_hours, external_minutes, rule_for_year
from learning.rules.hours import credit_hours
from learning.rules.training import Attended, by_year, earned_minutes, half_day_minutes, half_days

RULE = rules_for_year(DEFAULT_STUDY_RULES, 2026)[CENTRAL_TRAINING]
DAYS = st.dates(date(2025, 12, 1), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("day_hours", "minutes_per_hour", "half"), [(8, 45, 180), (6, 45, 135), (8, 50, 200), (7, 45, 158)]
)
def test_a_full_day_is_what_it_is_said_to_count(day_hours, minutes_per_hour, half):
    assert half_day_minutes(day_hours, minutes_per_hour) == half
    assert 2 * half // minutes_per_hour == day_hours


def test_training_30_dec_to_3_jan_at_8_a_day_gives_16_and_24():
    half = half_day_minutes(8, 45)
    marks = [Attended(1, day, half) for day, _ in half_days(date(2025, 12, 30), date(2026, 1, 3))]
    shares = by_year(marks)
    assert [(share.year, credit_hours(share.minutes, RULE)) for share in shares] == [(2025, 16), (2026, 24)]
    assert [share.last_on for share in shares] == [date(2025, 12, 31), date(2026, 1, 3)]


@given(st.lists(st.builds(Attended, st.integers(1, 3), DAYS, st.integers(0, 480)), max_size=30))
def test_the_split_loses_and_invents_nothing(marks):
    shares = by_year(marks)
    assert sum(share.minutes for share in shares) == sum(mark.minutes for mark in marks)
    assert len({(share.member_id, share.year) for share in shares}) == len(shares)
    for share in shares:
        own = [
            m for m in marks if m.member_id == share.member_id and m.on_date.year == share.year and m.minutes
        ]
        assert share.minutes == sum(mark.minutes for mark in own) > 0
        assert share.last_on == max(mark.on_date for mark in own)


@given(st.permutations([Attended(1, date(2025, 12, 28) + timedelta(days=n), 100 + n) for n in range(8)]))
def test_the_order_of_marks_means_nothing(marks):
    assert [(s.year, s.minutes) for s in by_year(marks)] == [(2025, 406), (2026, 422)]


@given(st.sampled_from(list(training.STATUS_LABELS)), st.integers(1, 480), st.none() | st.integers(-5, 900))
def test_a_mark_never_earns_more_than_the_half_day(status, minutes, own):
    earned = earned_minutes(status, minutes, own)
    assert 0 <= earned <= minutes
    assert (earned == 0) or status in (training.PRESENT, training.LATE)
    assert earned_minutes(training.PRESENT, minutes, own) == minutes


def test_the_typed_line_knows_the_words_of_a_class():
    line = read_line(
        "3 7 事假 5 迟到 8-9",
        10,
        words=training.WORDS,
        label=training.mark_label,
        default=(training.ABSENT, ""),
    )
    assert line.marks() == {
        3: ("absent", ""), 7: ("absent", ""), 5: ("leave", "personal"), 8: ("late", ""), 9: ("late", ""),
    }  # fmt: skip
    online = read_line(
        "线上 3", 10, words=training.WORDS, label=training.mark_label, default=(training.ABSENT, "")
    )
    assert online.errors == ("“线上”不是到会情况，请写序号，例如：缺席 3 7 12-14",)


# --- Outside platforms ---

FIFTY = ExternalRule(2026, Decimal(500), Decimal(8))


@pytest.mark.parametrize(
    ("rule", "points", "hours", "expected"),
    [
        (None, Decimal(12000), None, 0),
        (None, None, Decimal(20), 0),
        (ExternalRule(2026), Decimal(12000), Decimal(20), 0),
        (ExternalRule(2026, Decimal(500)), Decimal(12000), None, 0),
        (ExternalRule(2026, None, Decimal(8)), Decimal(12000), None, 0),
        (ExternalRule(2026, None, Decimal(8)), Decimal(12000), Decimal(5), 5),
        (FIFTY, Decimal(2500), None, 5),
        (FIFTY, Decimal(12000), None, 8),
        (FIFTY, Decimal(12000), Decimal(3), 3),
        (FIFTY, Decimal(0), None, 0),
    ],
)
def test_nothing_counts_without_a_rule_and_never_more_than_its_cap(rule, points, hours, expected):
    assert external_hours(rule, points, hours) == expected


@given(st.decimals(0, 1_000_000, places=2), st.decimals("0.01", 9999, places=2), st.decimals(0, 56, places=2))
def test_minutes_never_exceed_the_cap(points, per_hour, cap):
    hours = external_hours(ExternalRule(2026, per_hour, cap), points, None)
    assert 0 <= external_minutes(hours, 45) <= cap * 45


def test_the_newest_rule_not_after_the_year_counts():
    rules = [ExternalRule(2024, Decimal(100)), ExternalRule(2026, Decimal(500))]
    found = [rule_for_year(rules, year) for year in (2023, 2025, 2026, 2030)]
    assert [rule and rule.points_per_hour for rule in found] == [None, 100, 500, 500]


def test_the_page_says_why():
    assert explain(None, ledger_cap=Decimal(0), year=2026) == external.NO_RULE
    assert (
        explain(FIFTY, ledger_cap=Decimal(8), year=2026)
        == "2026 年按以下规则计入：每 500 积分计 1 学时，每人每年最多 8 学时。"
    )
    assert "以学时规则为准" in explain(FIFTY, ledger_cap=Decimal(0), year=2026)
    assert "积分不折算" in explain(ExternalRule(2026, None, Decimal(4)), ledger_cap=None, year=2026)
