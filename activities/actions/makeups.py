"""补课: set for everybody who was away, handed in by the member, accepted or returned by the branch (S12)."""

import datetime

from django.db import transaction
from django.utils import timezone

from activities.actions.answers import tell_member
from activities.actions.locks import lock_branches
from activities.actions.roll_changes import change_roll_row
from activities.models import ActivityRecord, MakeUp, RollEntry
from activities.queries.subjects import make_up_url
from activities.rules.roll import ABSENT, LEAVE, MADE_UP
from branch_portal.dates import format_date_cn, local_datetime
from notices.actions.slots import cancel_reminders, plan_reminders

REMINDER = "make_up"
USUAL_DAYS = 14
AWAY = (ABSENT, LEAVE)


class NotOpen(Exception):
    """The make-up is not in a state for this: handed in already, accepted, or the record does not count."""


@transaction.atomic
def set_make_ups(*, by, record: ActivityRecord, material: str, due_on: datetime.date) -> int:
    """One make-up for everybody who was away; who has one that is not handed in gets the new material and deadline.

    Returns how many were asked. What is handed in or accepted stays as it is.
    """
    lock_branches([record.branch_id])
    current = ActivityRecord.objects.counted().filter(pk=record.pk).select_related("branch").first()
    if current is None:
        raise NotOpen
    away = RollEntry.objects.filter(share_id=current.share_id, status__in=AWAY).values_list(
        "member_id", flat=True
    )
    existing = {row.member_id: row for row in MakeUp.objects.filter(share_id=current.share_id)}
    now, asked = timezone.now(), []
    for member_id in away:
        row = existing.get(member_id) or MakeUp(
            share_id=current.share_id, branch=current.branch, member_id=member_id, set_by=by, set_at=now
        )
        if row.state not in MakeUp.MEMBERS_TURN:
            continue
        row.material, row.due_on = material.strip(), due_on
        row.save()
        asked.append(row)
        _remind(by, row, current)
    return len(asked)


@transaction.atomic
def hand_in(*, by, make_up: MakeUp, note: str = "") -> None:
    """The member says that it is done, with a note or without."""
    lock_branches([make_up.branch_id])
    row = MakeUp.objects.get(pk=make_up.pk)
    if row.member_id != by.member_id or row.state not in MakeUp.MEMBERS_TURN:
        raise NotOpen
    row.state, row.note, row.handed_in_at = MakeUp.State.HANDED_IN, note.strip(), timezone.now()
    row.returned_reason = ""
    row.save()
    cancel_reminders(by=by, subject=_subject(row))


@transaction.atomic
def accept_make_up(*, by, make_up: MakeUp) -> None:
    """The roll says 已补课 and the hours follow. An absence that a dispute has turned into presence is left alone."""
    row = _decidable(make_up)
    row.state, row.decided_by, row.decided_at = MakeUp.State.ACCEPTED, by, timezone.now()
    row.save()
    away = RollEntry.objects.filter(share_id=row.share_id, member_id=row.member_id, status__in=AWAY)
    if away.exists():
        change_roll_row(by=by, share=row.share, member_id=row.member_id, status=MADE_UP)
    _tell(by, row, "补课已通过")


@transaction.atomic
def return_make_up(*, by, make_up: MakeUp, reason: str) -> None:
    """Back to the member, with what is missing."""
    row = _decidable(make_up)
    now = timezone.now()
    row.state, row.returned_reason = MakeUp.State.RETURNED, reason.strip()
    row.decided_by, row.decided_at = by, now
    row.save()
    _tell(by, row, "补课退回补充")


def _decidable(make_up: MakeUp) -> MakeUp:
    lock_branches([make_up.branch_id])
    row = MakeUp.objects.select_related("share__gathering", "branch").get(pk=make_up.pk)
    if row.state != MakeUp.State.HANDED_IN or row.handed_in_at != make_up.handed_in_at:
        raise NotOpen
    return row


def _subject(row: MakeUp) -> str:
    return f"activities.make_up:{row.uid}"


def _remind(by, row: MakeUp, record: ActivityRecord) -> None:
    plan_reminders(
        by=by,
        rule_key=REMINDER,
        subject=_subject(row),
        organization=row.branch,
        anchor=local_datetime(row.due_on),
        not_after=local_datetime(row.due_on + datetime.timedelta(days=1)),
        audience={"kind": "members", "ids": [row.member_id]},
        title=f"补课：{format_date_cn(record.on_date)}的活动",
        body=f"请在{format_date_cn(row.due_on)}前完成，学习内容见门户。",
        link=make_up_url(row),
    )


def _tell(by, row: MakeUp, word: str) -> None:
    tell_member(
        by=by,
        row=row,
        subject=f"{_subject(row)}:answer",
        title=f"{word}：{format_date_cn(row.share.gathering.on_date)}的活动",
        link=make_up_url(row),
    )
