"""The organisations of a subtree on a day, what they owed and held of organisational life, and what came of it."""

import datetime
from collections import Counter, defaultdict
from functools import cached_property

from django.db.models import Count, Sum

from activities.models import ActivityKind, ActivityRecord
from activities.queries.cadence import KIND_ORDER
from branch_portal.dates import today_shanghai
from members.models import PartyOrganization
from members.queries.history import OrganizationThen, organizations_on
from supervision.queries.statistics_people import Population
from supervision.queries.tallies import branch_tallies
from supervision.rules.as_of import AsOf, Tally
from supervision.rules.statistics import MEASURES, WHOLE, Layout, Line, Node, Sheet

_Kind = PartyOrganization.Kind
LIFE_COLUMNS = (
    ("branches", "应开支部"),
    ("owed", "应开"),
    ("done", "已开"),
    ("pending", "其中待确认"),
    ("missing", "缺"),
)
MEETING_COLUMNS = (("records", "次数"), ("expected", "应到人次"), ("present", "实到人次"))
#: Columns of the tables that count organisations beside people.
BRANCHES = ("branches", "党支部")


class Structure:
    """Organisations of the subtree that existed on the day, by the words of that day; `places` are all where members may be."""

    def __init__(self, population: Population):
        self.population = population
        ids = population.branch_ids
        self.then: dict[int, OrganizationThen] = organizations_on(population.day, ids)
        #: Today's rows, for kind, uid and order; a place that was entered later than its people has these words only.
        self.rows = {
            row.pk: row
            for row in PartyOrganization.objects.filter(pk__among=ids)
            .only(
                "pk", "uid", "path", "kind", "name", "short_name", "sort_number", "formation", "unit_category", "founded_on",
                "abolished_on", "has_committee",
            )
            .order_by("sort_number", "path")
        }  # fmt: skip

    def name(self, pk: int) -> str:
        return self.then[pk].name if pk in self.then else self.rows[pk].name

    @cached_property
    def branches(self) -> list[PartyOrganization]:
        """Those that existed, in official order."""
        return [row for pk, row in self.rows.items() if row.kind == _Kind.BRANCH and pk in self.then]

    def of_kind(self, kind: str) -> list[PartyOrganization]:
        return [row for pk, row in self.rows.items() if row.kind == kind and pk in self.then]

    def _attribute(self, pk: int, name: str) -> str:
        return getattr(self.then.get(pk) or self.rows[pk], name)

    def branch_layout(self, name: str, choices) -> Layout:
        """Members by a property of their branch: a line a choice, its codes the branches."""
        places: dict[str, list[str]] = defaultdict(list)
        for pk, row in self.rows.items():
            if row.kind == _Kind.BRANCH:
                places[self._attribute(pk, name)].append(str(pk))
        lines = [Node(key, str(label), tuple(places[key]), sparse=True) for key, label in choices if key]
        return Layout((WHOLE, *lines, Node("missing", "未填写", rest=True, sparse=True)))

    @cached_property
    def below_layout(self) -> Layout:
        """Members by the organisations directly under the root, in official order."""
        parents = {pk: then.parent_id for pk, then in self.then.items()}
        found: dict[int, list[str]] = defaultdict(list)
        for pk in self.then:
            top: int | None = pk
            while top is not None and parents.get(top) != self.population.root.pk:
                top = parents.get(top)
            if top is not None:
                found[top].append(str(pk))
        nodes = [
            Node(str(self.rows[pk].uid), self.name(pk), tuple(found[pk]))
            for pk in self.rows
            if pk in found and self.rows[pk].kind != _Kind.CELL
        ]
        return Layout((WHOLE, *nodes, Node("missing", "其他", rest=True, sparse=True)))

    def branches_of(self, layout: Layout, line: str) -> list[PartyOrganization] | None:
        """The branches behind a line of a layout of branches."""
        node = layout.node(line)
        if node is None:
            return None
        if node.whole:
            return self.branches
        inside = frozenset(node.codes)
        if node.rest:
            return [row for row in self.branches if str(row.pk) not in layout.known]
        return [row for row in self.branches if str(row.pk) in inside]


def unit_layouts(structure: Structure) -> dict[str, Layout]:
    """Dimension → lines whose values are branches."""
    return {
        "unit": structure.branch_layout("unit_category", PartyOrganization.UnitCategory.choices),
        "formation": structure.branch_layout("formation", PartyOrganization.Formation.choices),
        "below": structure.below_layout,
    }


