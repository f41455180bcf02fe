from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.rules import hours
from learning.rules.categories import DEFAULT_STUDY_RULES, HALF_DAY, FixedBlock, StudyRule, rules_for_year
from learning.rules.hours import (
    Credit,
    PostSpan,
    StudyRequirement,
    credit_hours,
    explain_credit,
    show,
    year_total,
)

D = Decimal
RULE = StudyRule("theme_day")
HALF = replace(RULE, fixed_block=HALF_DAY)
RULES = rules_for_year(DEFAULT_STUDY_RULES, 2026)
NEED = StudyRequirement()
MEMBER = hours.required_hours(NEED, 2026, [])
OFFICER = hours.required_hours(NEED, 2026, [PostSpan("secretary", date(2024, 1, 1))])

minutes = st.integers(0, 3000)
rules = st.builds(
    StudyRule,
    category=st.just("theme_day"),
    minutes_per_hour=st.integers(1, 120),
    step=st.sampled_from([D("0.1"), D("0.25"), D("0.5"), D(1)]),
    per_item_cap=st.none() | st.decimals(0, 8, places=2),
    fixed_block=st.none(),
)
block_rules = st.builds(
    replace, rules, fixed_block=st.builds(FixedBlock, st.integers(1, 480), st.decimals(0, 8, places=1))
)


def credits_of(category, count, length, **options):
    return [Credit(category, length, credit_hours(length, RULES[category]), **options) for _ in range(count)]


# --- the worked examples of domain 6.4 ---


@pytest.mark.parametrize(
    ("length", "rule", "expected"),
    [
        (90, RULE, D("2.0")),
        (60, RULE, D("1.0")),
        (240, replace(RULE, fixed_block=HALF_DAY), D("4.0")),
        (240, RULE, D("5.0")),
        (44, RULE, D("0.5")),
        (22, RULE, D("0.0")),
        (0, RULE, D("0.0")),
        (60, replace(RULE, minutes_per_hour=50), D("1.0")),
        (60, replace(RULE, minutes_per_hour=60), D("1.0")),
        (60, replace(RULE, step=D("0.25")), D("1.25")),
        (60, replace(RULE, step=D(1)), D(1)),
        (600, replace(RULE, per_item_cap=D(6)), D(6)),
    ],
)
def test_hours_of_one_item(length, rule, expected):
    assert credit_hours(length, rule) == expected


def test_exactly_32_hours_are_met():
    rows = [
        *credits_of("theme_day", 12, 90),
        *credits_of("party_lecture", 4, 60),
        *credits_of("general_meeting_study", 4, 45),
    ]
    total = year_total(2026, rows, RULES, MEMBER)
    assert (total.counted, total.gap, total.met) == (D(32), D(0), True)
    assert {row.category: row.counted for row in total.categories} == {
        "general_meeting_study": D(4),
        "party_lecture": D(4),
        "theme_day": D(24),
    }
    assert total.lines == (
        "党员大会学习 4 次，180 分钟，4.0 学时",
        "党课 4 次，240 分钟，4.0 学时",
        "主题党日 12 次，1080 分钟，24.0 学时",
        "合计 4.0 + 4.0 + 24.0 = 32.0 学时",
        "应学 32.0 学时：党员每年不少于 32 学时",
        "学时已达到",
    )
    officer = year_total(2026, rows, RULES, OFFICER)
    assert (officer.gap, officer.met) == (D(24), False)
    assert officer.lines[-3:] == (
        "应学 56.0 学时：党组织书记和班子成员每年不少于 56 学时",
        "还差 56.0 − 32.0 = 24.0 学时",
        "应参加集中培训 1 次，已参加 0 次",
    )
    assert hours.needs_attention(officer, date(2026, 9, 30)) is False
    assert hours.needs_attention(officer, date(2026, 10, 1)) is True


def test_training_over_new_year_is_split_by_days():
    assert hours.split_by_year(date(2025, 12, 30), date(2026, 1, 3), D(8)) == {
        2025: (2, D(16)),
        2026: (3, D(24)),
    }


def test_training_of_one_day_and_of_three_years():
    assert hours.split_by_year(date(2026, 5, 1), date(2026, 5, 1), D(6)) == {2026: (1, D(6))}
    shares = hours.split_by_year(date(2024, 12, 31), date(2026, 1, 1), D(6))
    assert [days for days, _ in shares.values()] == [1, 365, 1]
    with pytest.raises(ValueError, match="before"):
        hours.split_by_year(date(2026, 5, 2), date(2026, 5, 1), D(6))


# --- the arithmetic in words ---


