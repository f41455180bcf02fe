"""A member's check: drawn once, answered once, scored here. No clock runs."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from learning.actions.completions import complete_by_check, completion_of
from learning.actions.lessons import LessonRefused
from learning.models import Lesson, Question, QuizAttempt
from learning.rules.quiz import Item, draw, score
from members.models import Member

_NO_TRIES = "已答 {tries} 次，次数用完了。请联系党支部：可以线下学习后由支部确认完成。"


@transaction.atomic
def start_attempt(*, by, lesson: Lesson, member: Member) -> QuizAttempt:
    """The open attempt, or a new one with freshly drawn questions. LessonRefused when there is nothing to try."""
    # The member's row is the lock: two taps must not draw two sheets.
    current = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    offered = Lesson.objects.get(pk=lesson.pk)
    own = QuizAttempt.objects.filter(lesson=offered, member=current)
    if (standing := own.open().first()) is not None:
        return standing
    if offered.state != Lesson.State.PUBLISHED or offered.pass_by != Lesson.PassBy.CHECK:
        raise LessonRefused("这门课现在没有小测验。")
    if current.branch_id is None:
        raise LessonRefused("您目前不在任何党支部，不能参加测验。")
    if completion_of(offered, current) is not None:
        raise LessonRefused("您已经完成这门课，不必再答。")
    done = own.count()
    if offered.tries is not None and done >= offered.tries:
        raise LessonRefused(_NO_TRIES.format(tries=done))
    attempt = QuizAttempt(
        lesson=offered,
        member=current,
        branch_id=current.branch_id,
        number=done + 1,
        pass_mark=offered.pass_mark,
    )
    attempt.sheet = draw(bank_of(offered), offered.drawn, seed=attempt.uid.hex)
    if not attempt.sheet:
        raise LessonRefused("题库里还没有题目，请联系开设课程的党组织。")
    attempt.save()
    return attempt


def bank_of(lesson: Lesson) -> list[Item]:
    """The questions in use, as a sheet is drawn from them."""
    rows = Question.objects.for_lesson(lesson).order_by("pk")
    return [
        {
            "kind": row.kind,
            "text": row.text,
            "options": row.options,
            "answers": row.answers,
            "explanation": row.explanation,
        }
        for row in rows
    ]


@transaction.atomic
def submit_attempt(*, by, attempt: QuizAttempt, given: Sequence[Sequence[int]]) -> QuizAttempt:
    """Score the answers; the second arrival of the same form finds it done. A pass completes the lesson."""
    current = (
        QuizAttempt.objects.select_for_update(of=("self",))
        .select_related("lesson", "member")
        .get(pk=attempt.pk)
    )
    if current.submitted_at is not None:
        return current
    result = score(current.sheet, given, pass_mark=current.pass_mark)
    current.given = [sorted(chosen) for chosen in given]
    current.right, current.passed = result.count, result.passed
    current.submitted_at = timezone.now()
    current.save(update_fields=["given", "right", "passed", "submitted_at"])
    if current.passed:
        complete_by_check(by=by, lesson=current.lesson, member=current.member)
    return current
