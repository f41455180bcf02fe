"""组织生活监督: the grid, one branch's year, and the records behind a cell."""

import uuid

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from activities.models import ActivityKind
from branch_portal.dates import today_shanghai
from branch_portal.tables import xlsx_response
from supervision.forms.filters import FIRST_YEAR, GridForm
from supervision.queries.grid import Grid, supervision_grid
from supervision.queries.records import period_of, records_behind, supervised_branch
from supervision.tables.grid import (
    LEGEND,
    branch_table,
    branch_url,
    export_table,
    kind_table,
    overview_table,
    roll_up_table,
)
from supervision.views.access import admin_context, committee_page
from supervision.views.paging import NumberedPage

TITLE = "组织生活监督"


def _grid(request, form: GridForm) -> Grid:
    return supervision_grid(
        user=request.user,
        year=form.chosen_year,
        day=today_shanghai(),
        root=form.root,
        by_need=form.by_need,
        kind=form.kind_chosen,
    )


@committee_page
@require_safe
def grid(request):
    """Branches × kinds, or branches × months of one kind; those that lack most come first."""
    form = GridForm(request.GET, user=request.user)
    found = _grid(request, form)
    page = NumberedPage(found.rows, form)
    kind = form.kind_chosen
    table = kind_table(found, page.rows, kind) if kind else overview_table(found, page.rows)
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=form,
        grid=found,
        sums=found.tally(kind),
        lacking=found.lacking(kind),
        page=page,
        table=table,
        roll_ups=roll_up_table(found, lambda organization: page.link(organization=organization.uid)),
        legend=LEGEND,
        scope_name=form.root.name if form.root else "全部所辖党支部",
        kind_label=ActivityKind(kind).label if kind else "",
        export_url=page.link(reverse("supervision:grid-export")),
    )
    return render(request, "supervision/grid.html", context)


@committee_page
@require_safe
def grid_export(request):
    """The overview of all branches of the chosen subtree as .xlsx."""
    form = GridForm(request.GET, user=request.user)
    found = _grid(request, form)
    return xlsx_response(export_table(found), f"{TITLE}{found.year}", sheet=str(found.year))


def _branch_or_404(request, uid: uuid.UUID, year: int):
    branch = supervised_branch(request.user, uid)
    if branch is None or not FIRST_YEAR <= year <= today_shanghai().year:
        raise Http404
    return branch


@committee_page
@require_safe
def branch_year(request, uid: uuid.UUID, year: int):
    """One branch's year: every kind by month."""
    branch = _branch_or_404(request, uid, year)
    found = supervision_grid(user=request.user, year=year, day=today_shanghai(), root=branch)
    context = admin_context(
        request,
        title=branch.name,
        crumbs=[(TITLE, reverse("supervision:grid")), (branch.name, None)],
        branch=branch,
        year=year,
        grid=found,
        table=branch_table(found) if found.rows else "",
        legend=LEGEND,
        years=[
            (other, branch_url(branch, other))
            for other in range(today_shanghai().year, max(FIRST_YEAR, branch.founded_on.year) - 1, -1)
        ],
    )
    return render(request, "supervision/branch_year.html", context)


@committee_page
@require_safe
def cell(request, uid: uuid.UUID, year: int, kind: str, period: int):
    """The records behind one cell of the grid, and the clause under which they were due."""
    branch = _branch_or_404(request, uid, year)
    found = period_of(
        user=request.user, branch=branch, year=year, kind=kind, index=period, day=today_shanghai()
    )
    if found is None:
        raise Http404
    title = f"{found.status.label}{ActivityKind(kind).label}"
    context = admin_context(
        request,
        title=f"{branch.name} {year} 年{title}",
        crumbs=[
            (TITLE, reverse("supervision:grid")),
            (branch.name, branch_url(branch, year)),
            (title, None),
        ],
        branch=branch,
        year=year,
        found=found,
        records=records_behind(user=request.user, branch=branch, kind=kind, period=found),
    )
    return render(request, "supervision/cell.html", context)
