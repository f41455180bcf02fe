"""志愿服务时长: the year by branch and name, never a ranking; a member's own is a tab of the card."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from activities.forms.signup import ServiceFilterForm
from activities.queries.records import visible_branches
from activities.queries.service import Served, minutes_of, served_in_year
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table, xlsx_response


def service_columns() -> list[Column]:
    """Each time that a member served."""
    return [
        Column("日期", lambda entry: entry.on_date),
        Column("活动", lambda entry: entry.share.gathering.theme),
        Column("服务分钟", lambda entry: minutes_of(entry.served), numeric=True),
    ]


def _year_columns(*, several: bool) -> list[Column]:
    branch = [Column("党支部", lambda row: row.branch)] if several else []
    return [
        *branch,
        Column("姓名", lambda row: row.name, cell=_card),
        Column("参加次数", lambda row: row.times, numeric=True),
        Column("服务分钟", lambda row: row.minutes, numeric=True),
        Column("服务小时", lambda row: row.hours, numeric=True),
    ]


def _card(row: Served):
    return format_html(
        '<a href="{}?tab=service">{}</a>', reverse("members:card", args=[row.member_uid]), row.name
    )


def _asked(request):
    """(form, year, table) of what the user may see; 403 for whoever keeps and supervises no roll."""
    if not request.user.may(Permission.VIEW_ROLLS):
        raise PermissionDenied
    this_year = today_shanghai().year
    branches = visible_branches(request.user, Permission.VIEW_ROLLS)
    form = ServiceFilterForm(request.GET, years=range(this_year, this_year - 6, -1), branches=branches)
    values = form.values()
    year = values.get("year") or this_year
    rows = served_in_year(request.user, year, branch=values.get("branch") or None)
    return form, year, Table(_year_columns(several=len(branches) > 1), rows, caption="志愿服务时长")


@require_safe
def service_year(request):
    """Officers and staff see their part of the tree; a plain member is led to the own card."""
    if not request.user.may(Permission.VIEW_ROLLS) and request.user.member_id is not None:
        return redirect(reverse("members:card", args=[request.user.member.uid]) + "?tab=service")
    form, year, table = _asked(request)
    context = {
        "page_title": "志愿服务时长",
        "breadcrumbs": [("工作台", "/"), ("组织生活", "/activities/"), ("志愿服务时长", None)],
        "form": form,
        "year": year,
        "table": table,
        "export_url": reverse("activities:service-export"),
    }
    return render(request, "activities/service.html", context)


@require_safe
def service_export(request):
    """The same list as .xlsx."""
    _, year, table = _asked(request)
    return xlsx_response(table, f"{year}年志愿服务时长", sheet="志愿服务时长")