@pytest.mark.parametrize(
    ("length", "rule", "line"),
    [
        (90, RULE, "90 分钟 ÷ 45 = 2.0 学时"),
        (60, RULE, "60 分钟 ÷ 45 ≈ 1.33，按 0.5 取整为 1.0 学时"),
        (100, replace(RULE, step=D(1)), "100 分钟 ÷ 45 ≈ 2.22，按 1 取整为 2.0 学时"),
        (240, HALF, "240 分钟含 1 个 240 分钟时段 × 4.0 = 4.0 学时"),
        (300, HALF, "300 分钟含 1 个 240 分钟时段 × 4.0，余 60 分钟计 1.0 = 5.0 学时"),
        (230, HALF, "230 分钟不满一个 240 分钟时段，最多 4.0 学时"),
        (90, HALF, "90 分钟 ÷ 45 = 2.0 学时"),
        (90, replace(RULE, per_item_cap=D("1.5")), "90 分钟 ÷ 45 = 2.0 学时，单项上限 1.5，计 1.5 学时"),
    ],
)
def test_explain(length, rule, line):
    assert explain_credit(length, rule) == line


def test_show():
    assert [show(D(text)) for text in ("2", "2.00", "0.50", "0.25", "0", "10", "-1.5")] == [
        "2.0", "2.0", "0.5", "0.25", "0.0", "10.0", "-1.5",
    ]  # fmt: skip


# --- what is owed ---


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ([], 32),
        ([PostSpan("cell_leader", date(2020, 1, 1))], 32),
        ([PostSpan("secretary", date(2020, 1, 1))], 56),
        ([PostSpan("organization", date(2026, 12, 31))], 56),
        ([PostSpan("deputy_secretary", date(2020, 1, 1), date(2026, 1, 1))], 56),
        ([PostSpan("committee_member", date(2020, 1, 1), date(2025, 12, 31))], 32),
        ([PostSpan("discipline", date(2027, 1, 1))], 32),
    ],
)
def test_an_officer_on_any_day_owes_56(posts, expected):
    assert hours.required_hours(NEED, 2026, posts).hours == expected


def test_majority_of_days_counts_every_day_once():
    first_half = PostSpan("secretary", date(2026, 1, 1), date(2026, 7, 1))
    assert hours.officer_in_year([first_half], 2026, "majority") is False
    second_post = replace(first_half, post="publicity")
    assert hours.officer_in_year([first_half, second_post], 2026, "majority") is False
    assert hours.officer_in_year([replace(first_half, last=date(2026, 7, 2))], 2026, "majority") is True
    with pytest.raises(ValueError, match="weekly"):
        StudyRequirement(officer_test="weekly")


def test_prorating_rounds_up_and_is_off_by_default():
    assert hours.required_hours(NEED, 2026, [], months_in_branch=5).hours == 32
    owed = hours.required_hours(replace(NEED, prorate=True), 2026, [], months_in_branch=5)
    assert (owed.hours, owed.reason) == (
        D(14),
        "党员每年不少于 32 学时，本年在党支部 5 个月，折算 32 × 5 ÷ 12 = 14 学时",
    )
    with pytest.raises(ValueError, match="months"):
        hours.required_hours(NEED, 2026, [], months_in_branch=13)


def test_requirement_of_the_year():
    later = StudyRequirement(from_year=2027, member_hours=D(40))
    assert hours.requirement_for_year([later, NEED], 2026) == NEED
    assert hours.requirement_for_year([later, NEED], 2028) == later
    with pytest.raises(LookupError, match="2018"):
        hours.requirement_for_year([NEED], 2018)


# --- the year ---


def test_self_study_is_recorded_and_not_counted_until_a_cap_is_set():
    rows = credits_of("self_study", 2, 90)
    total = year_total(2026, rows, RULES, MEMBER)
    assert (total.recorded, total.counted) == (D(4), D(0))
    assert total.lines[0] == "个人自学 2 次，180 分钟，4.0 学时，年度上限 0.0，计入 0.0"
    capped = {**RULES, "self_study": replace(RULES["self_study"], annual_cap=D(3))}
    assert year_total(2026, rows, capped, MEMBER).counted == D(3)


def test_online_course_counts_only_when_organised():
    rows = [*credits_of("online_course", 1, 45), *credits_of("online_course", 1, 90, organised=False)]
    total = year_total(2026, rows, RULES, MEMBER)
    assert (total.recorded, total.counted) == (D(3), D(1))
    assert total.lines[0] == "网络课程 2 次，135 分钟，3.0 学时，仅计党组织统一组织的部分，计入 1.0"


def test_category_that_does_not_count():
    off = {**RULES, "teaching": replace(RULES["teaching"], counts_toward_required=False)}
    total = year_total(2026, credits_of("teaching", 1, 45), off, MEMBER)
    assert (total.counted, total.lines[0]) == (D(0), "授课 1 次，45 分钟，1.0 学时，不计入应学学时，计入 0.0")


