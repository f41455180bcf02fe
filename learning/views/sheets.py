"""我的学时, and the same page of another member for whoever may read it."""

import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.tables import Table
from learning.forms.filters import YearFilter
from learning.presentation import month_bars, ring, tabs
from learning.queries.sheets import Sheet, sheet_of, years_of
from learning.tables import credit_columns, paper, rule_columns
from members.models import Member


@require_safe
def my_year(request):
    """A member's own year; who is no member but may read a branch's hours is led there."""
    member = _own(request)
    if member is None and request.user.may(Permission.VIEW_STUDY):
        return redirect("learning:branch")
    if member is None:
        return render(request, "learning/no_member.html", {"page_title": "我的学时"})
    return _page(request, member, print_url=reverse("learning:my-year-print"))


@require_safe
def my_year_print(request):
    member = _own(request)
    if member is None:
        raise PermissionDenied
    return _paper(request, member, back_url=reverse("learning:my-year"))


@require_safe
def member_year(request, uid):
    member = _readable(request, uid)
    return _page(request, member, print_url=reverse("learning:member-year-print", args=[uid]))


@require_safe
def member_year_print(request, uid):
    return _paper(request, _readable(request, uid), back_url=reverse("learning:member-year", args=[uid]))


def _own(request: HttpRequest) -> Member | None:
    return request.user.member if request.user.member_id else None


def _readable(request: HttpRequest, uid) -> Member:
    """Out of the roster's scope is 404; in it without the right to study hours is 403."""
    visible = Member.objects.visible_to(request.user).without_personal_data().select_related("branch")
    member = get_object_or_404(visible, uid=uid)
    own = member.pk == request.user.member_id
    if not own and not (member.branch and request.user.access.may(Permission.VIEW_STUDY, member.branch)):
        raise PermissionDenied
    return member


def _asked(request: HttpRequest, member: Member) -> tuple[YearFilter, Sheet, datetime.date]:
    today = today_shanghai()
    form = YearFilter(request.GET, years=years_of(member, today))
    return form, sheet_of(member, form.year_or(today.year)), today


def _page(request: HttpRequest, member: Member, *, print_url: str):
    form, sheet, today = _asked(request, member)
    own = member.pk == request.user.member_id
    context = {
        "page_title": "我的学时" if own else f"{member.name}的学时",
        "subtitle": f"{sheet.year} 年 · {member.branch or member.get_standing_display()}",
        "breadcrumbs": [("工作台", reverse("workbench")), *_trail(own, member)],
        "tabs": tabs(request.user, "mine") if own else [],
        "form": form,
        "print_url": print_url,
        "sheet": sheet,
        "ring": ring(sheet.total.required.hours, sheet.certain, sheet.total.pending, sheet.total.gap),
        "bars": month_bars(sheet),
        "closing": sheet.closing(today),
        "table": Table(credit_columns(request.user, sheet), sheet.rows, caption="学时明细"),
        "rules": Table(rule_columns(), sheet.rules.values(), caption="学时规则", numbered=False),
    }
    return render(request, "learning/sheet.html", context)


def _trail(own: bool, member: Member) -> list[tuple[str, str | None]]:
    if own:
        return [("学习", None)]
    return [("学习", reverse("learning:branch")), (member.name, None)]


def _paper(request: HttpRequest, member: Member, *, back_url: str):
    _, sheet, today = _asked(request, member)
    context = {
        "page_title": f"{sheet.year} 年党员学时登记表",
        "sheet": sheet,
        "member": member,
        "table": Table(paper(credit_columns(request.user, sheet)), sheet.rows, caption="学时明细"),
        "back_url": f"{back_url}?year={sheet.year}",
        "today": today,
    }
    return render(request, "learning/sheet_print.html", context)
