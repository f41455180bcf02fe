"""What would close a gap of hours, from what is really ahead: the branch's plan first, then what has no day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from branch_portal.registries import StudyChance
from learning.rules.categories import StudyRule
from learning.rules.hours import ZERO, credit_hours, show


@dataclass
class ChanceGroup:
    """Chances of one kind: how many, what they would count together, and the named ones among them."""

    label: str
    times: int = 0
    hours: Decimal = ZERO
    counted: Decimal = ZERO
    dated: bool = True
    named: list[StudyChance] = field(default_factory=list)

    @property
    def each(self) -> Decimal:
        """Hours of one, on the average, to the tenth."""
        return (self.hours / self.times).quantize(Decimal("0.1")) if self.times else ZERO


@dataclass(frozen=True)
class Outlook:
    """The groups in the order of their first day, the hours that count in all, and the sentence."""

    groups: Sequence[ChanceGroup] = ()
    counted: Decimal = ZERO
    sentence: str = ""


def outlook(
    gap: Decimal,
    chances: Iterable[StudyChance],
    rules: Mapping[str, StudyRule],
    counted_already: Mapping[str, Decimal],
) -> Outlook:
    """Adds the chances up in their order, each category no further than its cap, until the gap is closed.

    `counted_already` are the hours that each category counts now. Nothing is promised: the words say “按计划”.
    """
    groups: dict[str, ChanceGroup] = {}
    used = dict(counted_already)
    total, times, closed = ZERO, 0, None
    for chance in chances:
        rule = rules.get(chance.category)
        if rule is None or not rule.counts or (hours := credit_hours(chance.minutes, rule)) <= 0:
            continue
        earned = hours
        if rule.annual_cap is not None:
            earned = min(hours, max(rule.annual_cap - used.get(chance.category, ZERO), ZERO))
        used[chance.category] = used.get(chance.category, ZERO) + earned
        group = groups.setdefault(chance.group, ChanceGroup(chance.group, dated=chance.day is not None))
        group.times, group.hours, group.counted = group.times + 1, group.hours + hours, group.counted + earned
        if chance.url:
            group.named.append(chance)
        total, times = total + earned, times + (earned > 0)
        if closed is None and gap > 0 and total >= gap:
            closed = (times, chance.day)
    return Outlook(list(groups.values()), total, _sentence(gap, total, times, closed))


def _sentence(gap: Decimal, total: Decimal, times: int, closed: tuple[int, date | None] | None) -> str:
    if gap <= 0 or not times:
        return ""
    if closed is not None:
        needed, day = closed
        until = f"到 {day.month} 月" if day else ""
        return f"还差 {show(gap)} 学时。按计划{until}再参加 {needed} 次学习可以补足。"
    return (
        f"还差 {show(gap)} 学时。计划内还有 {times} 次，共 {show(total)} 学时，全部参加后仍差 {show(gap - total)} 学时，"
        "可参加集中培训，或请党支部增加集体学习。"
    )
