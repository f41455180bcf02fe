"""What stands on a record's page besides its facts: the minutes in parts, and the other records of the same gathering."""

from django.http import HttpRequest
from django.urls import reverse

from activities.models import ActivityRecord
from activities.page_panels import PageLink, record_link, record_panel
from activities.queries.records import siblings_of
from activities.queries.subjects import record_url
from activities.rules.kinds import KINDS
from activities.rules.states import RECORD, STATE_LABELS
from activities.views.parts import kinds_to_add
from branch_portal.permissions import Permission
from branch_portal.registries import Panel

_OFFERED = 2


@record_panel
def other_records(request: HttpRequest, record: ActivityRecord) -> Panel | None:
    """同一次活动的其他记录."""
    others = [
        {
            "url": record_url(other),
            "title": other.title,
            "kind": KINDS[other.kind].label,
            "state": STATE_LABELS[RECORD][other.state],
        }
        for other in siblings_of(record, request.user)
    ]
    return Panel("activities/_panel_siblings.html", {"others": others}, order=110) if others else None


@record_link
def add_lecture(request: HttpRequest, record: ActivityRecord) -> PageLink | None:
    """The likeliest other record of the same gathering."""
    return _link(request, record, 0)


@record_link
def add_other(request: HttpRequest, record: ActivityRecord) -> PageLink | None:
    return _link(request, record, 1)


def _link(request: HttpRequest, record: ActivityRecord, place: int) -> PageLink | None:
    if record.state == ActivityRecord.State.DRAFT or not request.user.access.may(
        Permission.LOG_GATHERINGS, record.branch
    ):
        return None
    kinds = kinds_to_add(record)
    if place >= len(kinds):
        return None
    kind = kinds[place]
    return PageLink(
        f"同一次活动另记{KINDS[kind].label}",
        reverse("activities:add-part", args=[record.uid, kind]),
        icon="plus",
        order=10 + place,
    )
