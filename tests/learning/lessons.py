"""Lessons for tests: made by the actions, with just what the test cares about."""

import io

from learning.actions.lesson_files import put_main_file
from learning.actions.lessons import LessonFacts, create_lesson, publish_lesson
from learning.actions.quiz import QuestionFacts, add_question
from learning.models import Lesson

MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41"
MP3 = b"ID3\x04\0\0\0\0\0\0"


def lesson(by, organization, *, publish=True, questions=3, file=True, **facts) -> Lesson:
    """A published article with a check of three questions, of which the first option is right."""
    values = {"title": "学习党章", "kind": "article", "text": "# 总纲\n正文", "drawn": 3} | facts
    row = create_lesson(by=by, organization=organization, facts=LessonFacts(**values))
    for number in range(questions):
        question(by, row, f"题{number}")
    if row.is_media and file:
        content = {"video": MP4, "audio": MP3, "pdf": b"%PDF-1.4 test"}[row.kind] + b"x" * 1000
        put_main_file(by=by, lesson=row, file=io.BytesIO(content), name="党课")
    return publish_lesson(by=by, lesson=row) if publish else row


def question(by, bank, text="题", **fields):
    values = {
        "kind": "single", "text": text, "options": ["对的", "错的", "也错"], "answers": [0], "explanation": f"{text}的解析",
    } | fields  # fmt: skip
    return add_question(by=by, bank=bank, facts=QuestionFacts(**values))


def right(attempt) -> dict[str, list[str]]:
    """The form of an attempt with every answer right."""
    return {
        f"q{n}": [str(place) for place in item["answers"]] for n, item in enumerate(attempt.sheet, start=1)
    }


def wrong(attempt) -> dict[str, list[str]]:
    return {
        f"q{n}": [str((item["answers"][0] + 1) % len(item["options"]))]
        for n, item in enumerate(attempt.sheet, start=1)
    }
