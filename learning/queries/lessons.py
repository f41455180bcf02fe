"""Reading lessons: a member's catalogue, what officers manage, and who of a branch has completed what."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from learning.models import Lesson, LessonCompletion, LessonFile, LessonSeries, Question
from members.models import Member, PartyOrganization, PostTenure

_AHEAD = 100


def catalogue(user, *, series: LessonSeries | None = None) -> QuerySet[Lesson]:
    """Published lessons of the asker, `done` and `said` for a member: unfinished first, series together, newest first."""
    own = LessonCompletion.objects.filter(lesson=OuterRef("pk"), member_id=user.member_id)
    rows = Lesson.objects.offered_to(user).select_related("organization", "series")
    if series is not None:
        rows = rows.filter(series=series)
    return rows.annotate(done=Exists(own.done()), said=Exists(own.waiting()))


def lessons_with_hours(member: Member) -> list[Lesson]:
    """What a member of a branch could still learn for hours, the newest first."""
    rows = Lesson.objects.open_to(member).filter(minutes__gt=0)
    return list(rows.order_by("-published_at", "-pk")[:_AHEAD])


def series_on_offer(user) -> QuerySet[LessonSeries]:
    """The series that have a lesson for the asker, for the filter."""
    offered = Lesson.objects.offered_to(user).order_by().values("series")
    return LessonSeries.objects.visible_to(user).filter(pk__in=offered)


def questions_asked(lesson: Lesson) -> int:
    """How many a check really asks: all of a bank that has fewer than are to be drawn. Says nothing of what they are."""
    return min(lesson.drawn, Question.objects.for_lesson(lesson).count())


def kept_files(lesson: Lesson) -> list[LessonFile]:
    """Files of a lesson that the asker may open already."""
    return list(LessonFile.objects.kept().filter(lesson=lesson).order_by("pk"))


def managed_lessons(user) -> QuerySet[Lesson]:
    """Lessons that the asker may change, with how many have completed each."""
    return (
        Lesson.objects.editable_by(user)
        .select_related("organization", "series")
        .annotate(
            done_count=Count("completions", filter=Q(completions__completed_on__isnull=False)),
        )
    )


def lesson_keepers(user) -> list[PartyOrganization]:
    """Organisations that the asker may open lessons for: branches and the committees above them."""
    found = (
        PartyOrganization.objects.permitted(user, Permission.MANAGE_LESSONS)
        .filter(abolished_on__isnull=True)
        .exclude(kind=PartyOrganization.Kind.CELL)
        .order_by("path")
    )
    return list(found[:300])


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one member of a branch is with a lesson; `attempts` and `best` only where there was a check."""

    member: Member
    completion: LessonCompletion | None
    attempts: int

    @property
    def done(self) -> bool:
        return self.completion is not None and self.completion.completed_on is not None

    @property
    def waiting(self) -> bool:
        return self.completion is not None and self.completion.completed_on is None


def branch_standing(lesson: Lesson, branch: PartyOrganization) -> list[Standing]:
    """The members of a branch whom the lesson is for: who said so first, then who is open, then who is done."""
    members = list(_audience(lesson, branch))
    ids = [member.pk for member in members]
    done = {row.member_id: row for row in LessonCompletion.objects.filter(lesson=lesson, member_id__in=ids)}
    tried = _tries(lesson, ids)
    rows = [Standing(member, done.get(member.pk), tried.get(member.pk, 0)) for member in members]
    return sorted(rows, key=lambda row: (row.done, not row.waiting, row.member.name_pinyin, row.member.pk))


def _tries(lesson: Lesson, ids: Collection[int]) -> dict[int, int]:
    counted = (
        lesson.attempts.filter(submitted_at__isnull=False, member_id__in=ids)
        .order_by()
        .values_list("member_id")
        .annotate(number=Count("pk"))
    )
    return dict(counted)


def _audience(lesson: Lesson, branch: PartyOrganization) -> QuerySet[Member]:
    members = Member.objects.without_personal_data().current().filter(branch=branch)
    completed = LessonCompletion.objects.filter(lesson=lesson).values("member")
    if lesson.audience == Lesson.Audience.CATEGORIES:
        return members.filter(Q(category__in=lesson.audience_values) | Q(pk__in=completed))
    if lesson.audience == Lesson.Audience.POSTS:
        holders = PostTenure.objects.on(today_shanghai()).filter(post__in=lesson.audience_values)
        return members.filter(Q(pk__in=holders.values("member")) | Q(pk__in=completed))
    return members


def lesson_branches(user, lesson: Lesson) -> QuerySet[PartyOrganization]:
    """Branches below the lesson's organisation whose study hours the asker may read."""
    return (
        PartyOrganization.objects.permitted(user, Permission.VIEW_STUDY)
        .branches()
        .filter(abolished_on__isnull=True, path__startswith=lesson.organization.path)
        .in_official_order()
    )


def confirmable(user, lesson: Lesson, branch: PartyOrganization) -> bool:
    """Whether the asker may confirm completions of this branch's members."""
    return user.access.may(Permission.MANAGE_LESSONS, branch) and lesson.state != Lesson.State.DRAFT


def managed_series_list(user) -> QuerySet[LessonSeries]:
    """The series that the asker keeps, with the number of their lessons and of their own questions."""
    return (
        LessonSeries.objects.editable_by(user)
        .select_related("organization")
        .annotate(
            lesson_count=Count("lessons", distinct=True),
            question_count=Count("questions", filter=Q(questions__retired_at__isnull=True), distinct=True),
        )
        .order_by("organization__path", "title", "pk")[:300]
    )


def neighbours(user, lesson: Lesson) -> dict[str, Lesson | None]:
    """`previous` and `next` of the same series, of those that the asker is offered."""
    if lesson.series_id is None:
        return {"previous": None, "next": None}
    rows = list(
        Lesson.objects.offered_to(user)
        .filter(series=lesson.series_id)
        .only("uid", "title", "position")
        .order_by("position", "pk")[:200]
    )
    place = next((index for index, row in enumerate(rows) if row.pk == lesson.pk), None)
    if place is None:
        return {"previous": None, "next": None}
    return {
        "previous": rows[place - 1] if place else None,
        "next": rows[place + 1] if place + 1 < len(rows) else None,
    }
