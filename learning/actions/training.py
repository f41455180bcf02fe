"""Training classes: their facts, their half-days, the branches that are asked to send people.

Every action holds the class's row, so roll, list and confirmation never pass each other.
"""

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.db import transaction

from learning.actions.training_notices import call_off, remind_enrolled
from learning.models import TrainingBranch, TrainingClass, TrainingEnrollment, TrainingMark, TrainingSession
from learning.queries.rules import RuleBook
from learning.rules.categories import CENTRAL_TRAINING, DEFAULT_MINUTES_PER_HOUR
from learning.rules.training import earned_minutes, half_day_minutes, half_days
from members.actions.errors import ActionRefused
from members.models import PartyOrganization


class ClassConflict(ActionRefused):
    """Somebody else has changed the class since the page was opened."""


@dataclass(frozen=True)
class ClassFacts:
    """What a class is: its form's fields."""

    title: str
    level: str
    place: str
    first_on: datetime.date
    last_on: datetime.date
    day_hours: int = 8
    morning_from: datetime.time = datetime.time(9)
    afternoon_from: datetime.time = datetime.time(14)
    teacher: str = ""
    topics: str = ""
    materials: str = ""


@transaction.atomic
def plan_class(*, by, organizer: PartyOrganization, facts: ClassFacts) -> TrainingClass:
    """A class with a morning and an afternoon for each of its days."""
    training = TrainingClass.objects.create(organizer=organizer, created_by=by, **asdict(facts))
    _add_half_days(training, set())
    return training


@transaction.atomic
def change_class(*, by, training: TrainingClass, version: int, facts: ClassFacts) -> TrainingClass:
    """Change the facts. Half-days follow the dates; those whose roll is taken keep their minutes and cannot go."""
    locked = lock_class(training)
    if locked.version != version:
        raise ClassConflict("这个培训班刚被其他人修改过，请核对后重新保存。")
    must_be_open(locked)
    left_out, counted_anew = _left_out(locked), locked.day_hours != facts.day_hours
    for name, value in asdict(facts).items():
        setattr(locked, name, value)
    outside = TrainingSession.objects.filter(training=locked).exclude(
        on_date__range=(facts.first_on, facts.last_on)
    )
    if taken := outside.filter(roll_saved_at__isnull=False).first():
        raise ActionRefused(f"{taken.label}已经点名，日期范围应包括这一天。")
    outside.delete()
    if counted_anew:
        TrainingSession.objects.filter(training=locked, roll_saved_at__isnull=True).delete()
    _add_half_days(locked, left_out)
    touch(locked)
    remind_enrolled(by=by, training=locked)
    return locked


@transaction.atomic
def set_half_days(*, by, training: TrainingClass, minutes: Mapping[tuple[datetime.date, str], int]) -> None:
    """Say how long each half-day is; 0 for one that is not held. Marks that are taken are counted anew."""
    locked = lock_class(training)
    must_be_open(locked)
    stored = {(row.on_date, row.half): row for row in locked.sessions.all()}
    for key, length in minutes.items():
        session = stored.get(key)
        if session is None and length:
            TrainingSession.objects.create(training=locked, on_date=key[0], half=key[1], minutes=length)
        elif session is not None and not length:
            if session.roll_saved_at is not None:
                raise ActionRefused(f"{session.label}已经点名，不能取消这个半天。")
            session.delete()
        elif session is not None and session.minutes != length:
            session.minutes = length
            session.save(update_fields=["minutes"])
            _count_anew(session)
    if not locked.sessions.exists():
        raise ActionRefused("至少保留一个半天；整个培训班不办了，请用“取消培训班”。")
    touch(locked)
    remind_enrolled(by=by, training=locked)


@transaction.atomic
def cancel_class(*, by, training: TrainingClass, reason: str) -> TrainingClass:
    """Call a class off that has not begun."""
    locked = lock_class(training)
    if locked.state != TrainingClass.State.PLANNED:
        raise ActionRefused("培训班已经开班或取消，不能再取消。")
    locked.state, locked.cancelled_reason = TrainingClass.State.CANCELLED, reason
    touch(locked)
    call_off(by=by, training=locked)
    return locked


@transaction.atomic
def ask_branch(*, by, training: TrainingClass, branch: PartyOrganization) -> TrainingBranch:
    """Ask another branch to send people, for a class of several branches. Twice is once."""
    locked = lock_class(training)
    must_be_open(locked)
    if not branch.is_branch or branch.abolished_on is not None or branch.pk == locked.organizer_id:
        raise ActionRefused("只能邀请其他现有的党支部。")
    row, _ = TrainingBranch.objects.get_or_create(training=locked, branch=branch, defaults={"asked_by": by})
    return row


@transaction.atomic
def unask_branch(*, by, training: TrainingClass, branch: PartyOrganization) -> None:
    """Take an invitation back as long as nobody of the branch is enrolled."""
    locked = lock_class(training)
    must_be_open(locked)
    if TrainingEnrollment.objects.filter(training=locked, branch=branch).exists():
        raise ActionRefused("该党支部已有学员，请先从名单中移出。")
    TrainingBranch.objects.filter(training=locked, branch=branch).delete()


def lock_class(training: TrainingClass) -> TrainingClass:
    return (
        TrainingClass.objects.select_for_update(of=("self",)).select_related("organizer").get(pk=training.pk)
    )


def must_be_open(training: TrainingClass) -> None:
    if not training.is_open:
        raise ActionRefused(f"培训班{training.get_state_display()}，不能再修改。")


def touch(training: TrainingClass) -> None:
    """Save the class under its next version, which calendars count by."""
    training.version += 1
    training.save()


def _add_half_days(training: TrainingClass, left_out: set[tuple[datetime.date, str]]) -> None:
    """The half-days that are missing, each with the minutes of its own year's rule."""
    book = RuleBook()
    there = set(training.sessions.values_list("on_date", "half")) | left_out
    TrainingSession.objects.bulk_create(
        TrainingSession(
            training=training,
            on_date=day,
            half=half,
            minutes=half_day_minutes(training.day_hours, _minutes_per_hour(book, day.year)),
        )
        for day, half in half_days(training.first_on, training.last_on)
        if (day, half) not in there
    )


def _left_out(training: TrainingClass) -> set[tuple[datetime.date, str]]:
    """Half-days of the class that somebody said are not held: they stay so."""
    there = set(training.sessions.values_list("on_date", "half"))
    return set(half_days(training.first_on, training.last_on)) - there


def _minutes_per_hour(book: RuleBook, year: int) -> int:
    rule = book.rules(year).get(CENTRAL_TRAINING)
    return rule.minutes_per_hour if rule else DEFAULT_MINUTES_PER_HOUR


def _count_anew(session: TrainingSession) -> None:
    marks = list(TrainingMark.objects.filter(session=session))
    for mark in marks:
        mark.minutes = earned_minutes(mark.status, session.minutes, mark.own_minutes)
    TrainingMark.objects.bulk_update(marks, ["minutes"], batch_size=1000)
