"""小测验: drawn once, scored here, tries and mark, paper, the bank and its import; and many passes make one credit."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.actions.checks import start_attempt, submit_attempt
from learning.actions.completions import confirm_completions
from learning.actions.lessons import LessonRefused, publish_lesson, save_series, withdraw_lesson
from learning.models import LessonCompletion, Question, QuestionImport, QuizAttempt, StudyCredit
from learning.question_file import template_bytes
from tests import factories as make
from tests.activities.test_main_path import hidden
from tests.learning.lessons import lesson, question, right, wrong
from tests.learning.test_question_file import GOOD, workbook

pytestmark = pytest.mark.django_db
URL = "/learning/lessons/"


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def begun(client, row) -> QuizAttempt:
    answer = client.post(f"{URL}{row.uid}/check/")
    return QuizAttempt.objects.get(uid=answer.url.split("/")[-2])


def address(attempt) -> str:
    return f"/learning/checks/{attempt.uid}/"


# --- A member's check ---


def test_passing_completes_the_lesson_and_shows_the_explanations(world, as_user):
    row = lesson(world.secretary_a, world.branch_a, questions=10, minutes=45)
    client = as_user(world.member_a)
    attempt = begun(client, row)
    page = text(client.get(address(attempt)))
    assert page == text(client.get(address(attempt))) or "csrf" in page
    assert [item["text"] in page for item in attempt.sheet] == [True] * 3
    assert "的解析" not in page and begun(client, row) == attempt, "the open one goes on"
    answer = client.post(address(attempt), right(attempt))
    assert answer.status_code == 302
    result = text(client.get(address(attempt)))
    assert "合格" in result and "题" in result and "的解析" in result
    credit = StudyCredit.objects.standing().get()
    assert (credit.member, credit.minutes, credit.status) == (world.members_a[3], 45, "confirmed")
    assert LessonCompletion.objects.get().how == "check"
    client.post(f"{URL}{row.uid}/check/")
    assert QuizAttempt.objects.count() == 1
    assert "已经完成这门课" in text(client.get(f"{URL}{row.uid}/"))


def test_a_small_bank_promises_no_more_questions_than_it_has(world, as_user):
    row = lesson(world.secretary_a, world.branch_a, questions=2, drawn=5)
    assert "答 2 道题" in text(as_user(world.member_a).get(f"{URL}{row.uid}/"))
    bank = text(as_user(world.secretary_a).get(f"/learning/banks/lesson/{row.uid}/"))
    assert "每次抽 5 道（题库只有 2 道，全部抽取）" in bank


def test_a_reload_shows_the_same_and_a_mended_question_changes_no_sheet(world, as_user):
    row = lesson(world.secretary_a, world.branch_a, questions=8)
    attempt = begun(as_user(world.member_a), row)
    sheet = attempt.sheet
    Question.objects.update(explanation="改过", options=["一", "二"], answers=[1])
    attempt.refresh_from_db()
    assert attempt.sheet == sheet
    assert submit_attempt(
        by=world.member_a, attempt=attempt, given=[item["answers"] for item in sheet]
    ).passed


def test_failing_tells_what_was_wrong_and_no_solution_until_the_tries_are_used_up(world, as_user):
    row = lesson(world.secretary_a, world.branch_a, tries=2)
    client = as_user(world.member_a)
    first = begun(client, row)
    client.post(address(first), wrong(first))
    page = text(client.get(address(first)))
    assert "未合格" in page and "还可答 1 次" in page
    assert "的解析" not in page and "答案：" not in page
    second = begun(client, row)
    assert second.number == 2
    client.post(address(second), wrong(second))
    client.post(f"{URL}{row.uid}/check/")
    page = text(client.get(f"{URL}{row.uid}/"))
    assert QuizAttempt.objects.count() == 2 and "次数用完了" in page
    assert not StudyCredit.objects.exists()
    # Paper, or a talk in the branch, still completes it.
    assert confirm_completions(by=world.secretary_a, lesson=row, members=[world.members_a[3]]) == 1


def test_a_question_left_out_is_named_and_the_others_stay_answered(world, as_user):
    row = lesson(world.secretary_a, world.branch_a)
    client = as_user(world.member_a)
    attempt = begun(client, row)
    given = right(attempt)
    del given["q2"]
    page = text(client.post(address(attempt), given))
    assert "第 2 题：还没有作答" in page and page.count("checked") == 2
    for nasty in ("9", "-1", "x", "1\0", "٣"):
        assert "还没有交卷" in text(client.post(address(attempt), given | {"q2": nasty}))
    attempt.refresh_from_db()
    assert attempt.submitted_at is None


def test_an_attempt_is_its_members_alone_and_its_result_the_officers_too(world, as_user):
    row = lesson(world.secretary_a, world.branch_a)
    attempt = begun(as_user(world.member_a), row)
    for name, status in {
        "officer_a": 403,
        "cell_leader_a": 404,
        "secretary_b": 404,
        "superuser": 404,
    }.items():
        client = as_user(world.users[name])
        assert client.get(address(attempt)).status_code == status, name
        assert client.post(address(attempt), right(attempt)).status_code == status, name
    attempt.refresh_from_db()
    assert attempt.submitted_at is None
    as_user(world.member_a).post(address(attempt), right(attempt))
    assert "陈志远" not in text(as_user(world.member_a).get(address(attempt)))
    assert world.members_a[3].name in text(as_user(world.officer_a).get(address(attempt)))


def test_what_came_too_late_is_refused(world):
    row, member = lesson(world.secretary_a, world.branch_a), world.members_a[3]
    attempt = start_attempt(by=world.member_a, lesson=row, member=member)
    withdraw_lesson(by=world.secretary_a, lesson=row)
    # A sheet that lies on the table may still be handed in; a new one is not given out.
    submit_attempt(by=world.member_a, attempt=attempt, given=[item["answers"] for item in attempt.sheet])
    assert LessonCompletion.objects.done().count() == 1
    with pytest.raises(LessonRefused, match="现在没有小测验"):
        start_attempt(by=world.officer_a, lesson=row, member=world.members_a[1])


def test_who_has_left_the_branch_meanwhile_is_told_and_keeps_the_attempt(world, as_user):
    row, client = lesson(world.secretary_a, world.branch_a), as_user(world.member_a)
    attempt = begun(client, row)
    make.leave(world.member_a.member)
    answer = client.post(address(attempt), right(attempt), follow=True)
    assert "没有交卷" in text(answer) and "不在任何党支部" in text(answer)
    attempt.refresh_from_db()
    assert attempt.submitted_at is None and not StudyCredit.objects.exists()


STEPS = st.lists(st.sampled_from(["pass", "fail", "confirm", "withdraw", "publish", "again"]), max_size=12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_however_often_one_passes_there_is_one_credit(world, steps):
    row, member = (
        lesson(world.secretary_a, world.branch_a, title="性质", questions=2, drawn=2),
        world.members_a[6],
    )
    last = None
    for step in steps:
        try:
            if step in ("pass", "fail"):
                last = start_attempt(by=None, lesson=row, member=member)
                given_ = [item["answers"] if step == "pass" else [] for item in last.sheet]
                submit_attempt(by=None, attempt=last, given=given_)
            elif step == "again" and last is not None:
                submit_attempt(by=None, attempt=last, given=[item["answers"] for item in last.sheet])
            elif step == "confirm":
                confirm_completions(by=world.secretary_a, lesson=row, members=[member])
            elif step in ("withdraw", "publish"):
                {"withdraw": withdraw_lesson, "publish": publish_lesson}[step](
                    by=world.secretary_a, lesson=row
                )
        except LessonRefused:
            pass
    done = LessonCompletion.objects.done().filter(lesson=row, member=member)
    credits = StudyCredit.objects.filter(
        source__in=[f"learning.lesson:{row.uid}:{each.uid}" for each in done]
    )
    assert credits.count() == done.count() <= 1
    tried = QuizAttempt.objects.filter(lesson=row, member=member, passed=True).exists()
    assert done.exists() == (tried or "confirm" in steps)


# --- On paper ---


def test_the_printed_check_is_the_same_each_time_with_and_without_answers(world, as_user):
    row = lesson(world.secretary_a, world.branch_a, questions=12, drawn=5)
    client, paper = as_user(world.officer_a), f"{URL}{row.uid}/paper/"
    plain, again = client.get(paper), client.get(paper)
    assert plain.context["items"] == again.context["items"] and len(plain.context["items"]) == 5
    other = client.get(paper, {"version": "B"})
    assert other.context["items"] != plain.context["items"]
    assert "的解析" not in text(plain) and "的解析" in text(client.get(paper, {"answers": "on"}))
    assert not QuizAttempt.objects.exists()


# --- The bank ---


def test_questions_are_entered_mended_and_retired(world, as_user):
    row = lesson(world.officer_a, world.branch_a, publish=False, questions=0)
    client, bank = as_user(world.officer_a), f"/learning/banks/lesson/{row.uid}/"
    key = hidden(text(client.get(f"{bank}new/")), "submission_key")
    typed = {
        "submission_key": key,
        "kind": "multiple",
        "text": "哪些？",
        "options": "甲\n\n乙\n丙",
        "answer": "ＡＣ",
    }
    assert client.post(f"{bank}new/", typed).status_code == 302
    assert client.post(f"{bank}new/", typed).status_code == 302
    found = Question.objects.get()
    assert (found.options, found.answers, found.organization) == (["甲", "乙", "丙"], [0, 2], world.branch_a)
    edit = f"/learning/bank-questions/{found.uid}/"
    assert 'value="AC"' in text(client.get(edit))
    changed = typed | {"version": "1", "kind": "true_false", "answer": "错"}
    assert client.post(edit, changed).status_code == 302
    assert "已被他人修改" in text(client.post(edit, changed))
    found.refresh_from_db()
    assert (found.options, found.answers) == (["正确", "错误"], [1])
    bad = changed | {"version": "2", "kind": "single", "answer": "AB", "options": "甲\n乙"}
    assert "单选题只能有一个答案" in text(client.post(edit, bad))
    publish_lesson(by=world.officer_a, lesson=row)
    client.post(f"{edit}retire/")
    assert "题库不能没有题目" in text(client.get(bank))
    question(world.officer_a, row, "另一题")
    client.post(f"{edit}retire/")
    assert list(Question.objects.in_use().values_list("text", flat=True)) == ["另一题"]


def test_a_series_shares_its_bank(world, as_user):
    series = save_series(by=world.secretary_a, organization=world.branch_a, title="专题", note="")
    for number in range(4):
        question(world.secretary_a, series, f"专题题{number}")
    row = lesson(world.secretary_a, world.branch_a, series=series, questions=1, drawn=5)
    attempt = begun(as_user(world.member_a), row)
    assert len(attempt.sheet) == 5
    assert "专题题库" in text(as_user(world.secretary_a).get(f"/learning/banks/lesson/{row.uid}/"))


def test_a_list_is_previewed_with_its_mistakes_and_entered_once(world, as_user):
    row = lesson(world.officer_a, world.branch_a, publish=False, questions=0)
    client, bank = as_user(world.officer_a), f"/learning/banks/lesson/{row.uid}/"
    key = hidden(text(client.get(f"{bank}import/")), "submission_key")
    file = workbook(GOOD, ["单选题", "坏题", "甲", "乙", "", "", "丁", ""]).getvalue()

    def upload(name, content, submission_key):
        return client.post(
            f"{bank}import/", {"submission_key": submission_key, "file": SimpleUploadedFile(name, content)}
        )

    assert "不是 Excel" in text(upload("题.xlsx", b"nothing", key))
    preview = upload("题.xlsx", file, key).url
    page = text(client.get(preview))
    assert "“题目”第 3 行" in page and "答案“丁”看不懂" in page and "导入 1 道题" in page
    assert not Question.objects.exists()
    for name in ("secretary_a", "staff", "member_a"):
        assert as_user(world.users[name]).post(preview).status_code == 404, name
    client.post(preview)
    client.post(preview)
    assert Question.objects.get().text == "党课多久一次？"
    assert QuestionImport.objects.get().applied_count == 1
    assert "已导入 1 道题" in text(client.get(preview))
    template = client.get("/learning/banks/template/")
    assert template.content[:2] == b"PK" and len(template.content) == len(template_bytes())
