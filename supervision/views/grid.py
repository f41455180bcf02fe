"""组织生活监督: the grid, one branch's year, and the records behind a cell."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from activities.models import ActivityKind
from activities.rules.cadence import DUE, MISSING
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.replica import from_replica
from branch_portal.tables import xlsx_response
from supervision.forms.filters import FIRST_YEAR
from supervision.forms.grid import GridForm
from supervision.queries.grid import OTHERS, Grid, supervision_grid
from supervision.queries.nudges import QUIET, reminded_on, reminders_of
from supervision.queries.records import period_of, records_behind, supervised_branch
from supervision.tables.grid import (
    LEGEND,
    branch_table,
    branch_url,
    columns_of,
    grid_rows,
    grid_table,
    more_row,
    remind_url,
)
from supervision.tables.roll_ups import CHART_TABLE, export_table, kinds_table, periods_table, roll_up_table
from supervision.views.access import admin_context, committee_page
from supervision.views.paging import PAGE_SIZE, FetchedPage

TITLE = "组织生活监督"


#: Lines of child organisations at first; all of them on demand.
MOST_CHILDREN = 30


def asked_grid(user, form: GridForm, *, size: int | None, most: int | None = None) -> Grid:
    """The grid that the filter asks for; `size` rows a page, or all, and `most` child organisations."""
    as_of = form.as_of_chosen
    return supervision_grid(
        user=user,
        year=form.chosen_year,
        day=as_of.day,
        ended=as_of.ended,
        root=form.root,
        by_need=form.by_need,
        kind=form.kind_chosen,
        name=form.name_typed,
        page=form.page_number,
        size=size,
        most=most,
    )


@committee_page
@require_safe
@from_replica
def grid(request):
    """Sums by child organisation, then branches × kinds or branches × periods, those that lack most first."""
    form = GridForm(request.GET, user=request.user)
    found = asked_grid(request.user, form, size=PAGE_SIZE, most=None if form.all_children else MOST_CHILDREN)
    page = FetchedPage(found.rows, found.listed, form)
    reminded = reminded_on([row.branch.pk for row in found.rows], found.year)
    pick = request.user.may(Permission.INSPECT)
    more = more_row(page.next_url, page.left, columns_of(found), PAGE_SIZE) if page.left else SafeString("")
    if request.htmx:
        return HttpResponse(grid_rows(found, reminded, more, pick=pick))
    context = admin_context(
        request,
        title=TITLE,
        crumbs=_way(found, page),
        form=form,
        grid=found,
        sums=found.tally(found.kind),
        page=page,
        pick=pick,
        table=grid_table(found, reminded, more, pick=pick),
        legend=LEGEND,
        kind_label=ActivityKind(found.kind).label if found.kind else "",
        export_url=page.link(reverse("supervision:grid-export")),
        report_url=page.link(reverse("supervision:grid-report")),
        clear_url=page.link(name=""),
        children_url=page.link(children="on") if _shortened(found) else "",
        **_sums(found, page),
    )
    return render(request, "supervision/grid.html", context)


def _shortened(found: Grid) -> bool:
    return any(line.label == OTHERS for line in found.roll_ups)


def _way(found: Grid, page: FetchedPage) -> list[tuple[str, str | None]]:
    """Down from the highest organisation that the user supervises; each but the last leads back up."""
    if len(found.way) < 2:
        return [(TITLE, None)]
    above = [(str(each), page.link(organization=each.uid, name="")) for each in found.way[:-1]]
    return [(TITLE, reverse("supervision:grid")), *above, (str(found.way[-1]), None)]


def _sums(found: Grid, page: FetchedPage) -> dict:
    """The table of sums that is drawn as well, and the places of its columns in the drawing."""
    if any(line.organization is not None for line in found.roll_ups):
        table = roll_up_table(found, lambda organization: page.link(organization=organization.uid, name=""))
        return {
            "summary": table,
            "summary_title": "按下级组织汇总",
            "columns": "6,7,8",
            "chart_table": CHART_TABLE,
        }
    if found.kind:
        return {
            "summary": periods_table(found),
            "summary_title": "按时间汇总",
            "columns": "3,4",
            "colours": "done,late",
            "chart_table": CHART_TABLE,
        }
    return {
        "summary": kinds_table(found),
        "summary_title": "按类型汇总",
        "columns": "5,6,7",
        "chart_table": CHART_TABLE,
    }


@committee_page
@require_safe
def grid_export(request):
    """The overview of all branches of the chosen subtree as .xlsx."""
    form = GridForm(request.GET, user=request.user)
    found = asked_grid(request.user, form, size=None)
    return xlsx_response(export_table(found), f"{TITLE}{found.year}", sheet=str(found.year))


def _branch_or_404(request, uid: uuid.UUID, year: int):
    branch = supervised_branch(request.user, uid)
    if branch is None or not FIRST_YEAR <= year <= today_shanghai().year:
        raise Http404
    return branch


def _above(found: Grid, year: int) -> list[tuple[str, str | None]]:
    """The grids that lead to a branch: the whole, then those of the organisations between."""
    whole = reverse("supervision:grid")
    between = [
        (str(each), f"{whole}?{urlencode({'year': year, 'organization': each.uid})}")
        for each in found.way[1:-1]
    ]
    return [(TITLE, f"{whole}?year={year}"), *between]


@committee_page
@require_safe
@from_replica
def branch_year(request, uid: uuid.UUID, year: int):
    """One branch's year: every kind by month."""
    branch = _branch_or_404(request, uid, year)
    found = supervision_grid(user=request.user, year=year, day=today_shanghai(), root=branch)
    lacks = bool(found.rows) and found.tally().missing
    asks = lacks and branch.abolished_on is None and request.user.access.may(Permission.INSPECT, branch)
    context = admin_context(
        request,
        title=branch.name,
        crumbs=[*_above(found, year), (str(branch), None)],
        branch=branch,
        year=year,
        grid=found,
        table=branch_table(found, reminded_on([branch.pk], year)) if found.rows else "",
        legend=LEGEND,
        remind_url=remind_url(branch, year) if asks else "",
        years=[
            (other, branch_url(branch, other))
            for other in range(today_shanghai().year, max(FIRST_YEAR, branch.founded_on.year) - 1, -1)
        ],
    )
    return render(request, "supervision/branch_year.html", context)


@committee_page
@require_safe
def cell(request, uid: uuid.UUID, year: int, kind: str, period: int):
    """The records behind one cell of the grid, the clause under which they were due, and what was reminded of."""
    branch = _branch_or_404(request, uid, year)
    today = today_shanghai()
    found = period_of(user=request.user, branch=branch, year=year, kind=kind, index=period, day=today)
    if found is None:
        raise Http404
    reminders = reminders_of(request.user, branch, year, kind, period)
    quiet = bool(reminders) and today < reminders[0].sent_on + QUIET
    owed = found.status.status in (MISSING, DUE) and branch.abolished_on is None
    asks = owed and not quiet and request.user.access.may(Permission.INSPECT, branch)
    title = f"{found.status.label}{ActivityKind(kind).label}"
    context = admin_context(
        request,
        title=f"{branch}{year}年{title}",
        crumbs=[(TITLE, reverse("supervision:grid")), (str(branch), branch_url(branch, year)), (title, None)],
        branch=branch,
        year=year,
        found=found,
        records=records_behind(user=request.user, branch=branch, kind=kind, period=found),
        reminders=reminders,
        quiet=quiet and owed,
        remind_url=remind_url(branch, year, kind, period) if asks else "",
    )
    return render(request, "supervision/cell.html", context)
