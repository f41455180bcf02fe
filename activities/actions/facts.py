"""What the record actions are told: facts of a gathering and the marks of its roll, free of forms."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from activities.models import GatheringBranch, RollEntry
from activities.rules.kinds import study_minutes
from activities.rules.roll import ABSENT, LEAVE, MADE_UP, count_statuses, effective_minutes, mark_label
from members.models import PartyOrganization


@dataclass(frozen=True, slots=True)
class Facts:
    """One gathering of one kind; instants are aware, `study_minutes` None where nothing was typed."""

    kind: str
    theme: str
    on_date: datetime.date
    started_at: datetime.datetime
    ended_at: datetime.datetime
    place: str
    cell: PartyOrganization | None = None
    chair_id: int | None = None
    recorder_id: int | None = None
    observers: str = ""
    lecturer: str = ""
    study_minutes: int | None = None
    content: str = ""
    summary: str = ""

    @property
    def minutes_of_study(self) -> int:
        duration = int((self.ended_at - self.started_at).total_seconds() // 60)
        return study_minutes(self.kind, self.study_minutes, duration)


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
    study_minutes: int
    counts: dict[str, int] = field(default_factory=dict)

    def rows(
        self, share: GatheringBranch, on_date: datetime.date, by, now: datetime.datetime
    ) -> list[RollEntry]:
        """Unsaved rows, each with the minutes that its status earns."""
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
                minutes=effective_minutes(mark.status, self.study_minutes, own_minutes=mark.own_minutes),
                marked_by=by,
                marked_at=now,
            )
            for mark in self.marks
        ]


def attendance(marks: Sequence[Mark], facts: Facts) -> Attendance:
    """Count a roll: 应到 leaves the exempt out, who made it up later counts as away."""
    return Attendance(marks, facts.minutes_of_study, share_counts(mark.status for mark in marks))


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
