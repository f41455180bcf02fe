"""What is open of the learning plan, on a member's workbench."""

from django.http import HttpRequest
from django.urls import reverse

from branch_portal.dates import today_shanghai
from branch_portal.registries import Panel, workbench_panel
from learning.queries.plan import open_topics

SHOWN = 4


@workbench_panel
def own_open_topics(request: HttpRequest) -> Panel | None:
    """我的学习计划, while something is open."""
    member = request.user.member if request.user.member_id else None
    if member is None or member.branch is None:
        return None
    day = today_shanghai()
    rows = open_topics(member, day.year, today=day)
    if not rows:
        return None
    context = {
        "url": reverse("learning:my-plan"),
        "count": len(rows),
        "lines": [
            {"title": row.topic.title, "due_on": row.topic.due_on, "late": row.late} for row in rows[:SHOWN]
        ],
    }
    return Panel("learning/_panel_plan.html", context, order=115)
