"""What would close a gap of hours, in one plain sentence, from what the member has really attended."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from learning.rules.hours import show


def closing_sentence(
    gap: Decimal, theme_days: Sequence[tuple[date, Decimal]], *, year: int, today: date
) -> str:
    """How many more theme days like this year's own would make up ``gap``; "" when nothing honest can be said.

    ``theme_days`` are the days and hours of the member's theme days of ``year``. Only the running year can still
    be mended; without a theme day yet there is no average to go by.
    """
    earned = [hours for day, hours in theme_days if hours > 0]
    if gap <= 0 or year != today.year or not earned:
        return ""
    average = sum(earned, Decimal(0)) / len(earned)
    needed = math.ceil(gap / average)
    attended_this_month = any(day.month == today.month for day, _ in theme_days)
    left = 12 - today.month + (0 if attended_this_month else 1)
    shown = show(average.quantize(Decimal("0.1")))
    text = f"还差 {show(gap)} 学时。本年参加主题党日平均每次 {shown} 学时，照此再参加 {needed} 次可以补足"
    if left >= needed:
        return f"{text}；本年还有 {left} 个月的主题党日未参加。"
    if left == 0:
        return f"{text}；本年各月主题党日已过，可通过党课、党员大会学习和集中培训补足。"
    return f"{text}；本年只余 {left} 个月，其余可通过党课、党员大会学习和集中培训补足。"
