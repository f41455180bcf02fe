"""Gatherings in the calendar: on the month's page, and in feeds as far as they concern the reader."""

import datetime
from collections.abc import Iterator

from django.db.models import Q

from activities.models import ActivityKind, ActivityRecord, GatheringBranch
from activities.queries.records import first_record
from activities.queries.subjects import gathering_url
from activities.rules.kinds import KINDS
from activities.rules.states import CANCELLED, GATHERING, PLANNED, POSTPONED, STATE_LABELS
from branch_portal.dates import today_shanghai
from branch_portal.registries import CalendarEntry, calendar_source
from members.queries.posts import on_committee

_STATES = {
    "planned": "plain",
    "announced": "wait",
    "held": "done",
    "postponed": "late",
    "cancelled": "late",
}


@calendar_source
def gatherings(
    *, user, branch, first: datetime.date, last: datetime.date, own: bool
) -> Iterator[CalendarEntry]:
    """One query, one more for `own`: the records come with their share."""
    shares = (
        GatheringBranch.objects.visible_to(user)
        .filter(branch=branch, gathering__on_date__range=(first, last))
        .select_related("gathering", "branch", "cell")
        .prefetch_related("records")
        .order_by("gathering__started_at", "pk")
    )
    if own:
        shares = shares.filter(_concerns(user)).exclude(gathering__state=PLANNED)
    for share in shares:
        if share.records.all():
            yield _entry(share, first_record(share).kind)


def _concerns(user) -> Q:
    """What a member is asked to: everything of the branch, of cells the own one's, committee meetings if one sits on it."""
    member = user.member
    concerned = Q(cell=None) | Q(cell_id=member.cell_id)
    if not on_committee(member, today_shanghai()):
        concerned &= ~Q(records__kind=ActivityKind.COMMITTEE_MEETING)
        concerned &= ~Q(records__held_as=ActivityRecord.HeldAs.COMMITTEE)
    return concerned


def _entry(share: GatheringBranch, kind: str) -> CalendarEntry:
    gathering = share.gathering
    remark = STATE_LABELS[GATHERING][gathering.state]
    return CalendarEntry(
        uid=f"gathering-{share.uid}",
        title=gathering.theme,
        starts_at=gathering.started_at,
        ends_at=gathering.ended_at,
        place=gathering.place,
        url=gathering_url(share),
        kind=KINDS[kind].label,
        organization=str(share.cell or share.branch),
        changed_at=gathering.changed_at,
        sequence=gathering.version - 1,
        state=_STATES[gathering.state],
        remark=remark,
        tentative=gathering.state in (PLANNED, POSTPONED),
        cancelled=gathering.state == CANCELLED,
    )
