"""Lists that the roster's dates make: political birthdays, confirmations, 50 years of Party standing."""

import datetime

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table
from members.due_roster import birthdays_in_month, confirmations, fifty_years
from members.forms.roster import ListForm
from members.queries.roster import roster_of

_AHEAD = datetime.timedelta(days=60)
_DAY_LABEL = {"birthdays": "政治生日", "confirmations": "预备期满", "standing": "转正日期"}


def _rows(user, tab: str, day: datetime.date):
    members = roster_of(user, day=day).filter(standing="normal")
    if tab == "confirmations":
        return confirmations(members, day + _AHEAD)
    if tab == "standing":
        return fifty_years(members, day.year)
    return birthdays_in_month(members, day.year, day.month)


def _link(pair):
    member = pair[1]
    return format_html('<a href="{}">{}</a>', reverse("members:card", args=[member.uid]), member.name)


@require_safe
def lists(request):
    """One tab at a time; the print view is the same list on paper."""
    if not request.user.may(Permission.VIEW_ROSTER):
        raise PermissionDenied
    form = ListForm(request.GET)
    asked = form.values()
    tab, day = asked.get("tab") or "birthdays", today_shanghai()
    title = dict(ListForm.TABS)[tab]
    columns = [
        Column("姓名", lambda pair: pair[1].name, _link),
        Column("党支部", lambda pair: str(pair[1].branch)),
        Column("入党日期", lambda pair: pair[1].admitted_on),
        Column(_DAY_LABEL[tab], lambda pair: pair[0]),
    ]
    if asked.get("paper"):
        columns[0] = Column("姓名", lambda pair: pair[1].name)
    context = {
        "page_title": title,
        "tabs": [
            {"label": label, "url": f"?tab={key}", "active": key == tab} for key, label in ListForm.TABS
        ],
        "print_query": f"?tab={tab}&paper=1",
        "back_url": f"?tab={tab}",
        "table": Table(columns, _rows(request.user, tab, day), caption=title),
        "breadcrumbs": [("工作台", reverse("workbench")), ("党员", reverse("members:roster")), (title, None)],
    }
    return render(
        request, "members/lists_print.html" if asked.get("paper") else "members/lists.html", context
    )
