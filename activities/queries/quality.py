"""Collecting what records are judged by: one statement for one record or for hundreds."""

import datetime
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from activities.models import ActivityRecord, AgendaItem, Ballot, Remark, Resolution, RollEntry
from activities.rules.parts import AGENDA, LECTURER, MATERIAL, PREPARATION, REMARKS, RESOLUTIONS, SUMMARY
from activities.rules.quality import (
    CHAIR,
    PLACE,
    RECORDER,
    ROLL,
    TEXT,
    TIME,
    Counts,
    RecordFacts,
    ResolutionFact,
    RollFact,
    VoteFact,
    begun_on,
)
from branch_portal.dates import local_date

_VOTE = {
    "number": "number", "expected": "expected_voting", "present": "present_voting", "in_favour": "votes_for",
    "against": "votes_against", "abstain": "votes_abstain", "written_for": "written_for", "needed": "votes_needed",
    "quorum": "quorum_needed", "outcome": "outcome", "issued": "ballots_issued", "collected": "ballots_collected",
    "valid": "ballots_valid", "invalid": "ballots_invalid",
}  # fmt: skip
_ROLL = {"number": "row_number", "status": "status", "leave_type": "leave_type", "reason": "reason"}
#: What is judged, and whose it is: putting together a statement of all columns takes longer than to run it.
_READ = (
    "kind", "on_date", "created_at", "recorded_at", "branch_id", "assessment_year",
    "preparation", "content", "summary", "lecturer", "material",
    *(f"share__{name}" for name in (
        "expected_count", "present_count", "leave_count", "absent_count", "chair_id", "recorder_id", "roll_saved_at",
        "gathering__started_at", "gathering__ended_at", "gathering__place",
    )),
)  # fmt: skip
_RESOLUTION = {"position": "position", "due_on": "due_on", "closed_on": "closed_on"}


def _rows(rows: QuerySet, columns: dict[str, str], order: str) -> ArraySubquery:
    named = JSONObject(**{name: F(column) for name, column in columns.items()})
    return ArraySubquery(rows.order_by(order).values(found=named))


def with_facts(records: QuerySet[ActivityRecord]) -> QuerySet[ActivityRecord]:
    """The records with all that `facts_of` reads of them."""
    own = {"record": OuterRef("pk")}
    return records.select_related("share__gathering").annotate(
        first_signed=F("quality__counted_since"),
        has_agenda=Exists(AgendaItem.objects.filter(**own)),
        has_remarks=Exists(Remark.objects.filter(**own)),
        roll_facts=_rows(RollEntry.objects.filter(share=OuterRef("share")), _ROLL, "row_number"),
        vote_facts=_rows(Ballot.objects.filter(**own, state=Ballot.State.DECIDED), _VOTE, "number"),
        resolution_facts=_rows(Resolution.objects.filter(**own), _RESOLUTION, "position"),
    )


def facts_of(record: Any) -> RecordFacts:
    """The facts of a record from `with_facts`."""
    share, gathering = record.share, record.share.gathering
    first_signed = record.first_signed or record.recorded_at
    signed = local_date(first_signed) if first_signed else None
    return RecordFacts(
        kind=record.kind,
        on_date=record.on_date,
        begun_on=begun_on(record.on_date, local_date(record.created_at), signed),
        filled=_filled(record, share, gathering),
        counts=Counts(share.expected_count, share.present_count, share.leave_count, share.absent_count),
        roll=[RollFact(**row) for row in record.roll_facts],
        votes=[VoteFact(**row) for row in record.vote_facts],
        resolutions=[
            ResolutionFact(row["position"], _day(row["due_on"]), _day(row["closed_on"]))
            for row in record.resolution_facts
        ],
    )


def _filled(record: Any, share, gathering) -> frozenset[str]:
    have = {
        TIME: gathering.started_at and gathering.ended_at,
        PLACE: gathering.place.strip(),
        CHAIR: share.chair_id,
        RECORDER: share.recorder_id,
        ROLL: share.roll_saved_at,
        # Minutes in parts are text too.
        TEXT: record.content.strip() or record.has_remarks or record.summary.strip(),
        AGENDA: record.has_agenda,
        REMARKS: record.has_remarks,
        RESOLUTIONS: record.resolution_facts,
        PREPARATION: record.preparation.strip(),
        LECTURER: record.lecturer.strip(),
        MATERIAL: record.material.strip(),
        SUMMARY: record.summary.strip(),
    }
    return frozenset(key for key, value in have.items() if value)


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def judged_facts(ids: Iterable[int]) -> list[tuple[ActivityRecord, RecordFacts]]:
    """Counted records by key, each with its facts. One query."""
    return [(record, facts_of(record)) for record in _judged().filter(pk__in=list(ids))]


@cache
def _judged() -> QuerySet[ActivityRecord]:
    """The question, put together once: every save asks it, of other records."""
    return with_facts(ActivityRecord.objects.counted()).only(*_READ)
