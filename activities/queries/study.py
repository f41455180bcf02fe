"""Gatherings ahead of a member that would bring study hours, and how long they usually last."""

import datetime
from collections.abc import Sequence

from activities.models import ActivityKind, ActivityRecord, Gathering
from activities.rules.kinds import AS_TYPED, KINDS, study_minutes
from members.models import Member

_AHEAD = (Gathering.State.PLANNED, Gathering.State.ANNOUNCED, Gathering.State.POSTPONED)


def records_ahead(member: Member, first: datetime.date, last: datetime.date) -> list[ActivityRecord]:
    """What the plan of the member's branch and own cell holds between two days; committees sit without them. One query."""
    records = (
        ActivityRecord.objects.filter(
            branch_id=member.branch_id,
            state=ActivityRecord.State.DRAFT,
            on_date__range=(first, last),
            share__gathering__state__in=_AHEAD,
        )
        .exclude(kind=ActivityKind.COMMITTEE_MEETING)
        .exclude(held_as=ActivityRecord.HeldAs.COMMITTEE)
        .select_related("share__gathering")
        .order_by("on_date", "pk")
    )
    return [record for record in records if record.cell_id in (None, member.cell_id)]


def expected_minutes(branch_id: int, records: Sequence[ActivityRecord]) -> dict[int, int]:
    """Record id → minutes of study to expect: as planned, else as long as the branch last studied at that kind."""
    minutes = {
        record.pk: study_minutes(record.kind, record.study_minutes, record.share.gathering.minutes)
        for record in records
    }
    open_ones = {
        record.kind for record in records if KINDS[record.kind].study == AS_TYPED and not minutes[record.pk]
    }
    if not open_ones:
        return minutes
    held = ActivityRecord.objects.filter(
        branch_id=branch_id, kind__in=open_ones, study_minutes__gt=0
    ).counted()
    latest = held.order_by("kind", "-on_date", "-pk").distinct("kind")
    usual = dict(latest.values_list("kind", "study_minutes"))
    return {record.pk: minutes[record.pk] or usual.get(record.kind, 0) for record in records}
