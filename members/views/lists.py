"""名单: political birthdays, probations that end, fifty years, ages – the people behind what the workbench counts."""

import datetime

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from branch_portal.dates import format_date_cn, full_years, today_shanghai
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table
from members.forms.lists import LISTS, ListFilter
from members.models import Member
from members.queries import milestones
from members.queries.milestones import AGE, BIRTHDAY, CONFIRMATION, FIFTY, Milestone

LIMIT = 500
_HINTS = {
    BIRTHDAY: "政治生日是党员大会通过接收为预备党员的日子。",
    CONFIRMATION: "列出所选月份底以前预备期满、尚未讨论的预备党员。",
    FIFTY: "列出所选年份七月一日前党龄满50年、上一年尚未满的党员；颁发条件以上级通知为准。",
    AGE: "列出所选月份满 60 周岁的党员，供核对工作岗位、党小组和党费标准。",
}


def _found(members, key: str, month: datetime.date) -> list[Milestone]:
    if key == BIRTHDAY:
        return milestones.birthdays(members, month.year, month.month)
    if key == FIFTY:
        return milestones.fifty_years(members, month.year)
    if key == AGE:
        return milestones.ages(members, month.year, month.month)
    following = (month.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
    return milestones.confirmations(members, following - datetime.timedelta(days=1))


def _columns(key: str) -> list[Column]:
    columns = [
        Column("姓名", lambda item: item.member.name, _link),
        Column("性别", lambda item: item.member.get_gender_display()),
        Column("所在党支部", lambda item: str(item.branch)),
        Column("入党日期", lambda item: item.member.admitted_on),
        Column(_DAY_LABELS[key], lambda item: item.on),
    ]
    if key == BIRTHDAY:
        columns.append(
            Column("周年", lambda item: full_years(item.member.admitted_on, item.on) or "", numeric=True)
        )
    return columns


_DAY_LABELS = {BIRTHDAY: "政治生日", CONFIRMATION: "预备期满", FIFTY: "满50年日期", AGE: "生日"}


def _link(item: Milestone):
    return format_html(
        '<a href="{}">{}</a>', reverse("members:card", args=[item.member.uid]), item.member.name
    )


def _context(request) -> dict:
    if not request.user.may(Permission.VIEW_ROSTER):
        raise PermissionDenied
    form = ListFilter(request.GET)
    key, month = form.asked()
    found = _found(Member.objects.permitted(request.user, Permission.VIEW_ROSTER), key, month)
    query = f"list={key}&month={month:%Y-%m}"
    period = f"{month.year}年" if key == FIFTY else f"{month.year}年{month.month}月"
    return {
        "page_title": f"{period}{dict(LISTS)[key]}名单",
        "form": ListFilter(initial={"list": key, "month": month}),
        "hint": _HINTS[key],
        "table": Table(_columns(key), found[:LIMIT], caption=dict(LISTS)[key]),
        "total": len(found),
        "limit": LIMIT if len(found) > LIMIT else None,
        "tabs": [
            {"label": label, "url": f"?list={name}&month={month:%Y-%m}", "active": name == key}
            for name, label in LISTS
        ],
        "query": query,
    }


@require_safe
def lists(request):
    trail = [("工作台", reverse("workbench")), ("党员", reverse("members:roster")), ("名单", None)]
    return render(request, "members/lists.html", _context(request) | {"breadcrumbs": trail})


@require_safe
def lists_print(request):
    context = _context(request)
    context |= {
        "organization": request.acting.organization if request.acting else "",
        "day": format_date_cn(today_shanghai()).partition("（")[0],
        "back_url": f"{reverse('members:lists')}?{context['query']}",
    }
    return render(request, "members/lists_print.html", context)
