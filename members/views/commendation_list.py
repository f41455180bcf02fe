"""表彰名单 of a year: the list, and taking it out with a reason."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Table, xlsx_response
from members.actions.audit import record_access
from members.forms.commendations import YearFilter
from members.forms.roster import TakeOutForm
from members.queries.cards import commendations_of_year
from members.queries.organizations import reach_of
from members.tables import commendation_columns

EXPORT_LIMIT = 5000


def _asked(request) -> YearFilter:
    if not request.user.may(Permission.VIEW_ROSTER):
        raise PermissionDenied
    return YearFilter(request.GET)


@require_safe
def listed(request):
    form = _asked(request)
    rows = commendations_of_year(request.user, form.chosen)
    page = keyset_page(rows, cursor=form.values().get("cursor"), fields=("-awarded_on", "-pk"), size=50)
    context = {
        "page_title": f"{form.chosen}年表彰名单",
        "form": YearFilter(initial={"year": form.chosen}),
        "page": page,
        "table": Table(commendation_columns(), page.rows, caption="表彰名单"),
        "breadcrumbs": [
            ("工作台", reverse("workbench")),
            ("党员", reverse("members:roster")),
            ("表彰名单", None),
        ],
    }
    return render(request, "members/commendations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def export(request):
    asked = _asked(request)
    form = TakeOutForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        return _download(request, asked.chosen, form.cleaned_data["reason"])
    back = f"{reverse('members:commendations')}?year={asked.chosen}"
    context = {
        "page_title": f"导出{asked.chosen}年表彰名单",
        "form": form,
        "button": "导出 .xlsx",
        "back_url": back,
        "breadcrumbs": [("工作台", reverse("workbench")), ("表彰名单", back), ("导出", None)],
    }
    return render(request, "members/take_out.html", context)


def _download(request, year: int, reason: str) -> HttpResponse:
    rows = commendations_of_year(request.user, year).order_by("-awarded_on", "-pk")[:EXPORT_LIMIT]
    table = Table(commendation_columns(), rows)
    organization = reach_of(request.user)
    record_access(
        by=request.user,
        action="export",
        field=f"{year}年表彰名单",
        reason=reason,
        ip=request.META.get("REMOTE_ADDR", ""),
        branch_id=organization.pk if organization else None,
        row_count=len(table.rows),
    )
    return xlsx_response(table, f"{year}年表彰名单{today_shanghai():%Y%m%d}", sheet="表彰名单")
