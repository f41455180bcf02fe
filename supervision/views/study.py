"""学习进度: who has reached the year's hours, summed by organisation, then branch by branch."""

from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.replica import from_replica
from branch_portal.tables import xlsx_response
from learning.queries.rules import RuleBook
from supervision.forms.watch import StudyForm
from supervision.queries.study import StudyProgress
from supervision.rules.watch import CLAUSE
from supervision.tables.study import LINES_ID, hours_words, line_table, study_table
from supervision.views.access import admin_context, committee_page
from supervision.views.paging import NumberedPage
from supervision.views.watching import child_link

TITLE = "学习进度"
#: So many sums of organisations are shown at first, as in the grid.
MOST_CHILDREN = 30


def _progress(request: HttpRequest, form: StudyForm) -> StudyProgress:
    return StudyProgress(user=request.user, year=form.chosen_year, day=today_shanghai(), root=form.root)


@committee_page
@require_safe
@from_replica
def study(request):
    form = StudyForm(request.GET, user=request.user)
    day, year = today_shanghai(), form.chosen_year
    found, requirement = _progress(request, form), RuleBook().requirement(year)
    page = NumberedPage(found, form)
    lines = found.lines if form.all_children else found.lines[:MOST_CHILDREN]
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=form,
        year=year,
        total=found.total,
        officer_hours=hours_words(requirement.officer_hours),
        member_hours=hours_words(requirement.member_hours),
        clause=requirement.clause,
        lines=line_table(lines, requirement, year=year, day=day, link=child_link(page)),
        lines_id=LINES_ID,
        children_url=page.link(children="on") if len(lines) < len(found.lines) else "",
        page=page,
        table=study_table(page.rows, requirement, year=year, day=day, first_number=page.first_number),
        hint=CLAUSE,
        export_url=page.link(reverse("supervision:study-export")),
    )
    return render(request, "supervision/study.html", context)


@committee_page
@require_safe
def study_export(request):
    """Every branch of the chosen subtree as .xlsx: numbers, no names."""
    form = StudyForm(request.GET, user=request.user)
    year = form.chosen_year
    table = study_table(
        _progress(request, form)[:], RuleBook().requirement(year), year=year, day=today_shanghai()
    )
    return xlsx_response(table, f"{TITLE}{year}", sheet=str(year))
