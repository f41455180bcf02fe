"""The things that the access table names of 云端党课: all of branch A."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from learning.models import (
    Lesson,
    LessonFile,
    LessonSeries,
    LessonUpload,
    Question,
    QuestionImport,
    QuizAttempt,
)
from tests.personas import World


def lesson_things(world: World, fellow) -> dict[str, object]:
    series = LessonSeries.objects.create(organization=world.branch_a, title="党章学习")
    lesson = Lesson.objects.create(
        organization=world.branch_a,
        series=series,
        title="学习党章",
        kind=Lesson.Kind.ARTICLE,
        text="# 总纲\n正文",
        state=Lesson.State.PUBLISHED,
        published_at=timezone.now(),
        created_by=world.secretary_a,
    )
    question = Question.objects.create(
        organization=world.branch_a,
        lesson=lesson,
        kind="single",
        text="党课多久一次？",
        options=["每月", "每季度"],
        answers=[1],
    )
    item = {"kind": "single", "text": "题", "options": ["甲", "乙"], "answers": [0], "explanation": ""}
    return {
        "series": series,
        "lesson": lesson,
        "lesson_file": lesson_file(lesson, world.secretary_a),
        "bank_question": question,
        "upload": LessonUpload.objects.create(
            lesson=lesson, owner=world.secretary_a, file_name="党课.mp4", size=100, modified=1
        ),
        "question_import": QuestionImport.objects.create(
            owner=world.secretary_a, lesson=lesson, file_name="题库.xlsx"
        ),
        "attempt": QuizAttempt.objects.create(
            lesson=lesson,
            member=fellow,
            branch=world.branch_a,
            number=1,
            sheet=[item],
            given=[[1]],
            pass_mark=60,
            submitted_at=timezone.now(),
        ),
    }


def lesson_file(lesson: Lesson, user, content: bytes = b"%PDF-1.4 test", **fields) -> LessonFile:
    """A file with its bytes in the media folder."""
    row = LessonFile(
        lesson=lesson,
        uploaded_by=user,
        **{
            "role": LessonFile.Role.ATTACHMENT,
            "file_name": "提纲.pdf",
            "content_type": "application/pdf",
            "size": len(content),
            "checksum": "crc32:00000000",
        }
        | fields,
    )
    row.stored_name = f"lessons/{row.uid.hex}"
    path = Path(settings.MEDIA_ROOT) / row.stored_name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    row.save()
    return row
