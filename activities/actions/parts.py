"""Several records of one gathering (S2): a lecture held within a general meeting has its own record and the same roll."""

from django.db import transaction
from django.utils import timezone

from activities.actions.facts import Texts
from activities.actions.locks import lock_branches
from activities.actions.minutes import write_minutes
from activities.actions.records import (
    NotEditable,
    change_record,
    locked_for_change,
    record_values,
    settle,
    sign,
)
from activities.models import ActivityRecord, GatheringBranch, RollEntry
from activities.rules.roll import minutes_by_record


class AlreadyThere(Exception):
    """The gathering has a record of this kind."""


@transaction.atomic
def add_part(*, by, share: GatheringBranch, texts: Texts, signed: bool = True) -> ActivityRecord:
    """One more record of a gathering that was held; AlreadyThere when it has one of the kind, NotEditable without a roll."""
    lock_branches([share.branch_id])
    current = GatheringBranch.objects.select_related("gathering", "branch").get(pk=share.pk)
    others = list(ActivityRecord.objects.filter(share=current).select_related("branch").order_by("pk"))
    if current.roll_saved_at is None:
        raise NotEditable
    if any(other.kind == texts.kind for other in others):
        raise AlreadyThere
    record = ActivityRecord(
        share=current,
        branch=current.branch,
        cell=current.cell,
        kind=texts.kind,
        **record_values(texts, current.gathering),
    )
    if signed:
        sign(record, by, timezone.now())
    record.save(force_insert=True)
    write_minutes(record, texts, fresh=True)
    settle_share(by, [*others, record], {record.assessment_year})
    return record


@transaction.atomic
def update_part(
    *, by, record: ActivityRecord, version: int, texts: Texts, signed: bool = True
) -> ActivityRecord:
    """Change a record's own texts and study minutes, and nothing of the gathering; Conflict and NotEditable as ever."""
    stored = locked_for_change(record, version)
    current, years = stored.record, {stored.record.assessment_year}
    change_record(current, texts, current.share.gathering, by, timezone.now(), signed=signed)
    current.save()
    write_minutes(current, texts, fresh=not stored.has_minutes)
    settle_share(by, [current, *stored.siblings], years | {current.assessment_year})
    return current


def settle_share(by, records: list[ActivityRecord], years: set[int]) -> None:
    """The roll's minutes are those of all records together; each record earns its part of them. A seal is over a
    record's own part, so what is archived stays whole.
    """
    ordered = sorted(records, key=lambda row: row.pk)
    study = [row.study_minutes or 0 for row in ordered]
    entries = list(RollEntry.objects.filter(share=ordered[0].share_id).order_by("row_number"))
    changed = []
    for entry in entries:
        minutes = sum(minutes_by_record(entry.status, study, entry.own_minutes))
        if minutes != entry.minutes:
            entry.minutes = minutes
            changed.append(entry)
    if changed:
        RollEntry.objects.bulk_update(changed, ["minutes"])
    settle(by, ordered, entries, years)
