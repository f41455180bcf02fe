"""The grid's tables, made in Python: a page has six hundred cells, too many for template variables."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from activities.models import ActivityKind
from activities.queries.cadence import KIND_ORDER
from activities.rules.cadence import DUE, FUTURE, HELD, MISSING, NOT_APPLICABLE, PENDING, STATUS_LABELS
from activities.rules.strip import PeriodStatus
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

#: (branch id, kind, number of the period) → when it was asked for.
Reminded = Mapping[tuple[int, str, int], datetime.date]


def branch_url(branch: PartyOrganization, year: int) -> str:
    return reverse("supervision:branch", args=[branch.uid, year])


def remind_url(branch: PartyOrganization, year: int, kind: str = "", period: int = 0) -> str:
    """The page that asks once more before the reminder goes out."""
    asked = {"branch": branch.uid, "year": year, "kind": kind, "period": period or ""}
    given = {name: value for name, value in asked.items() if value}
    return f"{reverse('supervision:remind')}?{urlencode(given)}"


def said_on(day: datetime.date) -> str:
    return f"已提醒 {day.month}月{day.day}日"


def status_cell(
    branch: PartyOrganization,
    year: int,
    kind: str,
    status: PeriodStatus,
    *,
    span: int = 1,
    reminded: Reminded | None = None,
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
    since = reminded.get((branch.pk, kind, status.index)) if reminded else None
    asked = said_on(since) if since is not None and status.status in (MISSING, DUE) else ""
    return format_html(
        '<td class="{}"{}><a class="cell{}" href="{}" aria-label="{} {} {} {} {}">{}{}</a></td>',
        CELL_CLASSES[status.status],
        attributes,
        " is-stacked" if asked else "",
        reverse("supervision:cell", args=[branch.uid, year, kind, status.index]),
        branch,
        status.label,
        ActivityKind(kind).label,
        status.word,
        asked,
        word,
        format_html("<small>{}</small>", asked) if asked else _EMPTY,
    )


def grid_table(grid: Grid, reminded: Reminded, more: SafeString, *, pick: bool) -> SafeString:
    """The rows of a page: branches by kinds (held of owed), or by the periods of the kind chosen. `more` leads on."""
    if grid.kind:
        rules = grid.statuses(grid.rows[0], grid.kind) if grid.rows else ()
        heads = [*(status.label for status in rules), "缺"]
        foot = [*(ratio(*counts) for counts in grid.counts_by_period), str(grid.tally(grid.kind).missing)]
        caption = f"{grid.year} 年各党支部{ActivityKind(grid.kind).label}"
    else:
        tallies, total = grid.tallies, grid.tally()
        heads = [*(ActivityKind(kind).label for kind in KIND_ORDER), "合计", "缺"]
        foot = [*(ratio(tallies[kind].done, tallies[kind].owed) for kind in KIND_ORDER)]
        foot += [ratio(total.done, total.owed), str(total.missing)]
        caption = f"{grid.year} 年各党支部组织生活：已开次数与应开次数"
    return _grid_html(
        caption=caption, heads=heads, body=grid_rows(grid, reminded, more, pick=pick), foot=foot
    )


def grid_rows(grid: Grid, reminded: Reminded, more: SafeString, *, pick: bool) -> SafeString:
    """The rows alone, as a page that is there already takes them in."""
    cells = _kind_cells if grid.kind else _overview_cells
    rows = format_html_join(
        "",
        "<tr>{}{}</tr>",
        ((_branch_head(grid, row, reminded, pick=pick), cells(grid, row, reminded)) for row in grid.rows),
    )
    return format_html("{}{}", rows, more)


def more_row(url: str, left: int, columns: int, size: int) -> SafeString:
    """The line that brings the next rows; without a script it is a link to the next page."""
    return format_html(
        '<tr class="grid-more"><td colspan="{}"><a class="button" href="{}" hx-get="{}" hx-target="closest tr" '
        'hx-swap="outerHTML">再显示 {} 个党支部（还有 {} 个）</a></td></tr>',
        columns,
        url,
        url,
        min(size, left),
        left,
    )


def columns_of(grid: Grid) -> int:
    """How many columns the rows have, the first one included."""
    if not grid.kind:
        return len(KIND_ORDER) + 3
    return len(grid.counts_by_period) + 2


def branch_table(grid: Grid, reminded: Reminded) -> SafeString:
    """One branch: kinds by months, a quarter's cell three months wide."""
    row = grid.rows[0]
    lines = []
    for kind in KIND_ORDER:
        statuses = grid.statuses(row, kind)
        span = 12 // len(statuses)
        cells = format_html_join(
            "",
            "{}",
            (
                (status_cell(row.branch, grid.year, kind, status, span=span, reminded=reminded),)
                for status in statuses
            ),
        )
        head = format_html('<th scope="row">{}</th>', ActivityKind(kind).label)
        lines.append((format_html("{}{}{}", head, cells, _tally_cell(row.tallies[kind])),))
    return _grid_html(
        caption=f"{row.branch.name} {grid.year} 年组织生活",
        heads=[*(f"{month}月" for month in range(1, 13)), "已开 / 应开"],
        body=format_html_join("", "<tr>{}</tr>", lines),
        foot=None,
        corner="类型",
    )


