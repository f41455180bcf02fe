"""What the enrolled of a training class are told: that they are on it, the day before it begins, and that it is off.

The words name the class and its days, no person: mail may carry them outside.
"""

from collections.abc import Iterable

from branch_portal.dates import format_date_cn, local_datetime
from branch_portal.registries import Message, send_message
from learning.models import TrainingClass, TrainingEnrollment
from learning.queries.training_subjects import class_subject, class_url
from members.models import PartyOrganization
from notices.actions.slots import cancel_reminders, plan_reminders

RULE_KEY = "training_notice"


def remind_enrolled(*, by, training: TrainingClass) -> None:
    """Bring the reminder before the class in line with its first day and with who is enrolled now."""
    first = training.sessions.first()
    start = None if first is None else _start(training, first)
    groups = _groups(TrainingEnrollment.objects.filter(training=training), training)
    for subject, organization, members in groups:
        if start is None or training.state != TrainingClass.State.PLANNED or not members:
            cancel_reminders(by=by, subject=subject)
            continue
        plan_reminders(
            by=by,
            rule_key=RULE_KEY,
            subject=subject,
            organization=organization,
            anchor=start,
            not_after=start,
            audience={"kind": "members", "ids": members},
            title=f"集中培训即将开班：{training.title}"[:120],
            body=_words(training),
            link=class_url(training),
        )


def tell_enrolled(*, by, training: TrainingClass, enrollments: Iterable[TrainingEnrollment]) -> None:
    """Tell those who were just put on the list."""
    added = list(enrollments)
    if not added:
        return
    since = min(row.number for row in added)
    for subject, organization, members in _groups(added, training):
        if members:
            message = Message(
                rule_key=RULE_KEY,
                subject=f"{subject}:from{since}",
                organization=organization,
                member_ids=tuple(members),
                title=f"请参加集中培训：{training.title}"[:120],
                body=_words(training),
                link=class_url(training),
            )
            send_message(by=by, message=message)


def call_off(*, by, training: TrainingClass) -> None:
    """The class is cancelled: nothing more is recalled, and everybody enrolled learns it."""
    for subject, organization, members in _groups(
        TrainingEnrollment.objects.filter(training=training), training
    ):
        cancel_reminders(by=by, subject=subject)
        if members:
            message = Message(
                rule_key=RULE_KEY,
                subject=f"{subject}:off",
                organization=organization,
                member_ids=tuple(members),
                title=f"集中培训取消：{training.title}"[:120],
                body="原定的集中培训班已取消，不必参加。",
                link=class_url(training),
            )
            send_message(by=by, message=message)


def _groups(
    enrollments: Iterable[TrainingEnrollment], training: TrainingClass
) -> list[tuple[str, PartyOrganization, list[int]]]:
    """(subject, organisation, members): the organiser's own in one piece, guests by branch, because a message only reaches
    members of the organisation that it is sent for."""
    own: list[int] = []
    guests: dict[PartyOrganization, list[int]] = {}
    asked = [row.branch for row in training.branches.select_related("branch").order_by("pk")]
    for branch in asked:
        if not branch.path.startswith(training.organizer.path):
            guests[branch] = []
    by_id = {branch.pk: branch for branch in guests}
    for row in enrollments:
        guest = by_id.get(row.branch_id)
        (own if guest is None else guests[guest]).append(row.member_id)
    subject = class_subject(training)
    return [
        (subject, training.organizer, sorted(own)),
        *((f"{subject}:{branch.uid}", branch, sorted(members)) for branch, members in guests.items()),
    ]


def _start(training: TrainingClass, session):
    morning = session.half == session.Half.MORNING
    return local_datetime(session.on_date, training.morning_from if morning else training.afternoon_from)


def _words(training: TrainingClass) -> str:
    days = format_date_cn(training.first_on)
    if training.last_on != training.first_on:
        days += f"至{format_date_cn(training.last_on)}"
    return f"时间：{days}；地点：{training.place}；举办单位：{training.organizer}。不能参加的，请提前向党支部请假。"
