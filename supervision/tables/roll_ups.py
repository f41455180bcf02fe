"""Sums of the grid as ordinary tables: by child organisation, by kind, by period; and the branches for .xlsx."""

from collections.abc import Callable

from django.utils.html import format_html
from django.utils.safestring import SafeString

from activities.models import ActivityKind
from activities.queries.cadence import KIND_ORDER
from branch_portal.tables import Column, Table
from members.models import PartyOrganization
from supervision.queries.grid import Grid, RollUp, Tally
from supervision.tables.grid import ratio, tally_words

CHART_TABLE = "grid-sums"


def roll_up_table(grid: Grid, link: Callable[[PartyOrganization], str]) -> Table:
    """The sums over each child organisation; `link` makes the address of its own grid."""
    kind = grid.kind

    def name(line: RollUp):
        if line.organization is None:
            return line.label
        return format_html('<a href="{}">{}</a>', link(line.organization), line.organization.short_name)

    return Table(
        [
            Column("组织", name_of, name),
            Column("党支部", lambda line: line.branches, numeric=True),
            Column("需要帮助的支部", lambda line: line.in_need, numeric=True),
            Column("进度", lambda line: ratio(*_done(line.tally(kind))), lambda line: _bar(line.tally(kind))),
            *_count_columns(lambda line: line.tally(kind)),
            *([] if kind else kind_columns()),
        ],
        grid.roll_ups,
        caption="按下级组织汇总",
        table_id=CHART_TABLE,
    )


def kinds_table(grid: Grid) -> Table:
    """All kinds of the subtree."""
    return Table(
        [
            Column("类型", lambda line: ActivityKind(line[0]).label),
            Column("应开", lambda line: line[1].owed, numeric=True),
            Column("进度", lambda line: ratio(*_done(line[1])), lambda line: _bar(line[1])),
            *_count_columns(lambda line: line[1]),
        ],
        list(grid.tallies.items()),
        caption="按类型汇总",
        table_id=CHART_TABLE,
    )


def periods_table(grid: Grid) -> Table:
    """One kind of the subtree by month or quarter: how many branches held it, how many lack it."""
    labels = [status.label for status in grid.statuses(grid.rows[0], grid.kind)] if grid.rows else []
    return Table(
        [
            Column("时间", lambda line: line[0]),
            Column("已开的支部", lambda line: line[1], numeric=True),
            Column("缺的支部", lambda line: line[2] - line[1], numeric=True),
        ],
        [(label, *counts) for label, counts in zip(labels, grid.counts_by_period, strict=False)],
        caption=f"{ActivityKind(grid.kind).label}按时间汇总",
        table_id=CHART_TABLE,
    )


def report_table(grid: Grid) -> Table:
    """Child organisations by kinds on paper, and the sum over all."""
    lines = [(name_of(line), line) for line in grid.roll_ups]
    if len(lines) > 1:
        lines.append(("合计", grid.whole))
    return Table(
        [
            Column("组织", lambda line: line[0]),
            Column("党支部", lambda line: line[1].branches, numeric=True),
            Column("需要帮助", lambda line: line[1].in_need, numeric=True),
            *(
                Column(
                    ActivityKind(kind).label,
                    lambda line, kind=kind: ratio(*_done(line[1].tallies[kind])),
                    numeric=True,
                )
                for kind in KIND_ORDER
            ),
            Column("待确认", lambda line: line[1].total.pending, numeric=True),
            Column("缺", lambda line: line[1].total.missing, numeric=True),
        ],
        lines,
        numbered=False,
        caption="按下级组织和类型汇总（已开 / 应开）",
    )


def export_table(grid: Grid) -> Table:
    """The overview of all branches, for .xlsx."""
    return Table(
        [
            Column("党支部", lambda row: row.branch.name),
            *kind_columns(),
            Column("待确认", lambda row: row.total.pending, numeric=True),
            Column("缺", lambda row: row.total.missing, numeric=True),
        ],
        grid.rows,
        caption="组织生活监督",
    )


def kind_columns() -> list[Column]:
    """Held of owed of each kind; what lacks is coloured and said in the heat cells of the page."""
    return [
        Column(
            ActivityKind(kind).label,
            lambda line, kind=kind: ratio(*_done(line.tallies[kind])),
            lambda line, kind=kind: _heat(line.tallies[kind]),
            numeric=True,
        )
        for kind in KIND_ORDER
    ]


def name_of(line: RollUp) -> str:
    return line.organization.name if line.organization is not None else line.label


def _count_columns(tally: Callable) -> list[Column]:
    return [
        Column("已确认", lambda line: tally(line).confirmed, numeric=True),
        Column("待确认", lambda line: tally(line).pending, numeric=True),
        Column("缺", lambda line: tally(line).missing, numeric=True),
    ]


def _done(tally: Tally) -> tuple[int, int]:
    return tally.done, tally.owed


def _bar(tally: Tally) -> SafeString:
    if not tally.owed:
        return format_html("{}", "—")
    words = f"已开 {tally.done} / 应开 {tally.owed}"
    return format_html(
        '<span class="roll-up-bar"><progress class="bar{}" value="{}" max="{}" aria-label="{}"></progress><small>{}</small></span>',
        "" if tally.missing else " is-done",
        tally.done,
        tally.owed,
        words,
        words,
    )


def _heat(tally: Tally) -> SafeString:
    if not tally.owed:
        return format_html("{}", "—")
    kind, word = tally_words(tally)
    return format_html('<span class="heat {}">{} <small>{}</small></span>', kind, ratio(*_done(tally)), word)
