"""The page of one record: facts, 应到 / 实到 / 缺席, who was there with hours, its state and what may follow."""

from decimal import Decimal

from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from activities.actions.drafts import may_discard
from activities.models import ActivityRecord, RollEntry
from activities.page_panels import record_extras
from activities.queries.minutes import lacking, minutes_of
from activities.queries.reach import reaches
from activities.queries.records import people_of, visible_record
from activities.queries.rolls import stored_entries
from activities.queries.subjects import credit_source
from activities.rules.kinds import KINDS
from activities.rules.quality import BACKFILL_DAYS
from activities.rules.roll import count_statuses, mark_label
from activities.rules.states import DRAFT, EDITABLE, RECORD, RECORDED, STATE_LABELS, steps_from
from activities.views.lists import STATE_CLASSES
from branch_portal.dates import local_date
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table
from learning.queries.credits import hours_by_member


@require_safe
def record_page(request, uid):
    """The record with its roll: officers see every row, plain members the counts and their own."""
    record = get_object_or_404(visible_record(request.user), uid=uid)
    sees_roll = reaches(request.user, Permission.VIEW_ROLLS, record)
    entries = stored_entries(record.share)
    hours = hours_by_member(credit_source(record)) if record.state != DRAFT else {}
    names = people_of(record)
    context = {
        "page_title": f"{KINDS[record.kind].label}记录",
        "breadcrumbs": [("工作台", "/"), ("组织生活", "/activities/"), (record.title, None)],
        "record": record,
        "share": record.share,
        "gathering": record.share.gathering,
        "info": KINDS[record.kind],
        "chair": names.get(record.share.chair_id, ""),
        "recorder": names.get(record.share.recorder_id, ""),
        **_minutes(record),
        "may_log": reaches(request.user, Permission.LOG_GATHERINGS, record),
        "count": count_statuses(entry.status for entry in entries),
        "absentees": [entry for entry in entries if sees_roll and entry.reason and not _came(entry)],
        "roll": roll_table(entries, hours) if sees_roll else None,
        **_own(request.user, entries, hours),
        "total_hours": sum(hours.values(), Decimal(0)),
        "state_label": STATE_LABELS[RECORD][record.state],
        "state_class": STATE_CLASSES[record.state],
        "backfilled": (local_date(record.created_at) - record.on_date).days > BACKFILL_DAYS,
        **_steps(request.user, record),
        **record_extras(request, record),
    }
    return render(request, "activities/record.html", context)


def _own(user, entries: list[RollEntry], hours: dict[int, Decimal]) -> dict:
    """The reader's own row."""
    own = next((entry for entry in entries if entry.member_id == user.member_id), None)
    return {
        "own": own,
        "own_hours": hours.get(own.member_id, Decimal(0)) if own else None,
        "own_label": mark_label(own.status, own.leave_type) if own else "",
    }


def _minutes(record: ActivityRecord) -> dict:
    """The minutes in parts, and what a complete record would have besides."""
    minutes = minutes_of(record)
    return {"minutes": minutes, "missing": lacking(record, minutes) if record.state != DRAFT else []}


def roll_table(entries: list[RollEntry], hours: dict[int, Decimal]) -> Table:
    """The whole roll, numbered as it was then."""
    columns = [
        Column("姓名", lambda e: e.name),
        Column("到会情况", lambda e: mark_label(e.status, e.leave_type), cell=_status_cell),
        Column("原因", lambda e: e.reason),
        Column("学习分钟", lambda e: e.minutes, numeric=True),
        Column("学时", lambda e: hours.get(e.member_id, Decimal(0)), numeric=True),
    ]
    return Table(columns, entries, caption="到会情况和学时")


def _came(entry: RollEntry) -> bool:
    return entry.status in RollEntry.PRESENT_STATUSES


def _status_cell(entry: RollEntry):
    label = mark_label(entry.status, entry.leave_type)
    return (
        label if entry.status == "present" else format_html('<span class="status is-late">{}</span>', label)
    )


def _steps(user, record: ActivityRecord) -> dict:
    """What this user may do next, from the table of states and the user's reach."""
    allowed = {
        step.action for step in steps_from(RECORD, record.state) if reaches(user, step.permission, record)
    }
    return {
        "may_edit": record.state in EDITABLE and reaches(user, Permission.LOG_GATHERINGS, record),
        "may_discard": record.state == DRAFT
        and reaches(user, Permission.LOG_GATHERINGS, record)
        and may_discard(record),
        "may_confirm": "confirm" in allowed,
        "may_return": "return" in allowed,
        "waiting": record.state == RECORDED,
    }
