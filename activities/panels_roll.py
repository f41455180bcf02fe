"""What the roll shows on the pages of a gathering and of a record, and on a member's workbench."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from activities.forms.leave import AnswerForm
from activities.models import ActivityRecord, Gathering, GatheringBranch, LeaveRequest, MakeUp
from activities.page_panels import PageLink, gathering_panel, record_link, record_panel
from activities.queries.leave import (
    answers_closed,
    answers_of,
    is_open,
    list_of_day,
    opening_of,
    own_answer,
    signed_in,
)
from activities.queries.makeups import away_without_make_up, disputes_of, make_ups_of, own_make_ups
from activities.queries.reach import may_log
from activities.queries.subjects import dispute_url, make_up_url
from activities.rules.roll import mark_label
from activities.rules.states import ARCHIVED, COUNTING
from branch_portal.dates import today_shanghai
from branch_portal.registries import Panel, workbench_panel

STATE_CLASSES = {
    "noted": "is-done", "waiting": "is-wait", "approved": "is-done", "declined": "is-late",
    "set": "is-wait", "handed_in": "is-wait", "returned": "is-late", "accepted": "is-done",
    "open": "is-wait",
}  # fmt: skip


@gathering_panel
def answering(request: HttpRequest, share: GatheringBranch) -> Panel | None:
    """参加 or 请假, for whom the gathering concerns."""
    member_id, now = request.user.member_id, timezone.now()
    if member_id is None or share.gathering.state != Gathering.State.ANNOUNCED:
        return None
    row = own_answer(share, member_id)
    closed = answers_closed(share.gathering, now)
    if (closed and row is None) or member_id not in {person.member_id for person in list_of_day(share)}:
        return None
    context = {
        "share": share,
        "row": row,
        "label": _label(row) if row else "",
        "state_class": STATE_CLASSES[row.state] if row else "",
        "attends": row is not None and row.answer == LeaveRequest.Answer.ATTEND,
        "closed": closed,
        "form": AnswerForm(
            user=request.user,
            initial={"leave_type": row.leave_type, "reason": row.reason} if row else {},
            auto_id="leave_%s",
        ),
    }
    return Panel("activities/_panel_answer.html", context, order=10)


@gathering_panel
def answers(request: HttpRequest, share: GatheringBranch) -> Panel | None:
    """Everybody's answer, for whoever keeps the roll; leave is decided here with one tap."""
    if not may_log(request.user, share) or share.gathering.state == Gathering.State.CANCELLED:
        return None
    rows = answers_of(share)
    people = {person.member_id for person in list_of_day(share)}
    given = {row.member_id for row in rows}
    context = {
        "leave": [
            {
                "row": row,
                "label": _label(row),
                "state_class": STATE_CLASSES[row.state],
                "seen": row.answered_at.isoformat(),
                "decided": row.state != LeaveRequest.State.WAITING,
                "approved": row.state == LeaveRequest.State.APPROVED,
            }
            for row in rows
            if row.answer == LeaveRequest.Answer.LEAVE
        ],
        "attending": sum(row.answer == LeaveRequest.Answer.ATTEND for row in rows),
        "silent": len(people - given),
    }
    return Panel("activities/_panel_answers.html", context, order=20)


@gathering_panel
def signing_in(request: HttpRequest, share: GatheringBranch) -> Panel | None:
    """The sheet to print, and the optional sign-in by code on the day."""
    gathering, now = share.gathering, timezone.now()
    fitting = gathering.state in (Gathering.State.ANNOUNCED, Gathering.State.HELD)
    if not may_log(request.user, share) or not fitting:
        return None
    opening = opening_of(share)
    context = {
        "share": share,
        "today": gathering.on_date == today_shanghai(now),
        "running": opening is not None and is_open(opening, now),
        "opened": opening is not None,
        "count": signed_in(share).count() if opening else 0,
    }
    return Panel("activities/_panel_sign_in.html", context, order=30)


@record_panel
def making_up(request: HttpRequest, record: ActivityRecord) -> Panel | None:
    """Who makes it up and how far they are, for whoever keeps the roll."""
    if record.state not in COUNTING or not may_log(request.user, record.share):
        return None
    rows = make_ups_of(record.share)
    missing = away_without_make_up(record.share) if record.state != ARCHIVED else 0
    if not rows and not missing:
        return None
    context = {
        "record": record,
        "missing": missing,
        "rows": [
            {
                "name": row.member.name,
                "state": row.get_state_display(),
                "state_class": STATE_CLASSES[row.state],
                "due_on": row.due_on,
                "url": make_up_url(row),
                "waits": row.state == MakeUp.State.HANDED_IN,
            }
            for row in rows
        ],
    }
    return Panel("activities/_panel_make_ups.html", context, order=60)


@record_panel
def doubted(request: HttpRequest, record: ActivityRecord) -> Panel | None:
    """Disputes about this roll, for whoever keeps it."""
    if record.state not in COUNTING or not may_log(request.user, record.share):
        return None
    rows = [
        {
            "name": row.member.name,
            "claim": row.get_claimed_display(),
            "state": row.get_state_display(),
            "state_class": STATE_CLASSES.get(row.state, "is-done"),
            "url": dispute_url(row),
        }
        for row in disputes_of(record.share)
    ]
    return Panel("activities/_panel_disputes.html", {"rows": rows}, order=70) if rows else None


@record_link
def set_make_up(request: HttpRequest, record: ActivityRecord) -> PageLink | None:
    if record.state not in COUNTING or record.state == ARCHIVED or not may_log(request.user, record.share):
        return None
    return PageLink("安排补课", reverse("activities:make-ups", args=[record.uid]), icon="book", order=50)


@workbench_panel
def my_make_ups(request: HttpRequest) -> Panel | None:
    """What the member has to make up, with the deadline."""
    if request.user.member_id is None:
        return None
    day = today_shanghai()
    lines = [
        {
            "title": f"补课：{row.share.gathering.theme}",
            "clause": row.returned_reason and f"退回意见：{row.returned_reason}",
            "when": row.due_on,
            "late": row.due_on < day,
            "url": make_up_url(row),
        }
        for row in own_make_ups(request.user.member_id)
    ]
    return Panel("activities/_panel_my_make_ups.html", {"lines": lines}, order=15) if lines else None


def _label(row: LeaveRequest) -> str:
    """参加, 事假待批准 …"""
    if row.answer == LeaveRequest.Answer.ATTEND:
        return "参加"
    return f"{mark_label('leave', row.leave_type)} · {row.get_state_display()}"
