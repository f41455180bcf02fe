"""The question bank: entering, mending, retiring, and taking over an uploaded list."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from learning.actions.lessons import LessonRefused, missing_parts
from learning.models import Lesson, LessonSeries, Question, QuestionImport

Bank = Lesson | LessonSeries
_SAME = "题库里已经有完全相同的题目。"


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """A question that can be asked (`rules.quiz.faults` finds nothing)."""

    kind: str
    text: str
    options: list[str]
    answers: list[int]
    explanation: str = ""


@transaction.atomic
def add_question(*, by, bank: Bank, facts: QuestionFacts) -> Question:
    """Enter a question into the bank of a lesson or series."""
    question = Question(organization_id=bank.organization_id, **bank_fields(bank))
    return _write(question, facts)


@transaction.atomic
def change_question(*, by, question: Question, version: int, facts: QuestionFacts) -> Question:
    """Mend a question; checks that were put already keep it as it was."""
    current = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if current.version != version:
        raise LessonRefused("打开页面以后，这道题已被他人修改，请重新打开核对后再保存。")
    current.version += 1
    return _write(current, facts)


def _write(question: Question, facts: QuestionFacts) -> Question:
    for name in ("kind", "text", "options", "answers", "explanation"):
        setattr(question, name, getattr(facts, name))
    try:
        with transaction.atomic():
            question.save()
    except IntegrityError as error:
        raise LessonRefused(_SAME) from error
    return question


@transaction.atomic
def retire_question(*, by, question: Question) -> None:
    """Ask it no more. The last question of a published lesson with a check stays."""
    current = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if current.retired_at is not None:
        return
    current.retired_at = timezone.now()
    current.save(update_fields=["retired_at"])
    lessons = Lesson.objects.filter(state=Lesson.State.PUBLISHED, pass_by=Lesson.PassBy.CHECK)
    bank = {"pk": current.lesson_id} if current.lesson_id else {"series_id": current.series_id}
    for lesson in lessons.filter(**bank):
        if missing_parts(lesson):
            raise LessonRefused(f"“{lesson.title}”已发布，题库不能没有题目。请先添加题目，或者先下架。")


@transaction.atomic
def start_question_import(
    *, by, bank: Bank, file_name: str, good: list[dict[str, Any]], problems: list[dict[str, Any]]
) -> QuestionImport:
    """Keep what was read of an upload for its preview."""
    return QuestionImport.objects.create(
        owner=by, file_name=file_name[:120], good=good, problems=problems, **bank_fields(bank)
    )


@transaction.atomic
def apply_question_import(*, by, batch: QuestionImport) -> QuestionImport:
    """Enter the good rows, once; what the bank has by now is passed over."""
    current = QuestionImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if current.applied_at is not None:
        return current
    bank = current.lesson or current.series
    if bank is None:
        raise LessonRefused("题库已不存在。")
    # The bank's own row is the lock: two imports at once must not enter the same question twice.
    type(bank)._base_manager.select_for_update().get(pk=bank.pk)
    there = set(Question.objects.in_use().filter(**bank_fields(bank)).values_list("text", flat=True))
    fresh = [row for row in current.good if row["text"] not in there]
    Question.objects.bulk_create(
        Question(organization_id=bank.organization_id, **bank_fields(bank), **row) for row in fresh
    )
    current.applied_at, current.applied_count = timezone.now(), len(fresh)
    current.good, current.problems = [], []
    current.save(update_fields=["applied_at", "applied_count", "good", "problems"])
    return current


def bank_fields(bank: Bank) -> dict[str, int]:
    return {"lesson_id": bank.pk} if isinstance(bank, Lesson) else {"series_id": bank.pk}
