"""The sentence that says what would close a gap."""

import datetime
from decimal import Decimal

import pytest

from learning.rules.gap import closing_sentence

TODAY = datetime.date(2026, 10, 20)


def sentence(gap, *months, hours="2.0", year=2026, today=TODAY):
    days = [(datetime.date(year, month, 5), Decimal(hours)) for month in months]
    return closing_sentence(Decimal(gap), days, year=year, today=today)


def test_the_months_that_are_left_are_enough():
    assert sentence("6", 1, 2, 9) == (
        "还差 6.0 学时。本年参加主题党日平均每次 2.0 学时，照此再参加 3 次可以补足；本年还有 3 个月的主题党日未参加。"
    )


def test_this_months_theme_day_is_over():
    assert sentence("6", 1, 10).endswith("本年只余 2 个月，其余可通过党课、党员大会学习和集中培训补足。")


def test_no_month_is_left():
    text = sentence("2", 12, today=datetime.date(2026, 12, 20))
    assert text.endswith("本年各月主题党日已过，可通过党课、党员大会学习和集中培训补足。")


@pytest.mark.parametrize(("gap", "months"), [("0", (1,)), ("6", ())])
def test_nothing_is_said_without_a_gap_or_an_average(gap, months):
    assert sentence(gap, *months) == ""


def test_a_past_year_cannot_be_mended():
    assert sentence("6", 1, year=2025) == ""


def test_the_average_is_of_what_was_earned():
    days = [(datetime.date(2026, 1, 5), Decimal("2")), (datetime.date(2026, 2, 5), Decimal("1.5"))]
    text = closing_sentence(Decimal("3.5"), days, year=2026, today=TODAY)
    assert "平均每次 1.8 学时，照此再参加 2 次" in text
