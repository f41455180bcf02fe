"""What checks say on a record's page: the private hints to who keeps it and who inspects it, and 批注 with their answers."""

import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from activities.models import ActivityRecord
from activities.page_panels import PageLink, record_link, record_panel
from activities.queries.quality import facts_of, with_facts
from activities.rules.quality import COMPLETENESS, judge, remarks
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.registries import Panel
from supervision.models import RecordComment
from supervision.models.comments import MENDABLE
from supervision.queries.quality import likenesses


def _keeps(user, record: ActivityRecord) -> bool:
    return user.access.may(Permission.LOG_GATHERINGS, record.branch)


def _inspects(user, record: ActivityRecord) -> bool:
    return user.access.may(Permission.INSPECT, record.branch)


@record_panel
def quality_hints(request: HttpRequest, record: ActivityRecord) -> Panel | None:
    """记录自查: what the committee's page would say, to the branch's officers first (domain 0.1.5)."""
    if record.state == ActivityRecord.State.DRAFT or not (
        _keeps(request.user, record) or _inspects(request.user, record)
    ):
        return None
    read = with_facts(ActivityRecord.objects.visible_to(request.user).filter(pk=record.pk)).get()
    found = remarks(judge(facts_of(read)), today_shanghai())
    if _keeps(request.user, record):
        # The page's own head says what a complete record has besides.
        found = [remark for remark in found if remark.code != COMPLETENESS]
    found += likenesses(request.user, [record.pk]).get(record.pk, [])
    return Panel("supervision/_panel_hints.html", {"remarks": found}, order=105) if found else None


@record_panel
def comments(request: HttpRequest, record: ActivityRecord) -> Panel | None:
    """批注: comments in their order, each with its answers."""
    if not (_keeps(request.user, record) or _inspects(request.user, record)):
        return None
    rows = list(RecordComment.objects.visible_to(request.user).filter(record=record).select_related("author"))
    if not rows:
        return None
    now, answered = timezone.now(), {row.answers_to_id for row in rows}
    lines = [
        {
            "comment": row,
            "answers": [
                _line(request, other, answered, now) for other in rows if other.answers_to_id == row.pk
            ],
            **_line(request, row, answered, now),
        }
        for row in rows
        if row.answers_to_id is None
    ]
    return Panel("supervision/_panel_comments.html", {"lines": lines}, order=50)


def _line(request: HttpRequest, row: RecordComment, answered: set, now: datetime.datetime) -> dict:
    own = row.author_id == request.user.pk
    mendable = own and row.pk not in answered and now - row.written_at <= MENDABLE
    return {"comment": row, "mendable": mendable}


@record_link
def write_comment(request: HttpRequest, record: ActivityRecord) -> PageLink | None:
    if record.state == ActivityRecord.State.DRAFT or not _inspects(request.user, record):
        return None
    return PageLink("批注", reverse("supervised:comment", args=[record.uid]), icon="message", order=5)
