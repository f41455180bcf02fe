"""What a branch lacks, in few words: 主题党日 2—4月、6月；支部党员大会 第一、二季度；组织生活会."""

from collections.abc import Iterable, Mapping, Sequence

from activities.rules.kinds import KINDS
from activities.rules.strip import PeriodStatus

_QUARTERS = "一二三四"


def lack_words(lacks: Mapping[str, Sequence[PeriodStatus]]) -> str:
    """Kinds in the order given, each with its periods."""
    return "；".join(f"{KINDS[kind].label}{_periods(periods)}" for kind, periods in lacks.items() if periods)


def period_title(kind: str, period: PeriodStatus) -> str:
    """3月主题党日, 第一季度党课, 2026年度组织生活会."""
    label = KINDS[kind].label
    return f"{period.first.year}年度{label}" if period.months == 12 else f"{period.label}{label}"


def _periods(periods: Sequence[PeriodStatus]) -> str:
    if periods[0].months == 12:
        return ""
    if periods[0].months == 3:
        return f" 第{'、'.join(_QUARTERS[period.index - 1] for period in periods)}季度"
    return (
        f" {'、'.join(f'{first}—{last}' if last > first else str(first) for first, last in _runs(periods))}月"
    )


def _runs(periods: Iterable[PeriodStatus]) -> list[tuple[int, int]]:
    """Months next to each other as (first, last)."""
    runs: list[tuple[int, int]] = []
    for period in periods:
        if runs and runs[-1][1] == period.index - 1:
            runs[-1] = runs[-1][0], period.index
        else:
            runs.append((period.index, period.index))
    return runs
