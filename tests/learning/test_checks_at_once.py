"""The same check twice at the same moment, in transactions that really wait for each other."""

from learning.actions.checks import start_attempt, submit_attempt
from learning.actions.completions import confirm_completions
from learning.models import LessonCompletion, QuizAttempt, StudyCredit
from tests.activities.test_two_at_once import second_while_first_is_open
from tests.learning.lessons import lesson
from tests.personas import build_world


def test_two_taps_draw_one_sheet(committed_db):
    world = build_world()
    row, member = lesson(world.secretary_a, world.branch_a), world.members_a[3]

    def start():
        start_attempt(by=world.member_a, lesson=row, member=member)

    assert second_while_first_is_open(start, start) is None
    assert QuizAttempt.objects.count() == 1


def test_two_submissions_are_scored_once(committed_db):
    world = build_world()
    row, member = lesson(world.secretary_a, world.branch_a), world.members_a[3]
    attempt = start_attempt(by=world.member_a, lesson=row, member=member)
    solutions = [item["answers"] for item in attempt.sheet]
    error = second_while_first_is_open(
        lambda: submit_attempt(by=world.member_a, attempt=attempt, given=solutions),
        lambda: submit_attempt(by=world.member_a, attempt=attempt, given=[[]] * len(solutions)),
    )
    assert error is None
    attempt.refresh_from_db()
    assert (attempt.right, attempt.passed) == (3, True)
    assert (LessonCompletion.objects.count(), StudyCredit.objects.count()) == (1, 1)


def test_a_pass_and_an_officers_word_make_one_credit(committed_db):
    world = build_world()
    row, member = lesson(world.secretary_a, world.branch_a), world.members_a[3]
    attempt = start_attempt(by=world.member_a, lesson=row, member=member)
    error = second_while_first_is_open(
        lambda: confirm_completions(by=world.secretary_a, lesson=row, members=[member]),
        lambda: submit_attempt(
            by=world.member_a, attempt=attempt, given=[item["answers"] for item in attempt.sheet]
        ),
    )
    assert error is None
    done = LessonCompletion.objects.get()
    assert (done.how, StudyCredit.objects.count()) == ("confirmed", 1)