def _overview_cells(grid: Grid, row: BranchRow, reminded: Reminded) -> SafeString:
    cells = [_tally_cell(row.tallies[kind], grid.statuses(row, kind)) for kind in KIND_ORDER]
    cells += [_tally_cell(row.total), _missing_cell(row.total.missing)]
    return format_html_join("", "{}", ((cell,) for cell in cells))


def _kind_cells(grid: Grid, row: BranchRow, reminded: Reminded) -> SafeString:
    cells = [
        status_cell(row.branch, grid.year, grid.kind, status, reminded=reminded)
        for status in grid.statuses(row, grid.kind)
    ]
    cells.append(_missing_cell(row.tallies[grid.kind].missing))
    return format_html_join("", "{}", ((cell,) for cell in cells))


def _grid_html(
    *,
    caption: str,
    heads: Iterable[str],
    body: SafeString,
    foot: Sequence[str] | None,
    corner: str = "党支部",
) -> SafeString:
    return format_html(
        '<table class="cadence-grid"><caption class="visually-hidden">{}</caption>'
        '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody>{}</table>',
        caption,
        corner,
        format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads)),
        body,
        _EMPTY
        if foot is None
        else format_html(
            '<tfoot><tr><th scope="row">合计</th>{}</tr></tfoot>',
            format_html_join("", '<td class="num">{}</td>', ((text,) for text in foot)),
        ),
    )


def _branch_head(grid: Grid, row: BranchRow, reminded: Reminded, *, pick: bool) -> SafeString:
    """The name, a box to choose the branch for a reminder where it lacks something, and when it was last reminded."""
    lacks = {kind: [s.index for s in periods] for kind, periods in grid.lacks(row).items()}
    wanted = [grid.kind] if grid.kind else list(lacks)
    days = [
        reminded[row.branch.pk, kind, index]
        for kind in wanted
        for index in lacks.get(kind, ())
        if (row.branch.pk, kind, index) in reminded
    ]
    box = _EMPTY
    if pick and row.branch.abolished_on is None and row.tally(grid.kind).missing:
        box = format_html(
            '<label class="pick"><input type="checkbox" name="branch" value="{}">'
            '<span class="visually-hidden">提醒{}</span></label>',
            row.branch.uid,
            row.branch.name,
        )
    return format_html(
        '<th scope="row"><span class="who">{}<a href="{}">{}</a></span>{}</th>',
        box,
        branch_url(row.branch, grid.year),
        row.branch.short_name,
        format_html('<span class="help-need">{}</span>', said_on(max(days))) if days else _EMPTY,
    )


def _tally_cell(tally: Tally, statuses: Iterable[PeriodStatus] = ()) -> SafeString:
    return _tally_html(tally, tuple(status.status for status in statuses))


# Branches that keep the same pace have the same cells: most of a page is made once.
@lru_cache(maxsize=5_000)
def _tally_html(tally: Tally, statuses: tuple[str, ...]) -> SafeString:
    """Held of owed, with the words that the colour stands for, and a tick for each period."""
    if not tally.owed:
        return format_html('<td class="is-none"><span class="cell">{}</span></td>', "—")
    kind, word = tally_words(tally)
    return format_html(
        '<td class="{}"><span class="cell is-stacked"><b class="num">{}</b><small>{}</small>{}</span></td>',
        kind,
        ratio(tally.done, tally.owed),
        word,
        _ticks(statuses),
    )


def tally_words(tally: Tally) -> tuple[str, str]:
    """(class, word) of a sum: what lacks first."""
    if tally.missing:
        return "is-missing", f"缺 {tally.missing}"
    if tally.pending:
        return "is-wait", f"待确认 {tally.pending}"
    return "is-done", "已开齐"


def _ticks(statuses: Iterable[str]) -> SafeString:
    """A small square a period, for the eye only: the words stand beside it and on the page of the kind."""
    squares = format_html_join("", "{}", ((_TICKS[status],) for status in statuses))
    return format_html('<span class="ticks" aria-hidden="true">{}</span>', squares) if squares else squares


def _missing_cell(missing: int) -> SafeString:
    return format_html('<td class="num"><span class="cell">{}</span></td>', missing)


def ratio(done: int, owed: int) -> str:
    return f"{done}/{owed}" if owed else "—"
