"""Reading minutes: what a record is made of, what was resolved before, and what the committee discussed beforehand."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.db.models.expressions import Combinable

from activities.models import ActivityKind, ActivityRecord, AgendaItem, Remark, Resolution
from activities.rules.parts import (
    AGENDA,
    LECTURER,
    MATERIAL,
    PREPARATION,
    REMARKS,
    RESOLUTIONS,
    SUMMARY,
    missing_parts,
)
from branch_portal.dates import format_date_cn
from members.models import PartyOrganization

PRIOR_WITHIN = datetime.timedelta(days=183)


def has_minutes() -> Combinable:
    """Of a queryset of records: whether any of the rows that minutes are made of is there."""
    agenda, remarks, resolutions = (
        Exists(model.objects.filter(record=OuterRef("pk"))) for model in (AgendaItem, Remark, Resolution)
    )
    return agenda | remarks | resolutions


@dataclass(frozen=True, slots=True)
class PriorMeeting:
    """A committee meeting in which something may have been discussed before it came to the general meeting."""

    pk: int
    uid: str
    label: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """A record's rows in their order."""

    agenda: list[AgendaItem]
    remarks: list[Remark]
    resolutions: list[Resolution]


def minutes_of(record: ActivityRecord) -> Minutes:
    """Three queries."""
    return Minutes(
        list(AgendaItem.objects.filter(record=record).select_related("prior")),
        list(Remark.objects.filter(record=record)),
        list(Resolution.objects.filter(record=record)),
    )


def stored_rows(record: ActivityRecord) -> dict[str, list[dict]]:
    """A record's rows as the form shows them again, by part. Three queries."""
    minutes = minutes_of(record)
    return {
        AGENDA: [
            {"title": row.title, "important": row.important, "prior": row.prior.uid.hex if row.prior else ""}
            for row in minutes.agenda
        ],
        REMARKS: [
            {"speaker": row.speaker_name, "text": row.text, "dissent": row.dissent} for row in minutes.remarks
        ],
        RESOLUTIONS: [
            {"text": row.text, "owner": row.owner_name, "due_on": row.due_on, "uid": row.uid}
            for row in minutes.resolutions
        ],
    }


def lacking(record: ActivityRecord, minutes: Minutes) -> list[str]:
    """Labels of what a complete record of its kind would have and this one has not."""
    filled = {
        AGENDA: minutes.agenda,
        REMARKS: minutes.remarks,
        RESOLUTIONS: minutes.resolutions,
        PREPARATION: record.preparation,
        LECTURER: record.lecturer,
        MATERIAL: record.material,
        SUMMARY: record.summary,
    }
    return missing_parts(record.kind, [part for part, value in filled.items() if value])


def prior_meetings(branch: PartyOrganization, kind: str, day: datetime.date) -> list[PriorMeeting]:
    """The branch committee's meetings of the half year before the day, the latest first; only asked for a general meeting."""
    if kind != ActivityKind.GENERAL_MEETING:
        return []
    records = (
        ActivityRecord.objects.filter(
            branch=branch,
            kind=ActivityKind.COMMITTEE_MEETING,
            on_date__range=(day - PRIOR_WITHIN, day),
        )
        .counted()
        .newest_first()
        .only("uid", "on_date", "title")[:12]
    )
    return [
        PriorMeeting(record.pk, record.uid.hex, f"{format_date_cn(record.on_date)} {record.title}"[:60])
        for record in records
    ]


def open_resolutions(branch: PartyOrganization, *, limit: int = 5) -> list[Resolution]:
    """What the branch has resolved and not yet seen through, the most urgent first."""
    rows = Resolution.objects.filter(branch=branch).open().select_related("record")
    return list(rows.order_by("due_on", "pk")[:limit])


def carried_agenda(branch: PartyOrganization, kind: str) -> list[dict]:
    """Agenda rows of a new meeting: how the open resolutions stand (S4). None where no agenda is held."""
    if kind not in (ActivityKind.GENERAL_MEETING, ActivityKind.COMMITTEE_MEETING):
        return []
    seen = open_resolutions(branch)
    if kind == ActivityKind.GENERAL_MEETING:
        # What the committee resolved among itself isn't for the general meeting's paper.
        seen = [row for row in seen if row.record.kind != ActivityKind.COMMITTEE_MEETING]
    return [{"title": f"通报决议落实情况：{row.text}"[:200]} for row in seen]


def resolutions_to_see_to(branches: Iterable[PartyOrganization], until: datetime.date) -> list[Resolution]:
    """Open resolutions of these branches that are due by the day, the most urgent first, as far as a line says it. One query."""
    said = ("uid", "due_on", "position", "branch__name", "branch__short_name", "record__kind", "record__on_date",
            "record__cell__name", "record__cell__short_name")  # fmt: skip
    rows = Resolution.objects.filter(branch__in=[branch.pk for branch in branches], due_on__lte=until).open()
    return list(rows.select_related("branch", "record__cell").only(*said).order_by("due_on", "pk"))
