"""学习强国 and other platforms: how a year's points or hours become minutes, and the sentence that says why they count nothing.

There is no national rule (domain 6.3): without a rule of the portal's own everything is recorded and nothing counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

NO_RULE = "未设置折算规则，按规定不计入应完成学时，只登记。"


@dataclass(frozen=True, slots=True)
class ExternalRule:
    """A source's rule from a year on; `annual_cap` None: recorded only, `points_per_hour` None: points are not converted."""

    from_year: int
    points_per_hour: Decimal | None = None
    annual_cap: Decimal | None = None


def rule_for_year(rules: Iterable[ExternalRule], year: int) -> ExternalRule | None:
    """The newest version that is in force in the year."""
    return max(
        (rule for rule in rules if rule.from_year <= year), key=lambda rule: rule.from_year, default=None
    )


def external_hours(rule: ExternalRule | None, points: Decimal | None, hours: Decimal | None) -> Decimal:
    """Hours of one person's year under the rule, its cap applied; 0 without a rule. Hours that the file names come first."""
    if rule is None or rule.annual_cap is None:
        return Decimal(0)
    if hours is None:
        if points is None or rule.points_per_hour is None:
            return Decimal(0)
        hours = points / rule.points_per_hour
    return min(max(hours, Decimal(0)), rule.annual_cap)


def external_minutes(hours: Decimal, minutes_per_hour: int) -> int:
    """Whole minutes of those hours; the ledger floors them to its own step."""
    return int(hours * minutes_per_hour)


def explain(rule: ExternalRule | None, *, ledger_cap: Decimal | None, year: int) -> str:
    """What the rule makes of a file of the year; `ledger_cap` is what the category may add to the requirement in a year."""
    if rule is None or rule.annual_cap is None:
        return NO_RULE
    parts = []
    if rule.points_per_hour is None:
        parts.append("积分不折算，只计表中写明的学时")
    else:
        parts.append(f"每 {_plain(rule.points_per_hour)} 积分计 1 学时")
    parts.append(f"每人每年最多 {_plain(rule.annual_cap)} 学时")
    text = f"{year} 年按以下规则计入：{'，'.join(parts)}。"
    if ledger_cap is not None and ledger_cap < rule.annual_cap:
        allowed = "只记录，不计入" if ledger_cap == 0 else f"最多计入 {_plain(ledger_cap)} 学时"
        text += f"但学时规则规定这一类别全年{allowed}，以学时规则为准。"
    return text


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
