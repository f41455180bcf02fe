"""Lessons of a record, and those that could be linked to it."""

from activities.models import ActivityRecord, RecordLesson
from learning.models import Lesson

_OFFERED = 200


def lessons_of(record: ActivityRecord, user) -> list[Lesson]:
    """The linked lessons that the asker may open; of a draft that is its officers only."""
    links = RecordLesson.objects.visible_to(user).filter(record=record)
    return [link.lesson for link in links.select_related("lesson").order_by("pk")]


def linkable_lessons(record: ActivityRecord, user) -> list[Lesson]:
    """Lessons in sight that the record does not name yet and that bring no hours of their own, the newest first."""
    linked = RecordLesson.objects.filter(record=record).values("lesson")
    rows = (
        Lesson.objects.visible_to(user)
        .filter(minutes=0)
        .exclude(pk__in=linked)
        .exclude(state=Lesson.State.WITHDRAWN)
    )
    return list(rows.order_by("-created_at", "-pk")[:_OFFERED])


def stands_for_a_lecture(lesson: Lesson) -> bool:
    """Whether a record names the lesson, whoever may read that record."""
    return RecordLesson.objects.filter(lesson=lesson).exists()
