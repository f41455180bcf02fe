"""Changing one row of a written roll: an accepted make-up, an accepted dispute. Counts, hours and versions follow.

This is an event of its own and works after 已确认 too: the text under the signature stays as it is, the row says what is
true now, and the audit keeps what it said before. Only what is archived is closed.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from activities.actions.facts import share_counts
from activities.actions.locks import lock_branches
from activities.actions.records import NotEditable, settle_again
from activities.models import ActivityRecord, Gathering, GatheringBranch, RollEntry
from activities.rules.kinds import study_minutes
from activities.rules.roll import effective_minutes
from activities.rules.states import ARCHIVED


@transaction.atomic
def change_roll_row(
    *,
    by,
    share: GatheringBranch,
    member_id: int,
    status: str,
    leave_type: str = "",
    reason: str | None = None,
) -> RollEntry:
    """Give one member of a counted roll another status, with the minutes that it earns. `reason` None keeps the row's own.

    NotEditable when there is no such row, nothing counts yet, or everything is archived.
    """
    lock_branches([share.branch_id])
    records = list(
        ActivityRecord.objects.filter(share_id=share.pk).counted().select_related("branch").order_by("pk")
    )
    entries = list(RollEntry.objects.filter(share_id=share.pk).order_by("row_number"))
    entry = next((row for row in entries if row.member_id == member_id), None)
    if entry is None or not records or any(record.state == ARCHIVED for record in records):
        raise NotEditable
    entry.status, entry.leave_type = status, leave_type
    if reason is not None:
        entry.reason = reason
    entry.minutes = effective_minutes(status, _minutes(records, share))
    entry.own_minutes = None
    entry.marked_by, entry.marked_at = by, timezone.now()
    entry.save()
    GatheringBranch.objects.filter(pk=share.pk).update(**share_counts(row.status for row in entries))
    for record in records:
        settle_again(by=by, record=record, rows=entries)
    # Whoever has a page of them open is told that something changed, instead of writing the old row over it.
    ActivityRecord.objects.filter(pk__in=[record.pk for record in records]).update(version=F("version") + 1)
    return entry


def _minutes(records: list[ActivityRecord], share: GatheringBranch) -> int:
    """What being there was worth: of the record that says most."""
    gathering = Gathering.objects.get(pk=share.gathering_id)
    return max(study_minutes(record.kind, record.study_minutes, gathering.minutes) for record in records)
