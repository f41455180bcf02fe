"""Training classes for tests, made by the actions themselves."""

import datetime

from learning.actions.training import ClassFacts, plan_class
from learning.actions.training_roll import RollMark, confirm_class, enroll, save_roll
from learning.models import StudyCredit, TrainingClass, TrainingSession

DEC_30, JAN_3 = datetime.date(2025, 12, 30), datetime.date(2026, 1, 3)


def facts(**fields) -> ClassFacts:
    values = {
        "title": "党务骨干培训班",
        "level": "superior",
        "place": "镇党校",
        "first_on": DEC_30,
        "last_on": JAN_3,
    } | fields
    return ClassFacts(**values)


def planned(by, organizer, members=(), **fields) -> TrainingClass:
    training = plan_class(by=by, organizer=organizer, facts=facts(**fields))
    if members:
        enroll(by=by, training=training, members=list(members))
    return training


def mark_all(by, session: TrainingSession, away=None, *, reason="", **own) -> TrainingSession:
    """Everybody present but `away` (row number → (status, leave type, reason))."""
    session.refresh_from_db()
    away = away or {}
    marks = []
    for row in session.training.enrollments.order_by("number"):
        status, leave_type, why = away.get(row.number, ("present", "", ""))
        marks.append(RollMark(row.pk, status, leave_type, why, own.get(f"row{row.number}")))
    return save_roll(by=by, session=session, marks=marks, seen=session.roll_saved_at, reason=reason)


def held(by, organizer, members, *, away=None, **fields) -> TrainingClass:
    training = planned(by, organizer, members, **fields)
    for session in training.sessions.all():
        mark_all(by, session, away)
    training.refresh_from_db()
    return training


def confirmed(by, organizer, members, **fields) -> TrainingClass:
    training = held(by, organizer, members, **fields)
    return confirm_class(by=by, training=training, version=training.version)


def ledger(training: TrainingClass) -> list[tuple]:
    """(member, year, day, minutes, hours, branch) of every row, corrections included."""
    rows = StudyCredit.objects.filter(source__startswith=f"learning.training:{training.uid}").order_by("pk")
    return list(rows.values_list("member_id", "year", "on_date", "minutes", "hours", "branch_id"))


def standing(training: TrainingClass) -> dict[tuple[int, int], int]:
    rows = StudyCredit.objects.filter(source__startswith=f"learning.training:{training.uid}").standing()
    return {(row.member_id, row.year): row.hours for row in rows}
