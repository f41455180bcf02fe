"""Reading the questions about credits: what waits for a branch, and what became of a member's own."""

from collections.abc import Sequence

from django.urls import reverse

from learning.models import StudyQuestion


def question_url(question: StudyQuestion) -> str:
    return reverse("learning:question", args=[question.uid])


def open_questions(branch_ids: Sequence[int]) -> list[StudyQuestion]:
    """Questions that wait for these branches, the nearest deadline first. One query."""
    rows = StudyQuestion.objects.filter(branch__in=branch_ids).open()
    return list(rows.select_related("credit", "branch").order_by("due_on", "pk"))


def latest_questions(credit_ids: Sequence[int]) -> dict[int, StudyQuestion]:
    """Credit id → the latest question about it. One query; whose credits these are is the caller's question."""
    rows = StudyQuestion.objects.filter(credit__in=credit_ids).order_by("raised_at", "pk")
    return {row.credit_id: row for row in rows}
