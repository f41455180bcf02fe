"""Changing one row of a written roll: an accepted make-up, an accepted dispute. Counts, hours and versions follow.

This is an event of its own and works after 已确认 too: the text under the signature stays as it is, the row says what is
true now, and the audit keeps what it said before. Only what is archived is closed.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from activities.actions.facts import share_counts
from activities.actions.locks import lock_branches
from activities.actions.records import NotEditable, settle
from activities.models import ActivityRecord, GatheringBranch, RollEntry
from activities.rules.roll import minutes_by_record
from activities.rules.states import ARCHIVED, DRAFT


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
    records = list(ActivityRecord.objects.filter(share_id=share.pk).select_related("branch").order_by("pk"))
    counted = [record for record in records if record.state != DRAFT]
    entries = list(RollEntry.objects.filter(share_id=share.pk).order_by("row_number"))
    entry = next((row for row in entries if row.member_id == member_id), None)
    if entry is None or not counted or any(record.state == ARCHIVED for record in counted):
        raise NotEditable
    entry.status, entry.leave_type = status, leave_type
    if reason is not None:
        entry.reason = reason
    entry.minutes = sum(minutes_by_record(status, [record.study_minutes or 0 for record in records]))
    entry.own_minutes = None
    entry.marked_by, entry.marked_at = by, timezone.now()
    entry.save()
    GatheringBranch.objects.filter(pk=share.pk).update(**share_counts(row.status for row in entries))
    settle(by, records, entries, {record.assessment_year for record in counted})
    # Whoever has a page of them open is told that something changed, instead of writing the old row over it.
    ActivityRecord.objects.filter(pk__in=[record.pk for record in counted]).update(version=F("version") + 1)
    return entry