def unit_sheets(structure: Structure, tally: dict[str, list[int]]) -> list[Sheet]:
    """Branches and their members by unit category, formation, and superior; `tally` is branch → numbers."""
    width = len(MEASURES) + 1
    counted = {pk: [0, *numbers] for pk, numbers in tally.items()}
    for row in structure.branches:
        counted.setdefault(str(row.pk), [0] * width)[0] = 1
    titles = {"unit": "单位类别", "formation": "组建方式", "below": "下级党组织"}
    root_is_branch = structure.population.root.kind == _Kind.BRANCH
    return [
        Sheet(key, titles[key], (BRANCHES, *MEASURES), layout.lines(counted, width))
        for key, layout in unit_layouts(structure).items()
        if not (key == "below" and root_is_branch)
    ]


def organization_sheet(structure: Structure) -> Sheet:
    counts = Counter(row.kind for pk, row in structure.rows.items() if pk in structure.then)
    lines = [Line("total", "合计", (sum(counts.values()),))]
    lines += [Line(key, str(label), (counts[key],), 1) for key, label in _Kind.choices]
    return Sheet("organizations", "党组织", (("total", "个数"),), tuple(lines), unit="个")


# --- Organisational life ---


class Life:
    """What every branch owed and held in the year up to the day; a constant number of queries."""

    def __init__(self, structure: Structure):
        self.structure, self.day = structure, structure.population.day

    @cached_property
    def by_branch(self) -> dict[int, dict[str, Tally]]:
        return branch_tallies(self.structure.branches, self.day.year, AsOf.of(self.day, today_shanghai()))

    def branches(self, kind: str, column: str) -> list[tuple[PartyOrganization, Tally]] | None:
        """The branches behind a cell, with what they add to it."""
        if kind not in KIND_ORDER or column not in dict(LIFE_COLUMNS):
            return None
        name = "owed" if column == "branches" else column
        found = [(row, self.by_branch[row.pk][kind]) for row in self.structure.branches]
        return [(row, each) for row, each in found if getattr(each, name)]

    def sheet(self) -> Sheet:
        lines = []
        for kind in KIND_ORDER:
            each = [found[kind] for found in self.by_branch.values()]
            numbers = [
                sum(getattr(one, name) for one in each) for name in ("owed", "done", "pending", "missing")
            ]
            branches = sum(1 for one in each if one.owed)
            lines.append(Line(str(kind), ActivityKind(kind).label, (branches, *numbers)))
        note = "按已到期的月份、季度统计，每一期开过即计一次；截止日当月已开的计入。待确认：已记录，主持人尚未确认。"
        return Sheet(
            "life", "组织生活", LIFE_COLUMNS, tuple(lines), unit="次", head="类型", notes=(note,),
            sums=(("owed", ("done", "missing")),),
        )  # fmt: skip


def meetings(population: Population):
    """Records that count, of the branches of the day, from 1 January to the day."""
    return ActivityRecord.objects.counted().filter(
        branch_id__among=population.branch_ids,
        on_date__range=(datetime.date(population.day.year, 1, 1), population.day),
    )


def meetings_by_branch(
    population: Population, kind: str, column: str
) -> list[tuple[int, tuple[int, int, int]]] | None:
    """(branch, its numbers) behind a cell of the table of meetings; None where there is no such cell. One query."""
    names = [name for name, _ in MEETING_COLUMNS]
    if column not in names or (kind != "total" and kind not in ActivityKind.values):
        return None
    rows = meetings(population)
    if kind != "total":
        rows = rows.filter(kind=kind)
    sums = (
        rows.order_by("branch")
        .values_list("branch")
        .annotate(Count("pk"), Sum("share__expected_count"), Sum("share__present_count"))
    )
    return [(branch, tuple(numbers)) for branch, *numbers in sums if numbers[names.index(column)]]


def meeting_sheet(population: Population) -> Sheet:
    """How often, and how many were expected and came. One query."""
    rows = (
        meetings(population)
        .order_by("kind")
        .values("kind")
        .annotate(
            records=Count("pk"), expected=Sum("share__expected_count"), present=Sum("share__present_count")
        )
    )
    found = {row["kind"]: row for row in rows}
    names = [name for name, _ in MEETING_COLUMNS]
    each = {
        key: tuple((found[key][name] or 0) if key in found else 0 for name in names)
        for key in ActivityKind.values
    }
    total = tuple(sum(column) for column in zip(*each.values(), strict=True))
    lines = [Line("total", "合计", total)]
    lines += [Line(key, ActivityKind(key).label, each[key], 1) for key in ActivityKind.values]
    note = "按已提交的记录统计；一次活动记为两项的，两项分别计次数和人次。"
    return Sheet(
        "meetings",
        "开展次数和到会",
        MEETING_COLUMNS,
        tuple(lines),
        unit="次、人次",
        head="类型",
        notes=(note,),
    )
