"""我的学时, and the same page of another member for whoever may read it; on screen, on paper (large print too), as .xlsx."""

import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.registries import doubt_links
from branch_portal.tables import Table, xlsx_response
from learning.forms.certificates import IssueForm
from learning.forms.filters import PaperFilter, YearFilter
from learning.presentation import duty_lines, month_bars, ring, tabs
from learning.queries.certificates import latest_certificate
from learning.queries.questions import latest_questions
from learning.queries.sheets import Sheet, sheet_of, years_of
from learning.tables import (
    credit_columns,
    large_columns,
    outlook_columns,
    paper,
    rule_columns,
    undone_columns,
)
from learning.views.reach import own_member, readable_member
from members.actions.audit import record_access
from members.models import Member


@require_safe
def my_year(request):
    """A member's own year; who is no member but may read a branch's hours is led there."""
    member = own_member(request)
    if member is None and request.user.may(Permission.VIEW_STUDY):
        return redirect("learning:branch")
    if member is None:
        context = {
            "page_title": "我的学时",
            "breadcrumbs": [("工作台", reverse("workbench")), ("学习", None)],
        }
        return render(request, "learning/no_member.html", context)
    return _page(request, member)


@require_safe
def my_year_print(request):
    return _paper(request, _own(request), back_url=reverse("learning:my-year"))


@require_safe
def my_year_export(request):
    return _export(request, _own(request))


@require_safe
def member_year(request, uid):
    return _page(request, readable_member(request, uid))


@require_safe
def member_year_print(request, uid):
    return _paper(
        request, readable_member(request, uid), back_url=reverse("learning:member-year", args=[uid])
    )


@require_safe
def member_year_export(request, uid):
    return _export(request, readable_member(request, uid))


def _own(request: HttpRequest) -> Member:
    member = own_member(request)
    if member is None:
        raise PermissionDenied
    return member


def _asked(request: HttpRequest, member: Member) -> tuple[YearFilter, Sheet, datetime.date]:
    today = today_shanghai()
    form = YearFilter(request.GET, years=years_of(member, today))
    return form, sheet_of(member, form.year_or(today.year)), today


def _page(request: HttpRequest, member: Member):
    form, sheet, today = _asked(request, member)
    own = member.pk == request.user.member_id
    ahead = sheet.outlook(today)
    context = {
        "page_title": "我的学时" if own else f"{member.name}的学时",
        "subtitle": f"{sheet.year} 年 · {member.branch or member.get_standing_display()}",
        "breadcrumbs": [("工作台", reverse("workbench")), *_trail(own, member)],
        "tabs": tabs(request.user, "mine") if own else [],
        "form": form,
        **_addresses(own, member),
        "sheet": sheet,
        "ring": ring(sheet.total.required.hours, sheet.certain, sheet.total.pending, sheet.total.gap),
        "bars": month_bars(sheet),
        "duties": duty_lines(sheet.duties, today),
        "outlook": ahead,
        "outlook_title": "怎样补足" if sheet.total.gap else "接下来的学习",
        "chances": Table(outlook_columns(), ahead.groups, caption="计划内的学习", numbered=False),
        "table": Table(_columns(request, sheet, own), sheet.rows, caption="学时明细"),
        "undone": Table(undone_columns(), sheet.undone, caption="已冲销的学时", numbered=False),
        "rules": Table(rule_columns(), sheet.rules.values(), caption="学时规则", numbered=False),
        "certificate": latest_certificate(member, sheet.year),
        "issue_form": IssueForm(user=request.user, initial={"year": sheet.year}),
    }
    return render(request, "learning/sheet.html", context)


def _columns(request: HttpRequest, sheet: Sheet, own: bool):
    """With 这条不对 on one's own rows: the source's own dispute, else a question about the credit."""
    if not own:
        return credit_columns(request.user, sheet)
    links = doubt_links(user=request.user, sources=[row.source for row in sheet.rows])
    questions = latest_questions([row.pk for row in sheet.rows])
    return credit_columns(request.user, sheet, doubts=links, questions=questions)


def _addresses(own: bool, member: Member) -> dict[str, str]:
    name, arguments = ("my-year", []) if own else ("member-year", [member.uid])
    return {
        "print_url": reverse(f"learning:{name}-print", args=arguments),
        "export_url": reverse(f"learning:{name}-export", args=arguments),
        "issue_url": reverse("learning:certificate-own")
        if own
        else reverse("learning:certificate-issue", args=arguments),
    }


def _trail(own: bool, member: Member) -> list[tuple[str, str | None]]:
    if own:
        return [("学习", None)]
    return [("学习", reverse("learning:branch")), (member.name, None)]


def _paper(request: HttpRequest, member: Member, *, back_url: str):
    _, sheet, today = _asked(request, member)
    large = PaperFilter(request.GET).wanted_large
    columns = large_columns() if large else paper(credit_columns(request.user, sheet))
    context = {
        "page_title": f"{sheet.year} 年党员学时登记表",
        "sheet": sheet,
        "member": member,
        "large": large,
        "table": Table(columns, sheet.rows, caption="学时明细", numbered=not large),
        "duties": duty_lines(sheet.duties, today),
        "back_url": f"{back_url}?year={sheet.year}",
        "today": today,
    }
    return render(request, "learning/sheet_print.html", context)


def _export(request: HttpRequest, member: Member):
    """The rows with the arithmetic of each; taking out another's is recorded, one's own data is one's own."""
    _, sheet, _ = _asked(request, member)
    if member.pk != request.user.member_id:
        record_access(
            by=request.user,
            action="export",
            field="党员学时明细",
            reason="导出学时",
            ip=request.META.get("REMOTE_ADDR", ""),
            member_uid=member.uid,
            branch_id=member.branch_id,
            row_count=len(sheet.rows),
        )
    table = Table(credit_columns(request.user, sheet), sheet.rows)
    return xlsx_response(table, f"{member.name}{sheet.year}年学时", sheet=str(sheet.year))
