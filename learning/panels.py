"""Study hours on the workbench and on a member's card."""

from decimal import Decimal

from django.http import HttpRequest
from django.urls import reverse

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.registries import Panel, card_tab, workbench_panel
from learning.presentation import ring
from learning.queries.progress import branch_progress, year_of_member
from learning.queries.training import coming_for
from learning.queries.training_subjects import class_url
from learning.rules.hours import show
from learning.tables_training import days_of

SHOWN = 5


@workbench_panel
def own_hours(request: HttpRequest) -> Panel | None:
    """我的学时 of this year."""
    member = request.user.member if request.user.member_id else None
    if member is None:
        return None
    year = today_shanghai().year
    context = {"year": year, "url": reverse("learning:my-year"), "ring": _ring(member, year)}
    return Panel("learning/_panel_own.html", context, order=110)


@workbench_panel
def branch_hours(request: HttpRequest) -> Panel | None:
    """How many of the branch have reached the year's hours, and who lacks most."""
    branch = request.acting.organization if request.acting else None
    if branch is None or not branch.is_branch or not request.user.access.may(Permission.VIEW_STUDY, branch):
        return None
    day = today_shanghai()
    rows = branch_progress(branch, day.year, day=day)
    context = {
        "year": day.year,
        "url": reverse("learning:branch"),
        "members": len(rows),
        "reached": sum(row.reached for row in rows),
        "lines": [
            {
                "name": row.member.name,
                "url": reverse("learning:member-year", args=[row.member.uid]),
                "hours": show(row.hours),
                "required": show(row.required),
                "missing": show(row.missing),
            }
            for row in rows[:SHOWN]
            if row.missing
        ],
    }
    return Panel("learning/_panel_branch.html", context, order=120)


@card_tab("learning", "学习", 50)
def card_hours(request: HttpRequest, member):
    """学习 on the card, for the member and whoever may read study hours."""
    own = member.pk == request.user.member_id
    if not own and not (member.branch and request.user.access.may(Permission.VIEW_STUDY, member.branch)):
        return None
    year = today_shanghai().year
    url = reverse("learning:my-year") if own else reverse("learning:member-year", args=[member.uid])
    panel = {"year": year, "url": url, "facts": _facts(member, year)}
    return "learning/_panel_card.html", {"panel": panel}


def _ring(member, year: int) -> dict[str, Decimal]:
    row = year_of_member(member, year)
    return ring(row.required, row.hours - row.pending, row.pending, row.missing)


def _facts(member, year: int) -> list[tuple[str, str]]:
    row = year_of_member(member, year)
    return [
        ("应学", f"{show(row.required)} 学时"),
        ("已学", f"{show(row.hours)} 学时"),
        ("其中待确认", f"{show(row.pending)} 学时"),
        ("还差", f"{show(row.missing)} 学时"),
    ]


@workbench_panel
def own_training(request: HttpRequest) -> Panel | None:
    """集中培训: the classes that the member is enrolled in and that have not ended."""
    member = request.user.member if request.user.member_id else None
    coming = list(coming_for(member, today_shanghai())) if member else []
    if not coming:
        return None
    lines = [{"title": t.title, "days": days_of(t), "place": t.place, "url": class_url(t)} for t in coming]
    return Panel("learning/_panel_training.html", {"lines": lines}, order=105)
