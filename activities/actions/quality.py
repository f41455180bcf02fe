"""Keeping 记录质量 in step: whatever changes a record, its roll, its votes or its resolutions calls `review_records`."""

from collections.abc import Iterable

from django.utils import timezone

from activities.models import ActivityRecord, RecordQuality
from activities.queries.quality import judged_facts
from activities.rules.quality import Quality, judge, marks_of

#: What is found anew each time; `counted_since` is the first signature's and stays.
FOUND = (
    "branch_id",
    "year",
    "required",
    "missing",
    "absences",
    "unexplained",
    "days_late",
    "sums",
    "late_since",
    "marks",
)


def review_records(ids: Iterable[int]) -> None:
    """Find out anew about these counted records; two statements, however many. Part of the change that calls it."""
    write_quality([quality_row(record, judge(facts)) for record, facts in judged_facts(ids)])


def write_quality(rows: list[RecordQuality]) -> None:
    if rows:
        RecordQuality.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["record"],
            update_fields=[name.removesuffix("_id") for name in FOUND],
        )


def quality_row(record: ActivityRecord, found: Quality) -> RecordQuality:
    """An unsaved row."""
    return RecordQuality(
        record_id=record.pk,
        branch_id=record.branch_id,
        year=record.assessment_year,
        counted_since=record.recorded_at or timezone.now(),
        required=found.required,
        missing=" ".join(found.missing),
        absences=found.absences,
        unexplained=" ".join(map(str, found.unexplained)),
        days_late=found.days_late,
        sums="\n".join(found.sums),
        late_since=found.late_since,
        marks=marks_of(found),
    )