def test_pending_rows_are_counted_and_marked():
    rows = [*credits_of("theme_day", 1, 90), *credits_of("theme_day", 1, 45, pending=True)]
    total = year_total(2026, rows, RULES, MEMBER)
    assert (total.counted, total.pending, total.gap) == (D(3), D(1), D(29))
    assert total.lines[1] == "合计 3.0 学时（其中 1.0 待确认）"


def test_confirmed_hours_fill_the_cap_first():
    capped = {**RULES, "theme_day": replace(RULE, annual_cap=D("2.5"))}
    rows = [*credits_of("theme_day", 1, 45, pending=True), *credits_of("theme_day", 1, 90)]
    total = year_total(2026, rows, capped, MEMBER)
    assert (total.counted, total.pending) == (D("2.5"), D("0.5"))


def test_reversal_takes_an_item_back():
    rows = [*credits_of("theme_day", 2, 90), Credit("theme_day", -90, D("-2.0"))]
    total = year_total(2026, rows, RULES, MEMBER)
    assert (total.counted, total.categories[0].items, total.categories[0].minutes) == (D(2), 1, 90)


def test_officer_meets_with_hours_and_one_confirmed_training():
    rows = credits_of("central_training", 1, 56 * 45, pending=True)
    waiting = year_total(2026, rows, RULES, OFFICER)
    assert (waiting.gap, waiting.trainings, waiting.met) == (D(0), 0, False)
    done = year_total(2026, credits_of("central_training", 1, 56 * 45), RULES, OFFICER)
    assert (done.trainings, done.met) == (1, True)


def test_attention_below_half_from_july():
    low = year_total(2026, credits_of("theme_day", 7, 90), RULES, MEMBER)
    half = year_total(2026, credits_of("theme_day", 8, 90), RULES, MEMBER)
    july = date(2026, 7, 1)
    assert [hours.needs_attention(total, july) for total in (low, half)] == [True, False]
    assert hours.needs_attention(low, date(2026, 6, 30)) is False
    assert hours.needs_attention(half, date(2027, 2, 1)) is True


def test_empty_year():
    total = year_total(2026, [], RULES, MEMBER)
    assert total.lines == (
        "合计 0.0 学时",
        "应学 32.0 学时：党员每年不少于 32 学时",
        "还差 32.0 − 0.0 = 32.0 学时",
    )


def test_negative_minutes_are_refused():
    with pytest.raises(ValueError, match="negative"):
        credit_hours(-1, RULE)


# --- properties ---


@given(minutes, minutes, rules | block_rules)
def test_longer_never_earns_less(a, b, rule):
    low, high = sorted((a, b))
    assert credit_hours(low, rule) <= credit_hours(high, rule)


@given(minutes, rules)
def test_never_above_the_division_and_less_than_one_step_below(length, rule):
    exact = Fraction(length, rule.minutes_per_hour)
    got = credit_hours(length, replace(rule, per_item_cap=None))
    assert got <= exact < Fraction(got) + Fraction(rule.step)
    assert got % rule.step == 0


@given(minutes, rules | block_rules)
def test_item_cap_is_kept(length, rule):
    if rule.per_item_cap is not None:
        assert credit_hours(length, rule) <= rule.per_item_cap


@given(minutes, minutes, rules)
def test_two_items_never_earn_more_than_one_long_one(a, b, rule):
    free = replace(rule, per_item_cap=None)
    together = credit_hours(a + b, free)
    assert credit_hours(a, free) + credit_hours(b, free) <= together
    assert together <= credit_hours(a, free) + credit_hours(b, free) + free.step


@given(
    st.lists(minutes, max_size=12),
    st.none() | st.decimals(0, 40, places=1),
    st.lists(st.booleans(), min_size=12),
)
def test_year_is_the_sum_of_its_rows_up_to_the_cap(lengths, cap, pending):
    rule = replace(RULE, annual_cap=cap)
    rows = [
        Credit("theme_day", length, credit_hours(length, rule), pending=flag)
        for length, flag in zip(lengths, pending, strict=False)
    ]
    total = year_total(2026, rows, {"theme_day": rule}, MEMBER)
    recorded = sum((row.hours for row in rows), D(0))
    assert total.recorded == recorded
    assert total.counted == (recorded if cap is None else min(recorded, cap))
    assert 0 <= total.pending <= total.counted
    assert total.gap == max(D(32) - total.counted, D(0))
    assert total == year_total(2026, rows[::-1], {"theme_day": rule}, MEMBER)


@given(minutes, rules | block_rules)
def test_every_item_can_be_explained(length, rule):
    assert explain_credit(length, rule).endswith(f"{show(credit_hours(length, rule))} 学时")


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 900))
def test_split_loses_no_day(first, length):
    last = date.fromordinal(first.toordinal() + length)
    shares = hours.split_by_year(first, last, D(8))
    assert sum(days for days, _ in shares.values()) == length + 1
    assert all(share == days * 8 for days, share in shares.values())
