"""A training class of the committee over two days, confirmed, and one that is still to come."""

import datetime

from learning.actions.training import ClassFacts, plan_class
from learning.actions.training_roll import RollMark, confirm_class, enroll, save_roll
from members.models import Member, PartyOrganization, User

_HELD_AGO, _COMING_IN = 60, 12


def build_training(
    committee: PartyOrganization, heads: list[Member], staff: User, *, today: datetime.date
) -> None:
    """The branches' secretaries are trained; each half-day somebody else was away."""
    day = today - datetime.timedelta(days=_HELD_AGO)
    training = plan_class(by=staff, organizer=committee, facts=_facts("党支部书记培训班", day, days=2))
    rows = enroll(by=staff, training=training, members=heads)
    for number, session in enumerate(training.sessions.all()):
        away = rows[number % len(rows)]
        marks = [
            RollMark(row.pk, "leave", "official") if row == away else RollMark(row.pk, "present")
            for row in rows
        ]
        save_roll(by=staff, session=session, marks=marks, seen=None)
    training.refresh_from_db()
    confirm_class(by=staff, training=training, version=training.version)
    coming = today + datetime.timedelta(days=_COMING_IN)
    planned = plan_class(by=staff, organizer=committee, facts=_facts("发展党员工作专题培训", coming, days=1))
    enroll(by=staff, training=planned, members=heads)


def _facts(title: str, first: datetime.date, *, days: int) -> ClassFacts:
    return ClassFacts(
        title=title,
        level="superior",
        place="镇党校报告厅",
        first_on=first,
        last_on=first + datetime.timedelta(days=days - 1),
        teacher="县委党校讲师",
        topics="党支部工作条例、组织生活规范、党员教育管理",
    )
