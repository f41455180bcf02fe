"""党员名册: the list, its print view and its .xlsx."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import format_date_cn, today_shanghai
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Table, xlsx_response
from members.actions.audit import record_access
from members.forms.roster import RosterFilter
from members.queries.roster import roster_of, search, with_post_rank
from members.tables import paper_columns, roster_columns

EXPORT_LIMIT = 5000


@dataclass(frozen=True)
class _Roster:
    """The roster as asked for: rows, their order, and the words for it."""

    form: RosterFilter
    members: Any
    order: tuple[str, ...]
    branch: Any
    query: dict[str, str]

    @property
    def title(self) -> str:
        return f"{self.branch.name}党员名册" if self.branch else "党员名册"

    @property
    def several(self) -> bool:
        return self.branch is None and self.form.several

    def in_order(self):
        return self.members.order_by(*self.order)

    def url(self, name: str) -> str:
        return f"{reverse(name)}?{urlencode(self.query)}" if self.query else reverse(name)


def _roster(request) -> _Roster:
    if not request.user.may(Permission.VIEW_ROSTER):
        raise PermissionDenied
    day = today_shanghai()
    form = RosterFilter(request.GET, user=request.user)
    asked = form.values()
    members = search(roster_of(request.user, day=day), asked.get("q") or "")
    branch = asked.get("branch") or form.only_branch
    if branch is not None:
        members = with_post_rank(members.filter(branch=branch), day=day)
    if asked.get("category"):
        members = members.filter(category=asked["category"])
    order = ("post_rank", "name_pinyin", "pk") if branch is not None else ("name_pinyin", "pk")
    query = {
        name: str(getattr(value, "uid", value)) for name, value in asked.items() if value and name != "cursor"
    }
    return _Roster(form, members, order, branch, query)


@require_safe
def roster(request):
    """The list for whoever may see rosters; a plain member is led to the own card."""
    if not request.user.may(Permission.VIEW_ROSTER) and request.user.member_id is not None:
        return redirect("members:card", uid=request.user.member.uid)
    asked = _roster(request)
    page = keyset_page(asked.members, cursor=asked.form.values().get("cursor"), fields=asked.order, size=50)
    return render(
        request,
        "members/roster.html",
        {
            "page_title": "党员名册",
            "roster": asked,
            "form": asked.form,
            "page": page,
            "table": Table(
                roster_columns(several_branches=asked.several), page.rows, caption=asked.title, numbered=True
            ),
            "secondary": _secondary(request.user),
            "may_edit": request.user.may(Permission.EDIT_ROSTER),
            "breadcrumbs": [("工作台", reverse("workbench")), ("党员", None)],
        },
    )


def _secondary(user) -> list[tuple[str, str]]:
    links = [("党组织", reverse("organizations:tree"))]
    if user.may(Permission.EDIT_ROSTER):
        links.append(("导入名册", reverse("members:import")))
    return links


@require_safe
def export(request):
    """The list as .xlsx with masked columns; who took it out is recorded."""
    asked = _roster(request)
    members = list(asked.in_order()[: EXPORT_LIMIT + 1])
    if len(members) > EXPORT_LIMIT:
        messages.warning(request, f"一次最多导出 {EXPORT_LIMIT} 人，请先按党支部或人员类别筛选。")
        return redirect(asked.url("members:roster"))
    record_access(
        by=request.user,
        action="export",
        field="党员名册（遮盖）",
        reason="导出名册",
        ip=request.META.get("REMOTE_ADDR", ""),
        branch_id=asked.branch.pk if asked.branch else None,
        row_count=len(members),
    )
    table = Table(roster_columns(several_branches=asked.several), members)
    return xlsx_response(table, f"{asked.title}{today_shanghai():%Y%m%d}", sheet="党员名册")


@require_safe
def printout(request):
    asked = _roster(request)
    members = list(asked.in_order()[:EXPORT_LIMIT])
    return render(
        request,
        "members/roster_print.html",
        {
            "page_title": asked.title,
            "table": Table(paper_columns(several_branches=asked.several), members, caption=asked.title),
            "organization": asked.branch or request.acting.organization,
            "day": format_date_cn(today_shanghai()).split("（")[0],
            "landscape": True,
            "back_url": asked.url("members:roster"),
            "total": len(members),
        },
    )
