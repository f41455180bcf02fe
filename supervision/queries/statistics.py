"""Every table of the statistics of an organisation as of a day, in a number of queries that no number of branches changes."""

import datetime

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.queries.statistics_life import (
    Life,
    Structure,
    meeting_sheet,
    organization_sheet,
    unit_sheets,
)
from supervision.queries.statistics_moves import Moves, change_sheet, move_sheets
from supervision.queries.statistics_people import SITUATIONS, Population, members_on, tallies
from supervision.rules.statistics import MEASURES, Figures, Line, Sheet
from supervision.rules.statistics_layouts import situation_layout

#: A past day of more branches than this is worked out by a job: its reads go through the history of every card.
DIRECT_BRANCHES = 50
_TITLES = {
    "category": "人员类别",
    "gender": "性别",
    "ethnicity": "民族",
    "age": "年龄",
    "education": "学历",
    "job_post": "工作岗位",
    "standing_years": "党龄",
    "admission": "入党时间",
    "study": "学时达标",
}
_NOTES = {
    "age": ("按出生年份统计：截止日所在年度的年份减出生年份。出生日期加密保存，不参加统计。",),
    "study": ("按本年度学时要求和学时台账今天的记录统计，含待确认的学时。",),
}
_THEN = "{}按截止日当天已登记的内容统计；截止日以后才建卡的，按今天登记的内容。"
_OF_THAT_DAY = {"education": "学历", "job_post": "工作岗位"}


def organizations_reported(user):
    """The organisations whose figures the user may read, cells left out; the highest first."""
    return (
        PartyOrganization.objects.permitted(user, Permission.VIEW_STATISTICS)
        .exclude(kind=PartyOrganization.Kind.CELL)
        .order_by("path")
    )


def needs_job(root: PartyOrganization, day: datetime.date) -> bool:
    """Whether a page would keep its reader waiting: a past day of a whole subtree (`docs/statistics.md`). One query."""
    if day >= today_shanghai() or root.is_branch:
        return False
    below = PartyOrganization.objects.filter(path__startswith=root.path).branches().order_by()
    return below[DIRECT_BRANCHES : DIRECT_BRANCHES + 1].exists()


def figures_of(root: PartyOrganization, day: datetime.date) -> Figures:
    """All tables. The caller has asked whether the user may read the root's figures."""
    population = Population.of(root, day)
    structure = Structure(population)
    moves = Moves(root, day)
    here, stopped = members_on(population), members_on(population, suspended=True)
    counted = tallies(here, [*population.layouts, "branch", *SITUATIONS])
    people = [_sheet(name, population, counted[name]) for name in population.layouts if name != "study"]
    sheets = [
        *people,
        _situation_sheet(counted),
        _membership_sheet(counted[""][""], tallies(stopped, ["category"])[""][""]),
        *unit_sheets(structure, counted["branch"]),
        organization_sheet(structure),
        change_sheet(moves),
        *move_sheets(moves, population),
        Life(structure).sheet(),
        meeting_sheet(population),
        _sheet("study", population, counted["study"]),
    ]
    name = structure.name(root.pk) if root.pk in structure.rows else root.name
    return Figures(name, day, tuple(sheets))


def _sheet(name: str, population: Population, tally: dict[str, list[int]]) -> Sheet:
    notes = _NOTES.get(name, ())
    if population.past and name in _OF_THAT_DAY:
        notes = (*notes, _THEN.format(_OF_THAT_DAY[name]))
    lines = population.layouts[name].lines(tally, len(MEASURES))
    return Sheet(name, _TITLES[name], MEASURES, lines, notes=notes)


def _situation_sheet(counted: dict[str, dict[str, list[int]]]) -> Sheet:
    nobody = [0] * len(MEASURES)
    numbers = {"total": counted[""][""]} | {name: counted[name].get("true", nobody) for name in SITUATIONS}
    lines = tuple(
        Line(node.key, node.label, tuple(numbers[node.key]), node.level, node.role)
        for node in situation_layout().nodes
    )
    return Sheet("situation", "流动与失联", MEASURES, lines, notes=("各行可能有同一名党员，不相加。",))


def _membership_sheet(normal: list[int], stopped: list[int]) -> Sheet:
    both = tuple(sum(pair) for pair in zip(normal, stopped, strict=True))
    lines = (
        Line("total", "在册", both),
        Line("normal", "正常", tuple(normal), 1),
        Line("suspended", "停止党籍", tuple(stopped), 1),
    )
    return Sheet("membership", "党籍状态", MEASURES, lines, notes=("停止党籍的不计入其他各表。",))
