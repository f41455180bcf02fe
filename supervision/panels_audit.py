"""修改记录 on the portal's pages: a link on a record, a tab of a member's card, for whoever reads the audit of the branch."""

from django.urls import reverse

from activities.page_panels import PageLink, record_link
from branch_portal.permissions import Permission
from branch_portal.registries import Panel, card_tab, row_history
from supervision.queries.audit import time_line
from supervision.queries.audit_models import by_model


def history_url(row) -> str:
    """The time line of a row of a tracked model with a uid."""
    tracked = by_model(type(row))
    if tracked is None:
        raise LookupError(f"{type(row)} is not tracked")
    return reverse("supervision:audit-thing", args=[tracked.key, row.uid])


@record_link
def record_history(request, record) -> PageLink | None:
    if not request.user.access.may(Permission.VIEW_HISTORY, record.branch):
        return None
    return PageLink("修改记录", history_url(record), "clock", 90)


@card_tab("history", "修改记录", 95)
def member_history(request, member):
    kept_by = member.branch or member.left_branch
    if kept_by is None or not request.user.access.may(Permission.VIEW_HISTORY, kept_by):
        return None
    acts, cut = time_line(user=request.user, row=member)
    return "supervision/_card_audit.html", {"acts": acts, "cut": cut}


@row_history
def history_in_the_admin(request, row) -> Panel:
    acts, cut = time_line(user=request.user, row=row)
    return Panel("supervision/_row_audit.html", {"acts": acts, "cut": cut})
