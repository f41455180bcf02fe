"""减负台账: how much branches are asked, and how much of it the portal answers for them."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.replica import from_replica
from branch_portal.tables import xlsx_response
from supervision.forms.requests import BurdenForm
from supervision.queries.burden import Burden, burden_by_branch, burden_by_month, burden_by_sender
from supervision.tables.burden import branches_table, months_table, senders_table
from supervision.views.access import admin_context
from supervision.views.paging import NumberedPage
from supervision.views.request_access import HOME, TITLE
from supervision.views.requests import requests_page

NAME = "减负台账"


@requests_page
@require_safe
@from_replica
def burden(request):
    form = BurdenForm(request.GET, user=request.user)
    year, month, today = form.chosen_year, form.chosen_month, today_shanghai()
    senders = burden_by_sender(request.user, year=year, root=form.root)
    months = burden_by_month(senders, range(1, (today.month if year == today.year else 12) + 1))
    branches = burden_by_branch(request.user, year=year, month=month, root=form.root)
    page = NumberedPage(branches, form)
    context = admin_context(
        request,
        title=NAME,
        crumbs=[(TITLE, reverse(HOME)), (NAME, None)],
        form=form,
        year=year,
        month=month,
        total=sum((one for _, one in months), Burden()),
        months=months_table(months),
        senders=senders_table(senders),
        page=page,
        table=branches_table(page.rows, first_number=page.first_number),
        export_url=page.link(reverse("supervision:burden-export")),
    )
    return render(request, "supervision/burden.html", context)


@requests_page
@require_safe
def burden_export(request):
    """Who asked what in the year, as .xlsx."""
    form = BurdenForm(request.GET, user=request.user)
    rows = burden_by_sender(request.user, year=form.chosen_year, root=form.root)
    return xlsx_response(senders_table(rows), f"{NAME}{form.chosen_year}", sheet=NAME)
