"""两年党员数综合比较: the yearly change table on screen, on paper and as .xlsx."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import format_date_cn, today_shanghai, year_bounds
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table, xlsx_response
from members.forms.changes import ChangesFilter
from members.models import Member
from members.queries.changes import movements
from members.queries.roster import roster_organizations
from members.rules.changes import ROWS, change_table


def _asked(request) -> dict:
    """The table and everything that is said with it."""
    if not request.user.may(Permission.VIEW_ROSTER):
        raise PermissionDenied
    today = today_shanghai()
    form = ChangesFilter(request.GET, user=request.user)
    asked = form.values()
    organization = asked.get("organization") or roster_organizations(request.user, day=today).first()
    if organization is None:
        raise PermissionDenied
    year = asked.get("year") or today.year
    until = min(year_bounds(year)[1], today)
    moved, steady, _ = movements(organization, year=year, until=until)
    result = change_table(moved, year=year, until=until, steady=steady)
    return {
        "form": form,
        "organization": organization,
        "page_title": f"{organization.name}{year}年党员增减情况",
        "until": format_date_cn(until).split("（")[0],
        "difference": result.rows[15],
        "table": _figures(result.rows),
        "breakers": _breakers(request.user, result.breakers),
    }


def _figures(rows: dict[int, int]) -> Table:
    columns = [
        Column("行次", lambda row: row[0], numeric=True),
        Column("项目", lambda row: row[1]),
        Column("人数", lambda row: row[2], numeric=True),
    ]
    figures = [(number, label, rows[number]) for number, label in ROWS.items()]
    return Table(columns, figures, caption="党员增减情况", numbered=False)


def _breakers(user, found) -> Table:
    """Who breaks the table, by name where the asker may see the person."""
    ids = [breaker.member for breaker in found]
    names = dict(Member.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "name"))
    columns = [
        Column("姓名", lambda breaker: names.get(breaker.member, "现不在管辖范围内的党员")),
        Column("日期", lambda breaker: breaker.day),
        Column("影响", lambda breaker: f"{breaker.change:+d}" if breaker.change else "0", numeric=True),
        Column("原因", lambda breaker: breaker.reason),
    ]
    return Table(columns, found, caption="需要说明的党员")


@require_safe
def changes(request):
    context = _asked(request)
    context["breadcrumbs"] = [
        ("工作台", reverse("workbench")),
        ("党员", reverse("members:roster")),
        ("党员增减情况", None),
    ]
    return render(request, "members/changes.html", context)


@require_safe
def printout(request):
    context = _asked(request)
    context["back_url"] = reverse("members:changes")
    return render(request, "members/changes_print.html", context)


@require_safe
def export(request):
    """Figures without names."""
    context = _asked(request)
    name = f"{context['page_title']}{today_shanghai():%Y%m%d}"
    return xlsx_response(context["table"], name, sheet="党员增减情况")
