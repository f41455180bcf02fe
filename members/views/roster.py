"""党员名册 as of a day: the list, its print view, and who left."""

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import format_date_cn, today_shanghai
from branch_portal.paging import COUNT_CAP, keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Table
from members.forms.roster import LeftFilter, RosterFilter
from members.queries.history import organizations_on
from members.queries.lines import RosterLine, lines_of_today, lines_on
from members.queries.roster import counted, left_members, narrowed, roster_of, roster_on, with_post_rank
from members.tables import left_columns, paper_columns, roster_columns

EXPORT_LIMIT = 5000


@dataclass(frozen=True)
class AskedRoster:
    """The roster as asked for: the day, the rows, their order, and the words for it."""

    user: Any
    form: RosterFilter
    day: datetime.date
    past: bool
    rows: Any
    order: tuple[str, ...]
    organization: Any
    query: dict[str, str]

    @property
    def title(self) -> str:
        return f"{self.organization_name}党员名册" if self.organization else "党员名册"

    @property
    def organization_name(self) -> str:
        """Its full name on the day."""
        then = organizations_on(self.day, [self.organization.pk]) if self.past else {}
        return then[self.organization.pk].name if then else self.organization.name

    @property
    def day_text(self) -> str:
        return format_date_cn(self.day).split("（")[0]

    @property
    def several(self) -> bool:
        return self.form.several and not (self.organization and self.organization.is_branch)

    def lines(self, rows) -> list[RosterLine]:
        if self.past:
            return lines_on(rows, user=self.user, day=self.day)
        return lines_of_today(rows, day=self.day)

    def first_lines(self, limit: int) -> list[RosterLine]:
        return self.lines(list(self.rows.order_by(*self.order)[:limit]))

    def counts(self) -> dict[str, int]:
        return counted(self.rows, day=self.day, past=self.past)

    def url(self, name: str) -> str:
        return f"{reverse(name)}?{urlencode(self.query)}" if self.query else reverse(name)


def asked_roster(request) -> AskedRoster:
    if not request.user.may(Permission.VIEW_ROSTER):
        raise PermissionDenied
    today = today_shanghai()
    form = RosterFilter(request.GET, user=request.user)
    asked = form.values()
    day = asked.get("day") or today
    past = day < today
    rows = (roster_on if past else roster_of)(request.user, day=day)
    rows = narrowed(rows, asked, user=request.user, day=day, past=past)
    organization = asked.get("branch") or form.only_branch
    order: tuple[str, ...] = ("name_pinyin", "pk")
    if organization is not None and organization.is_branch:
        rows = with_post_rank(rows.filter(branch=organization), day=day, member="member_id" if past else "pk")
        order = ("post_rank", *order)
    query = {
        name: str(getattr(value, "uid", value)) for name, value in asked.items() if value and name != "cursor"
    }
    return AskedRoster(request.user, form, day, past, rows, order, organization, query)


@require_safe
def roster(request):
    """The list for whoever may see rosters; a plain member is led to the own card."""
    if not request.user.may(Permission.VIEW_ROSTER) and request.user.member_id is not None:
        return redirect("members:card", uid=request.user.member.uid)
    asked = asked_roster(request)
    page = keyset_page(asked.rows, cursor=asked.form.values().get("cursor"), fields=asked.order, size=50)
    lines = asked.lines(page.rows)
    title, columns = asked.title, roster_columns(several_branches=asked.several)
    return render(
        request,
        "members/roster.html",
        {
            "page_title": "党员名册",
            "title": title,
            "roster": asked,
            "form": asked.form,
            "page": page,
            # Counting a whole city would cost more than the page: it is done for what a page can mean.
            "counts": asked.counts() if page.total <= COUNT_CAP else None,
            "table": Table(columns, lines, caption=title, numbered=True),
            "secondary": [("导入名册", reverse("members:import"))]
            if request.user.may(Permission.EDIT_ROSTER)
            else [],
            "may_edit": request.user.may(Permission.EDIT_ROSTER),
            "breadcrumbs": [("工作台", reverse("workbench")), ("党员", None)],
        },
    )


@require_safe
def printout(request):
    asked = asked_roster(request)
    lines = asked.first_lines(EXPORT_LIMIT)
    title = asked.title
    return render(
        request,
        "members/roster_print.html",
        {
            "page_title": title,
            "day_text": asked.day_text,
            "counts": asked.counts(),
            "table": Table(paper_columns(several_branches=asked.several), lines, caption=title),
            "organization": asked.organization_name
            if asked.organization
            else request.acting.organization.name,
            "author": request.user.display_name,
            "day": format_date_cn(today_shanghai()).split("（")[0],
            "landscape": True,
            "back_url": asked.url("members:roster"),
        },
    )


@require_safe
def left(request):
    """历史党员: who left, on which day and why."""
    if not request.user.may(Permission.VIEW_ROSTER):
        raise PermissionDenied
    rows = left_members(request.user, day=today_shanghai())
    cursor = LeftFilter(request.GET).values().get("cursor")
    page = keyset_page(rows, cursor=cursor, fields=("-left_on", "-pk"), size=50)
    return render(
        request,
        "members/left.html",
        {
            "page_title": "历史党员",
            "page": page,
            "table": Table(left_columns(), page.rows, caption="历史党员"),
            "breadcrumbs": [
                ("工作台", reverse("workbench")),
                ("党员", reverse("members:roster")),
                ("历史党员", None),
            ],
        },
    )
