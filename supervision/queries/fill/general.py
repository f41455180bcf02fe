"""What every form asks for: who fills it in, when, for which time, words that never change."""

from supervision.queries.fill_sources import VALUE, Asked, FillSource, fill_source

_GROUP = "通用"
#: Its words stand in the binding.
FIXED_WORDS = "fixed_words"


def _same(read):
    """The same for every unit."""
    return lambda asked: {unit.organization.pk: read(asked) for unit in asked.units}


def _source(key: str, label: str, read) -> FillSource:
    return FillSource(key, _GROUP, label, VALUE, _same(read), of_branch=False)


def _units(asked: Asked) -> dict[int, int]:
    return {unit.organization.pk: len(unit.branches) for unit in asked.units}


fill_source(
    _source(FIXED_WORDS, "固定文字（在下面填写）", lambda asked: ""),
    _source("today", "填表日期", lambda asked: asked.today),
    _source("period", "时段名称，如“2026年3月”", lambda asked: asked.period.label),
    _source("period_year", "年度（数字）", lambda asked: asked.period.year),
    _source("period_month", "期末月份（数字）", lambda asked: asked.period.last.month),
    _source("period_first", "时段第一天", lambda asked: asked.period.first),
    _source("period_last", "时段最后一天", lambda asked: asked.period.last),
    _source("filled_by", "填表人", lambda asked: asked.user.display_name),
    FillSource("branch_count", _GROUP, "党支部数", VALUE, _units, of_branch=False),
)
