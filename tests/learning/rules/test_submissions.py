"""The promise before handing in is the ledger's own arithmetic: what is promised is what counts, and caps hold."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.rules import submissions as rules
from learning.rules.categories import (
    DEFAULT_STUDY_RULES,
    ONLINE_COURSE,
    SELF_STUDY,
    THEME_DAY,
    XUEXI_QIANGGUO,
    StudyRule,
    rules_for_year,
)
from learning.rules.hours import Credit, Required, credit_hours, year_total

YEAR = 2026
OWED = Required(Decimal(32), False, 0, "党员每年不少于 32 学时")
DEFAULTS = rules_for_year(DEFAULT_STUDY_RULES, YEAR)
CATEGORIES = (SELF_STUDY, ONLINE_COURSE, XUEXI_QIANGGUO)

caps = st.none() | st.integers(0, 40).map(lambda halves: Decimal(halves) / 2)
study_rules = st.builds(
    StudyRule,
    st.just(SELF_STUDY),
    minutes_per_hour=st.sampled_from([45, 50, 60]),
    step=st.sampled_from([Decimal("0.25"), Decimal("0.5"), Decimal(1)]),
    annual_cap=caps,
    per_item_cap=caps,
    counts_toward_required=st.booleans(),
)
rule_books = st.fixed_dictionaries(
    {
        category: study_rules.map(lambda rule, name=category: _named(rule, name))
        for category in (*CATEGORIES, THEME_DAY)
    }
)
items = st.lists(st.tuples(st.sampled_from(CATEGORIES), st.integers(1, 2000)), max_size=6)


def _named(rule: StudyRule, category: str) -> StudyRule:
    return StudyRule(
        category,
        minutes_per_hour=rule.minutes_per_hour,
        step=rule.step,
        annual_cap=rule.annual_cap,
        per_item_cap=rule.per_item_cap,
        counts_toward_required=rule.counts_toward_required,
    )


def credits_of(pairs, book, *, pending=False) -> list[Credit]:
    return [
        Credit(category, minutes, credit_hours(minutes, book[category]), pending)
        for category, minutes in pairs
    ]


def promised(pair, book, *, credits=(), waiting=()) -> rules.Promise:
    return rules.promise(
        category=pair[0],
        minutes=pair[1],
        year=YEAR,
        rules=book,
        credits=list(credits),
        waiting=list(waiting),
        required=OWED,
    )


@given(book=rule_books, before=items, pair=st.tuples(st.sampled_from(CATEGORIES), st.integers(1, 2000)))
def test_what_is_promised_is_what_the_ledger_then_says(book, before, pair):
    ledger = credits_of([*before, (THEME_DAY, 90)], book)
    said = promised(pair, book, credits=ledger)
    then = year_total(YEAR, [*ledger, *credits_of([pair], book)], book, OWED)
    assert said.counted == then.counted - year_total(YEAR, ledger, book, OWED).counted
    assert Decimal(0) <= said.counted <= said.recorded
    if said.left is not None:
        assert said.counted <= said.left


@given(book=rule_books, handed_in=items, order=st.randoms())
def test_promises_of_all_that_waits_add_up_whatever_is_accepted_first(book, handed_in, order):
    """Each is promised while the earlier ones wait; accepted in any order, the year says their sum, within every cap."""
    promises = [promised(pair, book, waiting=handed_in[:place]) for place, pair in enumerate(handed_in)]
    accepted = list(handed_in)
    order.shuffle(accepted)
    total = year_total(YEAR, credits_of(accepted, book), book, OWED)
    assert sum((said.counted for said in promises), Decimal(0)) == total.counted
    for category in CATEGORIES:
        cap = book[category].annual_cap
        sum_of_category = sum((said.counted for said in promises if said.category == category), Decimal(0))
        assert cap is None or sum_of_category <= cap


def test_by_default_own_study_counts_nothing_and_says_why():
    said = promised((SELF_STUDY, 180), DEFAULTS)
    assert (said.recorded, said.counted, said.left) == (Decimal(4), 0, 0)
    text = "".join(said.lines)
    assert "个人自学不计入 32 学时，因为全国性规定未计入集中学习" in text
    assert "登记 4.0 学时，其中计入 0.0 学时" in text


def test_under_a_cap_the_words_say_what_is_used_and_left():
    book = dict(DEFAULTS) | {SELF_STUDY: StudyRule(SELF_STUDY, annual_cap=Decimal(4), clause="镇党委规定")}
    said = promised((SELF_STUDY, 180), book, waiting=[(SELF_STUDY, 90)])
    assert (said.left, said.counted) == (Decimal(2), Decimal(2))
    text = "".join(said.lines)
    assert "每年最多计入 4.0 学时（镇党委规定）；已用 2.0（含待审核的），还可计 2.0 学时" in text
    assert "受年度上限限制，其中计入 2.0 学时" in text
    full = promised((SELF_STUDY, 45), book, waiting=[(SELF_STUDY, 180)])
    assert full.counted == 0


def test_without_a_rule_nothing_is_promised():
    said = promised((SELF_STUDY, 180), {})
    assert said.counted == said.recorded == 0
    assert "没有个人自学的学时规则" in said.lines[0]


@pytest.mark.parametrize(
    ("kind", "organised", "category"),
    [
        ("book", False, SELF_STUDY),
        ("fragments", False, SELF_STUDY),
        ("red_base", False, SELF_STUDY),
        ("online", False, SELF_STUDY),
        ("online", True, ONLINE_COURSE),
        ("xuexi", False, XUEXI_QIANGGUO),
    ],
)
def test_kinds_count_as_their_category(kind, organised, category):
    assert rules.category_of(kind, organised=organised) == category


def test_steps_follow_the_table():
    assert rules.allowed(rules.SUBMIT, "returned") and not rules.allowed(rules.SUBMIT, "submitted")
    assert rules.allowed(rules.DECIDE, "submitted") and not rules.allowed(rules.DECIDE, "accepted")
    assert rules.allowed(rules.CORRECT, "partly_accepted") and not rules.allowed(rules.CORRECT, "returned")
    assert not rules.allowed(rules.WITHDRAW, "accepted")
    assert [rules.decided_state(60, n) for n in (0, 30, 60)] == ["returned", "partly_accepted", "accepted"]
    with pytest.raises(ValueError, match="claimed"):
        rules.decided_state(60, 61)
