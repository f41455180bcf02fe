"""党员名册 as of a day: the list, its print view, and who left."""

from dataclasses import dataclass
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
from members.queries.asked_roster import AskedRoster, roster_as_asked
from members.queries.roster import left_members
from members.tables import left_columns, paper_columns, roster_columns

#: Paper beyond this is nobody's reading.
PRINT_LIMIT = 5000


@dataclass(frozen=True)
class RosterPage:
    """The roster as asked for, and the filter's form."""

    roster: AskedRoster
    form: RosterFilter

    @property
    def query(self) -> dict[str, str]:
        day = {"day": str(day)} if (day := self.roster.asked.get("day")) else {}
        return day | self.roster.stored()

    def url(self, name: str) -> str:
        return f"{reverse(name)}?{urlencode(self.query)}" if self.query else reverse(name)


def asked_roster(request) -> RosterPage:
    if not request.user.may(Permission.VIEW_ROSTER):
        raise PermissionDenied
    form = RosterFilter(request.GET, user=request.user)
    found = roster_as_asked(request.user, form.values(), only_branch=form.only_branch, several=form.several)
    return RosterPage(found, form)


@require_safe
def roster(request):
    """The list for whoever may see rosters; a plain member is led to the own card."""
    if not request.user.may(Permission.VIEW_ROSTER) and request.user.member_id is not None:
        return redirect("members:card", uid=request.user.member.uid)
    shown = asked_roster(request)
    asked = shown.roster
    page = keyset_page(asked.rows, cursor=shown.form.values().get("cursor"), fields=asked.order, size=50)
    lines = asked.lines(page.rows)
    title, columns = asked.title, roster_columns(several_branches=asked.several)
    return render(
        request,
        "members/roster.html",
        {
            "page_title": "党员名册",
            "title": title,
            "roster": shown,
            "form": shown.form,
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
    shown = asked_roster(request)
    asked = shown.roster
    lines = asked.first_lines(PRINT_LIMIT)
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
            "back_url": shown.url("members:roster"),
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
