"""Reading training classes: what a user sees of them, the roll as a grid, and who may still be put on the list."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from learning.keepers import keeps
from learning.models import TrainingClass, TrainingEnrollment, TrainingMark, TrainingSession
from learning.queries.rules import RuleBook
from learning.rules.categories import CENTRAL_TRAINING
from learning.rules.hours import credit_hours
from learning.rules.training import Attended, by_year
from members.models import Member, PartyOrganization, PostTenure

MOST_CANDIDATES = 300
MOST_BRANCHES = 20
_OFFICERS = [post for post in PostTenure.Post.values if post != PostTenure.Post.CELL_LEADER]
#: What the choice 职务 offers: value → (label, posts).
POST_GROUPS: dict[str, tuple[str, Sequence[str]]] = {
    "secretary": ("书记、副书记", (PostTenure.Post.SECRETARY, PostTenure.Post.DEPUTY_SECRETARY)),
    "officers": ("支部委员会成员", _OFFICERS),
    "cell_leader": ("党小组组长", (PostTenure.Post.CELL_LEADER,)),
}


@dataclass
class GridRow:
    """One enrolled member with the marks by session, and the hours that they make in each year."""

    enrollment: TrainingEnrollment
    marks: dict[int, TrainingMark] = field(default_factory=dict)
    hours: Decimal = Decimal(0)

    @property
    def attended(self) -> int:
        return sum(mark.minutes > 0 for mark in self.marks.values())

    @property
    def minutes(self) -> int:
        return sum(mark.minutes for mark in self.marks.values())


@dataclass(frozen=True)
class Grid:
    """The roll of a class as far as the asker sees it."""

    sessions: Sequence[TrainingSession]
    rows: Sequence[GridRow]

    @property
    def unmarked(self) -> int:
        """People without a mark on some half-day whose roll is taken."""
        taken = [session.pk for session in self.sessions if session.roll_saved_at is not None]
        return sum(any(key not in row.marks for key in taken) for row in self.rows)


def classes_of(user):
    """Classes that the user sees, with how many people of each; the latest first."""
    enrolled = (
        TrainingEnrollment.objects.visible_to(user)
        .filter(training=OuterRef("pk"))
        .order_by()
        .values("training")
        .annotate(many=Count("pk"))
        .values("many")
    )
    return (
        TrainingClass.objects.visible_to(user)
        .select_related("organizer")
        .annotate(people=Coalesce(Subquery(enrolled, output_field=IntegerField()), 0))
    )


def grid_of(user, training: TrainingClass) -> Grid:
    """Four queries, whatever the size of the class."""
    sessions = list(training.sessions.all())
    enrollments = list(
        TrainingEnrollment.objects.visible_to(user)
        .filter(training=training)
        .select_related("member", "branch")
        .defer(*(f"member__{name}" for name in Member.SEALED_FIELDS))
        .in_order()
    )
    rows = {row.pk: GridRow(row) for row in enrollments}
    for mark in TrainingMark.objects.filter(enrollment__in=rows):
        rows[mark.enrollment_id].marks[mark.session_id] = mark
    days = {session.pk: session.on_date for session in sessions}
    book = RuleBook()
    for row in rows.values():
        attended = [
            Attended(row.enrollment.member_id, days[key], mark.minutes) for key, mark in row.marks.items()
        ]
        for share in by_year(attended):
            rule = book.rules(share.year).get(CENTRAL_TRAINING)
            row.hours += credit_hours(share.minutes, rule) if rule else Decimal(0)
    return Grid(sessions, list(rows.values()))


def session_counts(user, training: TrainingClass) -> Mapping[int, Mapping[str, int]]:
    """Session → status → how many of the people whom the user sees."""
    found: dict[int, dict[str, int]] = {}
    marks = TrainingMark.objects.visible_to(user).filter(session__training=training)
    for session, status, many in marks.order_by().values_list("session", "status").annotate(Count("pk")):
        found.setdefault(session, {})[status] = many
    return found


def marks_of(session: TrainingSession) -> tuple[list[TrainingEnrollment], dict[int, TrainingMark]]:
    """Everybody on the list and the marks of a half-day, for who keeps the class."""
    enrollments = list(
        session.training.enrollments.select_related("member", "branch")
        .defer(*(f"member__{name}" for name in Member.SEALED_FIELDS))
        .in_order()
    )
    return enrollments, {mark.enrollment_id: mark for mark in session.marks.all()}


def sessions_in_calendar(user, branch, first: datetime.date, last: datetime.date, *, own: bool):
    """Half-days of classes that the branch holds or has people in; `own`: that the user is enrolled in. One query."""
    enrolled = TrainingEnrollment.objects.visible_to(user).filter(training=OuterRef("training"))
    if own:
        concerns = Q(Exists(enrolled.filter(member_id=user.member_id)))
    else:
        held = TrainingClass.objects.visible_to(user).filter(pk=OuterRef("training"), organizer=branch)
        concerns = Q(Exists(held)) | Q(Exists(enrolled.filter(branch=branch)))
    return (
        TrainingSession.objects.filter(concerns, on_date__range=(first, last))
        .select_related("training__organizer")
        .order_by("on_date", "half", "pk")
    )


def coming_for(member, day: datetime.date):
    """Classes of a member that have not ended."""
    enrolled = TrainingEnrollment.objects.filter(training=OuterRef("pk"), member=member)
    return (
        TrainingClass.objects.filter(Exists(enrolled), last_on__gte=day)
        .exclude(state=TrainingClass.State.CANCELLED)
        .select_related("organizer")
        .order_by("first_on", "pk")[:3]
    )


def minutes_ahead(
    member: Member, first: datetime.date, last: datetime.date
) -> list[tuple[TrainingClass, datetime.date, int]]:
    """Classes with the member on the list: the last day and the minutes of what is still ahead of each between two days."""
    sessions = (
        TrainingSession.objects.filter(
            training__enrollments__member=member, on_date__range=(first, last), roll_saved_at__isnull=True
        )
        .exclude(training__state=TrainingClass.State.CANCELLED)
        .select_related("training")
        .order_by("on_date", "pk")
    )
    found: dict[int, tuple[TrainingClass, datetime.date, int]] = {}
    for session in sessions:
        training, _, minutes = found.get(session.training_id, (session.training, session.on_date, 0))
        found[session.training_id] = training, session.on_date, minutes + session.minutes
    return list(found.values())


# --- Who may be put on the list ---


def sending_branches(user, training: TrainingClass):
    """Branches whose members the user may put on the list: all of the organiser's for who keeps the class, else the own
    one that was asked."""
    branches = PartyOrganization.objects.branches().filter(abolished_on__isnull=True)
    invited = branches.filter(pk__in=training.branches.values("branch")).permitted(
        user, Permission.LOG_GATHERINGS
    )
    condition = Q(pk__in=invited.values("pk"))
    if keeps(user, training.organizer):
        condition |= Q(path__startswith=training.organizer.path)
    return branches.filter(condition).in_official_order()


def candidates(user, training: TrainingClass, *, branch=None, post="", category="", names=()):
    """Members who may be put on the list and are not on it; ordered by branch and name."""
    branches = sending_branches(user, training)
    people = (
        Member.objects.current()
        .without_personal_data()
        .filter(branch__in=branches.order_by().values("pk") if branch is None else [branch.pk])
        .exclude(pk__in=training.enrollments.values("member"))
        .select_related("branch")
        .order_by("branch__sort_number", "branch__path", "name_pinyin", "pk")
    )
    if post:
        held = PostTenure.objects.on(today_shanghai()).filter(
            member=OuterRef("pk"), post__in=POST_GROUPS[post][1]
        )
        people = people.filter(Exists(held))
    if category:
        people = people.filter(category=category)
    return people.filter(name__in=names) if names else people


def branches_to_ask(training: TrainingClass, text: str) -> list[PartyOrganization]:
    """Branches outside the organiser's own whose name holds the text, not asked yet."""
    text = text.strip()
    if not text or "\x00" in text:
        return []
    return list(
        PartyOrganization.objects.branches()
        .filter(Q(name__contains=text) | Q(short_name__contains=text), abolished_on__isnull=True)
        .exclude(path__startswith=training.organizer.path)
        .exclude(pk__in=training.branches.values("branch"))
        .in_official_order()[:MOST_BRANCHES]
    )


def branch_to_ask(training: TrainingClass, uid) -> PartyOrganization | None:
    """The branch of the posted button; anything else is none."""
    return (
        PartyOrganization.objects.branches()
        .filter(uid=uid, abolished_on__isnull=True)
        .exclude(path__startswith=training.organizer.path)
        .first()
    )
