"""退回记录: what was returned to branches and has not come back, the overdue first."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.paging import keyset_page
from branch_portal.tables import xlsx_response
from supervision.forms.checks import ReturnsForm
from supervision.queries.returns import returned_records
from supervision.tables.checks import returns_table
from supervision.views.access import admin_context
from supervision.views.spot_checks import inspector_page

TITLE = "退回记录"
ORDER = ("due", "pk")
EXPORT_LIMIT = 5000


def _found(request, form: ReturnsForm):
    return returned_records(
        user=request.user,
        day=today_shanghai(),
        root=form.root,
        only_late=bool(form.values().get("only_late")),
    )


@inspector_page
@require_safe
def returns(request):
    form = ReturnsForm(request.GET, user=request.user)
    found = _found(request, form)
    page = keyset_page(found, cursor=form.values().get("cursor"), fields=ORDER, size=25)
    asked = {name: value for name, value in form.values().items() if value and name not in ("cursor", "page")}
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=form,
        page=page,
        late=found.filter(due__lt=today_shanghai()).count(),
        table=returns_table(page.rows, today_shanghai()),
        export_url=f"{reverse('supervision:returns-export')}?{urlencode(asked)}",
    )
    return render(request, "supervision/checks_returns.html", context)


@inspector_page
@require_safe
def returns_export(request):
    form = ReturnsForm(request.GET, user=request.user)
    rows = _found(request, form).order_by(*ORDER)[:EXPORT_LIMIT]
    return xlsx_response(returns_table(rows, today_shanghai()), TITLE, sheet=TITLE)
