"""Training classes in the calendar: each half-day, to whom it concerns."""

import datetime
from collections.abc import Iterator

from branch_portal.dates import local_datetime
from branch_portal.registries import CalendarEntry, calendar_source
from learning.models import TrainingClass, TrainingSession
from learning.queries.training import sessions_in_calendar
from learning.queries.training_subjects import class_url

_STATES = {"planned": "wait", "held": "done", "confirmed": "done", "cancelled": "late"}


@calendar_source
def trainings(
    *, user, branch, first: datetime.date, last: datetime.date, own: bool
) -> Iterator[CalendarEntry]:
    """One query."""
    for session in sessions_in_calendar(user, branch, first, last, own=own):
        yield _entry(session, session.training)


def _entry(session: TrainingSession, training: TrainingClass) -> CalendarEntry:
    morning = session.half == TrainingSession.Half.MORNING
    start = local_datetime(session.on_date, training.morning_from if morning else training.afternoon_from)
    return CalendarEntry(
        uid=f"training-{session.uid}",
        title=training.title,
        starts_at=start,
        ends_at=start + datetime.timedelta(minutes=session.minutes),
        place=training.place,
        url=class_url(training),
        kind="集中培训",
        organization=str(training.organizer),
        changed_at=training.changed_at,
        sequence=training.version - 1,
        state=_STATES[training.state],
        remark=training.get_state_display(),
        cancelled=training.state == TrainingClass.State.CANCELLED,
    )
