"""云端党课 on the page of a lecture's record."""

from django.http import HttpRequest

from activities.forms.lessons import LinkLessonForm
from activities.models import ActivityKind, ActivityRecord
from activities.page_panels import record_panel
from activities.queries.lessons import lessons_of, linkable_lessons
from activities.queries.reach import may_log
from branch_portal.permissions import Permission
from branch_portal.registries import Panel


@record_panel
def lessons(request: HttpRequest, record: ActivityRecord) -> Panel | None:
    """What stands for the lecture, and for its officers making or linking one."""
    if record.kind != ActivityKind.PARTY_LECTURE:
        return None
    linked = lessons_of(record, request.user)
    may = may_log(request.user, record)
    if not linked and not may:
        return None
    offered = linkable_lessons(record, request.user) if may else []
    context = {
        "record": record,
        "lessons": linked,
        "may_change": may,
        "may_make": may and request.user.access.may(Permission.MANAGE_LESSONS, record.branch),
        "form": LinkLessonForm(user=request.user, lessons=offered) if offered else None,
    }
    return Panel("activities/_panel_lessons.html", context, order=150)
