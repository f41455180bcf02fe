"""到会情况: who came of who was expected, by organisation, kind and branch, down to each gathering."""

from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.replica import from_replica
from branch_portal.tables import xlsx_response
from supervision.forms.filters import FIRST_YEAR
from supervision.forms.watch import AttendanceForm
from supervision.queries.attendance import AttendanceYear, attendance_year, gatherings_of
from supervision.queries.records import supervised_branch
from supervision.rules.watch import CLAUSE
from supervision.tables.attendance import branch_table, gathering_table, kind_table, line_table
from supervision.views.access import admin_context, committee_page
from supervision.views.paging import NumberedPage
from supervision.views.watching import child_link

TITLE = "到会情况"


def _year(request: HttpRequest, form: AttendanceForm) -> AttendanceYear:
    return attendance_year(
        user=request.user,
        year=form.chosen_year,
        day=today_shanghai(),
        root=form.root,
        kind=form.kind_chosen,
    )


@committee_page
@require_safe
@from_replica
def attendance(request):
    form = AttendanceForm(request.GET, user=request.user)
    year, found = form.chosen_year, _year(request, form)
    page = NumberedPage(found.rows, form)
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=form,
        year=year,
        total=found.total,
        lines=line_table(found.lines, year=year, link=child_link(page)),
        kinds=kind_table(found.kinds, year=year),
        page=page,
        table=branch_table(page.rows, year=year, kind=form.kind_chosen, first_number=page.first_number),
        hint=CLAUSE,
        export_url=page.link(reverse("supervision:attendance-export")),
    )
    return render(request, "supervision/attendance.html", context)


@committee_page
@require_safe
def attendance_export(request):
    form = AttendanceForm(request.GET, user=request.user)
    year = form.chosen_year
    table = branch_table(_year(request, form).rows, year=year, kind=form.kind_chosen)
    return xlsx_response(table, f"{TITLE}{year}", sheet=str(year))


@committee_page
@require_safe
def attendance_branch(request, uid, year: int):
    """Each gathering of one branch's year with its rate; the record is a click away."""
    branch = supervised_branch(request.user, uid)
    if branch is None or not FIRST_YEAR <= year <= today_shanghai().year:
        raise Http404
    form = AttendanceForm(request.GET, user=request.user)
    records = gatherings_of(user=request.user, branch=branch, year=year, kind=form.kind_chosen)
    context = admin_context(
        request,
        title=f"{branch.name} {year} 年到会情况",
        crumbs=[(TITLE, f"{reverse('supervision:attendance')}?year={year}"), (branch.name, None)],
        year=year,
        table=gathering_table(records),
        years=[
            (other, reverse("supervision:attendance-branch", args=[branch.uid, other]))
            for other in range(today_shanghai().year, max(FIRST_YEAR, branch.founded_on.year) - 1, -1)
        ],
    )
    return render(request, "supervision/attendance_branch.html", context)
