"""What the record actions are told: facts of a gathering, texts of a record, marks of the roll, free of forms."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from activities.models import GatheringBranch, RollEntry
from activities.rules.kinds import study_minutes
from activities.rules.roll import ABSENT, LATE, LEAVE, MADE_UP, count_statuses, mark_label, minutes_by_record
from members.models import PartyOrganization


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One 议题; `prior_id` names the committee meeting's record in which it was discussed before."""

    title: str
    important: bool = False
    prior_id: int | None = None


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """What one speaker said; `speaker_id` where the name is one of the list of the day."""

    speaker_name: str
    text: str
    speaker_id: int | None = None
    dissent: bool = False


@dataclass(frozen=True, slots=True)
class ResolutionLine:
    """One 决议; `uid` of the stored one that it changes."""

    text: str
    owner_name: str = ""
    owner_id: int | None = None
    due_on: datetime.date | None = None
    uid: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """What one record says beside time, place and roll. `study_minutes` is None where nothing was typed.

    `assessment_year` is the year that an org-life meeting or an appraisal belongs to; None is the year of its day.
    """

    kind: str
    theme: str
    lecturer: str = ""
    material: str = ""
    held_as: str = ""
    preparation: str = ""
    study_minutes: int | None = None
    content: str = ""
    summary: str = ""
    assessment_year: int | None = None
    agenda: Sequence[AgendaLine] = ()
    remarks: Sequence[RemarkLine] = ()
    resolutions: Sequence[ResolutionLine] = ()

    def minutes_of_study(self, duration: int) -> int:
        return study_minutes(self.kind, self.study_minutes, duration)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(Texts):
    """One gathering of one kind with its record's texts; instants are aware."""

    on_date: datetime.date
    started_at: datetime.datetime
    ended_at: datetime.datetime
    place: str
    cell: PartyOrganization | None = None
    chair_id: int | None = None
    recorder_id: int | None = None
    observers: str = ""

    @property
    def duration(self) -> int:
        return int((self.ended_at - self.started_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of the roll as it is to be stored; `own_minutes` only for who came late."""

    row_number: int
    member_id: int
    name: str
    status: str
    leave_type: str = ""
    reason: str = ""
    own_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Attendance:
    """A whole roll: rows to store and the four counts of the share, which always add up."""

    marks: Sequence[Mark]
    counts: dict[str, int] = field(default_factory=dict)

    def rows(
        self,
        share: GatheringBranch,
        on_date: datetime.date,
        by,
        now: datetime.datetime,
        *,
        study: Sequence[int],
    ) -> list[RollEntry]:
        """Unsaved rows, each with the minutes that its status earns of the records' study minutes together."""
        return [
            RollEntry(
                share=share,
                branch_id=share.branch_id,
                member_id=mark.member_id,
                on_date=on_date,
                row_number=mark.row_number,
                name=mark.name,
                status=mark.status,
                leave_type=mark.leave_type,
                # Leave says its own reason (病假 …); the paper always has one for who was not there.
                reason=mark.reason
                or (mark_label(mark.status, mark.leave_type) if mark.status == LEAVE else ""),
                own_minutes=mark.own_minutes if mark.status == LATE else None,
                minutes=sum(minutes_by_record(mark.status, study, mark.own_minutes)),
                marked_by=by,
                marked_at=now,
            )
            for mark in self.marks
        ]


def attendance(marks: Sequence[Mark]) -> Attendance:
    """Count a roll: 应到 leaves the exempt out, who made it up later counts as away."""
    return Attendance(marks, share_counts(mark.status for mark in marks))


def share_counts(statuses: Iterable[str]) -> dict[str, int]:
    """The four counts of a share, which always add up."""
    listed = list(statuses)
    count = count_statuses(listed)
    return {
        "expected_count": count.expected,
        "present_count": count.present,
        "leave_count": count.leave,
        "absent_count": sum(status in (ABSENT, MADE_UP) for status in listed),
    }
