"""The grid's tables, made in Python: a page has six hundred cells, too many for template variables."""

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from activities.models import ActivityKind
from activities.queries.cadence import KIND_ORDER
from activities.rules.cadence import DUE, FUTURE, HELD, MISSING, NOT_APPLICABLE, PENDING, STATUS_LABELS
from activities.rules.strip import PeriodStatus
from branch_portal.tables import Column, Table
from members.models import PartyOrganization
from supervision.queries.grid import BranchRow, Grid, Tally

CELL_CLASSES = {
    HELD: "is-done",
    PENDING: "is-wait",
    MISSING: "is-missing",
    DUE: "is-due",
    FUTURE: "is-future",
    NOT_APPLICABLE: "is-none",
}
#: What the cell says: short words, so that twelve columns fit a desktop; the legend has the long ones.
CELL_WORDS = STATUS_LABELS | {DUE: "应开", NOT_APPLICABLE: "—", FUTURE: "·"}
LEGEND = [(CELL_CLASSES[status], CELL_WORDS[status], label) for status, label in STATUS_LABELS.items()]
_EMPTY = SafeString("")
_TICKS = {status: format_html('<i class="{}"></i>', name) for status, name in CELL_CLASSES.items()}


def branch_url(branch: PartyOrganization, year: int) -> str:
    return reverse("supervision:branch", args=[branch.uid, year])


def status_cell(
    branch: PartyOrganization, year: int, kind: str, status: PeriodStatus, *, span: int = 1
) -> SafeString:
    """One coloured cell with its word; it leads to the records behind it where there can be any."""
    word = CELL_WORDS[status.status]
    attributes = format_html(' colspan="{}"', span) if span > 1 else _EMPTY
    if status.status in (FUTURE, NOT_APPLICABLE):
        return format_html(
            '<td class="{}"{}><span class="cell"><span aria-hidden="true">{}</span>'
            '<span class="visually-hidden">{}</span></span></td>',
            CELL_CLASSES[status.status],
            attributes,
            word,
            status.word,
        )
    return format_html(
        '<td class="{}"{}><a class="cell" href="{}" aria-label="{} {} {} {}">{}</a></td>',
        CELL_CLASSES[status.status],
        attributes,
        reverse("supervision:cell", args=[branch.uid, year, kind, status.index]),
        branch,
        status.label,
        ActivityKind(kind).label,
        status.word,
        word,
    )


def overview_table(grid: Grid, rows: Sequence[BranchRow]) -> SafeString:
    """Branches by kinds: how many of the periods owed so far were held."""
    return _grid_html(
        caption=f"{grid.year} 年各党支部组织生活：已开次数与应开次数",
        heads=[*(ActivityKind(kind).label for kind in KIND_ORDER), "合计", "缺"],
        body=(
            [
                _branch_head(row, grid.year),
                *(_tally_cell(row.tallies[kind], grid.statuses(row, kind)) for kind in KIND_ORDER),
                _tally_cell(row.total),
                _missing_cell(row.total.missing),
            ]
            for row in rows
        ),
        foot=[
            *(ratio(grid.tallies[kind].done, grid.tallies[kind].owed) for kind in KIND_ORDER),
            ratio(grid.total.done, grid.total.owed),
            str(grid.total.missing),
        ],
    )


def kind_table(grid: Grid, rows: Sequence[BranchRow], kind: str) -> SafeString:
    """Branches by months (or quarters) of one kind."""
    heads = [status.label for status in grid.statuses(grid.rows[0], kind)] if grid.rows else []
    return _grid_html(
        caption=f"{grid.year} 年各党支部{ActivityKind(kind).label}",
        heads=[*heads, "缺"],
        body=(
            [
                _branch_head(row, grid.year),
                *(status_cell(row.branch, grid.year, kind, status) for status in grid.statuses(row, kind)),
                _missing_cell(row.tallies[kind].missing),
            ]
            for row in rows
        ),
        foot=[*(ratio(*counts) for counts in grid.counts_by_period(kind)), str(grid.tallies[kind].missing)],
    )


