"""节假日表: which years are known, one year with its versions, and entering one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from activities.actions.holidays import save_holidays
from activities.forms.holidays import HolidayForm
from activities.forms.plan import PlanYearForm
from activities.queries.holidays import tables_in_force, versions_of
from activities.rules.holidays import as_lines
from activities.rules.theme_day import PACKAGED, UPLOADED, WEEK_ALONE, UploadedDays, source_of_year
from branch_portal.dates import parse_date, today_shanghai, weekday_cn
from branch_portal.once import earlier_result, remember_result
from branch_portal.tables import Column, Table
from members.actions.errors import ActionRefused

SOURCES = {
    UPLOADED: "已登记的节假日表",
    PACKAGED: "系统自带（国务院办公厅已公布的安排）",
    WEEK_ALONE: "没有节假日表，只避开周末",
}


def _crumbs(*more):
    trail = [("工作台", "/"), ("组织生活", "/activities/")]
    return [*trail, ("节假日表", reverse("activities:holidays") if more else None), *more]


@require_safe
def overview(request):
    """Each year from last year to the one after next: where its days off come from."""
    tables = {table.year: table for table in tables_in_force()}
    known = UploadedDays(years=tables)
    this_year = today_shanghai().year
    years = sorted({*range(this_year - 1, this_year + 3), *tables}, reverse=True)
    rows = [
        {
            "year": year,
            "source": SOURCES[source_of_year(year, known)],
            "late": source_of_year(year, known) == WEEK_ALONE and year <= this_year + 1,
            "table": tables.get(year),
        }
        for year in years
    ]
    context = {
        "page_title": "节假日表",
        "breadcrumbs": _crumbs(),
        "rows": rows,
        "may_edit": request.user.access.may_edit_dictionaries,
    }
    return render(request, "activities/holidays.html", context)


@require_safe
def table(request, year: int):
    """One year's table in force, with its earlier versions."""
    versions = versions_of(year)
    if not versions:
        raise Http404("holiday table")
    context = {
        "page_title": f"{year}年节假日表",
        "breadcrumbs": _crumbs((f"{year}年", None)),
        "year": year,
        "versions": versions,
        "current": versions[0],
        "table": days_table(_stored(versions[0])),
        "may_edit": request.user.access.may_edit_dictionaries,
    }
    return render(request, "activities/holiday_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request):
    """Type or upload, look at it, save it as a new version."""
    if not request.user.access.may_edit_dictionaries:
        raise PermissionDenied
    form = HolidayForm(
        request.POST or None,
        request.FILES or None,
        user=request.user,
        initial=_initial(PlanYearForm(request.GET).chosen),
    )
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    step = form.cleaned_data["step"]
    if step == "save":
        return _save(request, form)
    return _page(request, form, preview=step != "back")


def _save(request, form: HolidayForm):
    values = form.cleaned_data
    if earlier := earlier_result(values["submission_key"], request.user):
        return redirect(earlier)
    try:
        saved = save_holidays(
            by=request.user, year=values["year"], days=form.read.days, source=values["source"]
        )
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, form)
    url = reverse("activities:holiday-table", args=[saved.year])
    remember_result(values["submission_key"], url)
    messages.success(
        request, f"{saved.year}年节假日表第 {saved.version} 版已生效，主题党日顺延和年度计划按它计算。"
    )
    return redirect(url)


def _page(request, form: HolidayForm, *, preview: bool = False):
    context = {
        "page_title": "登记节假日",
        "breadcrumbs": _crumbs(("登记", None)),
        "form": form,
        "preview": preview,
        "table": days_table(form.read.days) if preview else None,
        "read": form.read,
        "text": form.text,
    }
    return render(request, "activities/holiday_form.html", context)


def _initial(year: int) -> dict:
    """The year in force to start from, when one is asked for."""
    versions = versions_of(year) if year else []
    if not versions:
        return {"year": year} if year else {}
    return {"year": year, "lines": as_lines(_stored(versions[0])), "source": versions[0].source}


def _stored(version) -> list:
    return [(parse_date(day), name, off) for day, name, off in version.days]


def days_table(days) -> Table:
    return Table(
        [
            Column("日期", lambda row: row[0]),
            Column("星期", lambda row: weekday_cn(row[0])),
            Column("名称", lambda row: row[1]),
            Column("安排", lambda row: "放假" if row[2] else "调休上班"),
        ],
        days,
        caption="节假日和调休上班日",
    )
