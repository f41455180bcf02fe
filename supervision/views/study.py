"""学习进度: who has reached the year's hours, branch by branch."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.tables import xlsx_response
from supervision.forms.filters import SubtreeForm
from supervision.queries.study import study_progress
from supervision.tables.study import study_table
from supervision.views.access import admin_context, committee_page
from supervision.views.paging import NumberedPage

TITLE = "学习进度"


@committee_page
@require_safe
def study(request):
    form = SubtreeForm(request.GET, user=request.user)
    rows = study_progress(user=request.user, year=form.chosen_year, day=today_shanghai(), root=form.root)
    page = NumberedPage(rows, form)
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=form,
        year=form.chosen_year,
        page=page,
        table=study_table(page.rows, first_number=page.first_number),
        reached=sum(row.reached for row in rows),
        members=sum(row.members for row in rows),
        export_url=page.link(reverse("supervision:study-export")),
    )
    return render(request, "supervision/study.html", context)


@committee_page
@require_safe
def study_export(request):
    form = SubtreeForm(request.GET, user=request.user)
    rows = study_progress(user=request.user, year=form.chosen_year, day=today_shanghai(), root=form.root)
    return xlsx_response(study_table(rows), f"{TITLE}{form.chosen_year}", sheet=str(form.chosen_year))
