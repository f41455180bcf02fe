"""提醒送达: how many were told and read, and what failed, by branch and kind in a month."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.tables import xlsx_response
from supervision.forms.filters import ReceiptForm
from supervision.queries.receipts import ReceiptCounts, receipt_counts
from supervision.tables.receipts import receipts_table
from supervision.views.access import admin_context, committee_page
from supervision.views.paging import NumberedPage

TITLE = "提醒送达"


def _counts(request, form: ReceiptForm) -> ReceiptCounts:
    return receipt_counts(
        user=request.user,
        year=form.chosen_year,
        month=form.chosen_month,
        root=form.root,
        kind=form.values().get("kind") or "",
    )


@committee_page
@require_safe
def receipts(request):
    form = ReceiptForm(request.GET, user=request.user)
    found = _counts(request, form)
    page = NumberedPage(found.branches, form)
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=form,
        year=form.chosen_year,
        month=form.chosen_month,
        total=found.total,
        page=page,
        table=receipts_table(page.rows, "党支部", first_number=page.first_number),
        kinds=receipts_table(found.kinds, "提醒"),
        export_url=page.link(reverse("supervision:receipts-export")),
    )
    return render(request, "supervision/receipts.html", context)


@committee_page
@require_safe
def receipts_export(request):
    form = ReceiptForm(request.GET, user=request.user)
    name = f"{TITLE}{form.chosen_year}年{form.chosen_month}月"
    return xlsx_response(receipts_table(_counts(request, form).branches, "党支部"), name, sheet=TITLE)