def branch_table(grid: Grid) -> SafeString:
    """One branch: kinds by months, a quarter's cell three months wide."""
    row = grid.rows[0]
    lines = []
    for kind in KIND_ORDER:
        statuses = grid.statuses(row, kind)
        span = 12 // len(statuses)
        cells = format_html_join(
            "", "{}", ((status_cell(row.branch, grid.year, kind, status, span=span),) for status in statuses)
        )
        head = format_html('<th scope="row">{}</th>', ActivityKind(kind).label)
        lines.append([head, cells, _tally_cell(row.tallies[kind])])
    return _grid_html(
        caption=f"{row.branch.name} {grid.year} 年组织生活",
        heads=[*(f"{month}月" for month in range(1, 13)), "已开 / 应开"],
        body=lines,
        foot=None,
        corner="类型",
    )


def roll_up_table(grid: Grid, link) -> Table:
    """The sums over each committee and general branch; `link` makes the address of its own grid."""
    return Table(
        [
            Column(
                "组织",
                lambda line: line.organization.name,
                lambda line: format_html(
                    '<a href="{}">{}</a>', link(line.organization), line.organization.short_name
                ),
            ),
            Column("党支部", lambda line: line.branches, numeric=True),
            Column("需要帮助的支部", lambda line: line.in_need, numeric=True),
            *_kind_columns(),
            Column("缺", lambda line: line.total.missing, numeric=True),
        ],
        grid.roll_ups,
        caption="按上级组织汇总",
    )


def export_table(grid: Grid) -> Table:
    """The overview of all branches, for .xlsx."""
    return Table(
        [
            Column("党支部", lambda row: row.branch.name),
            *_kind_columns(),
            Column("待确认", lambda row: row.total.pending, numeric=True),
            Column("缺", lambda row: row.total.missing, numeric=True),
        ],
        grid.rows,
        caption="组织生活监督",
    )


def _kind_columns() -> list[Column]:
    return [
        Column(
            ActivityKind(kind).label,
            lambda line, kind=kind: ratio(line.tallies[kind].done, line.tallies[kind].owed),
            numeric=True,
        )
        for kind in KIND_ORDER
    ]


def _grid_html(
    *, caption: str, heads: Iterable[str], body: Iterable[Sequence[SafeString]], foot, corner: str = "党支部"
) -> SafeString:
    return format_html(
        '<table class="cadence-grid"><caption class="visually-hidden">{}</caption>'
        '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody>{}</table>',
        caption,
        corner,
        format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads)),
        format_html_join(
            "", "<tr>{}</tr>", ((format_html_join("", "{}", ((cell,) for cell in cells)),) for cells in body)
        ),
        _EMPTY
        if foot is None
        else format_html(
            '<tfoot><tr><th scope="row">合计</th>{}</tr></tfoot>',
            format_html_join("", '<td class="num">{}</td>', ((text,) for text in foot)),
        ),
    )


def _branch_head(row: BranchRow, year: int) -> SafeString:
    return format_html(
        '<th scope="row"><a href="{}">{}</a></th>', branch_url(row.branch, year), row.branch.short_name
    )


def _tally_cell(tally: Tally, statuses: Iterable[PeriodStatus] = ()) -> SafeString:
    """Held of owed, with the words that the colour stands for, and a tick for each period."""
    if not tally.owed:
        return format_html('<td class="is-none"><span class="cell">{}</span></td>', "—")
    kind, word = (
        ("is-missing", f"缺 {tally.missing}")
        if tally.missing
        else ("is-wait", f"待确认 {tally.pending}")
        if tally.pending
        else ("is-done", "已开齐")
    )
    return format_html(
        '<td class="{}"><span class="cell is-stacked"><b class="num">{}</b><small>{}</small>{}</span></td>',
        kind,
        ratio(tally.done, tally.owed),
        word,
        _ticks(statuses),
    )


def _ticks(statuses: Iterable[PeriodStatus]) -> SafeString:
    """A small square a period, for the eye only: the words stand beside it and on the page of the kind."""
    squares = format_html_join("", "{}", ((_TICKS[status.status],) for status in statuses))
    return format_html('<span class="ticks" aria-hidden="true">{}</span>', squares) if squares else squares


def _missing_cell(missing: int) -> SafeString:
    return format_html('<td class="num"><span class="cell">{}</span></td>', missing)


def ratio(done: int, owed: int) -> str:
    return f"{done}/{owed}" if owed else "—"
