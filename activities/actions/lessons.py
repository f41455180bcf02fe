"""A lecture and its lessons: linking one that exists, or making one out of the record's own materials."""

from django.db import transaction

from activities.models import ActivityRecord, Attachment, RecordLesson
from learning.actions.lesson_files import adopt_kept_file
from learning.actions.lessons import LessonFacts, LessonRefused, create_lesson
from learning.models import Lesson
from learning.models.rules import StudyCategory

_PDF = "application/pdf"


@transaction.atomic
def link_lesson(*, by, record: ActivityRecord, lesson: Lesson) -> None:
    """Those who were away find the lesson at the record; linked again it is the same.

    LessonRefused for one that brings hours of its own: roll and make-up bring those of the lecture already.
    """
    if Lesson.objects.select_for_update().get(pk=lesson.pk).minutes:
        raise LessonRefused(
            f"没有关联：“{lesson.title}”学完另计 {lesson.minutes} 分钟，关联后同一堂课会计两次学时。"
            "请把课程的“计入分钟”改为 0 再关联。"
        )
    RecordLesson.objects.get_or_create(
        record=record, lesson=lesson, defaults={"branch_id": record.branch_id, "linked_by": by}
    )


@transaction.atomic
def unlink_lesson(*, by, record: ActivityRecord, lesson: Lesson) -> None:
    RecordLesson.objects.filter(record=record, lesson=lesson).delete()


@transaction.atomic
def lesson_from_record(*, by, record: ActivityRecord) -> Lesson:
    """A draft with the record's files and text, linked to the record; asked for again it is the first one.

    It earns no minutes of its own: those who were there have their hours from the roll, and who makes the lecture up gets
    them from there as well. Otherwise the same lecture would count twice.
    """
    ActivityRecord.objects.select_for_update().get(pk=record.pk)
    made = Lesson.objects.filter(
        pk__in=RecordLesson.objects.filter(record=record).values("lesson"),
        organization=record.branch_id,
        title=record.title[:100],
        state=Lesson.State.DRAFT,
    ).first()
    if made is not None:
        return made
    files = list(Attachment.objects.filter(record=record).kept().order_by("pk"))
    has_pdf = any(file.content_type == _PDF for file in files)
    lesson = create_lesson(
        by=by,
        organization=record.branch,
        facts=LessonFacts(
            title=record.title[:100],
            kind=Lesson.Kind.PDF if has_pdf else Lesson.Kind.ARTICLE,
            text=record.content or record.summary or record.material,
            minutes=0,
            category=StudyCategory.PARTY_LECTURE,
            pass_by=Lesson.PassBy.CONFIRMATION,
        ),
    )
    for file in files:
        adopt_kept_file(
            by=by,
            lesson=lesson,
            stored_name=file.stored_name,
            file_name=file.file_name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
        )
    link_lesson(by=by, record=record, lesson=lesson)
    return lesson
