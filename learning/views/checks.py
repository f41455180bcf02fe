"""小测验: start, answer, result; and the printed version for who would rather write."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learning.actions.checks import bank_of, start_attempt, submit_attempt
from learning.actions.lessons import LessonRefused
from learning.forms.quiz import CheckForm, PaperForm
from learning.models import QuizAttempt
from learning.presentation_quiz import printed_items, result_items
from learning.rules.quiz import KIND_LABELS, draw, needed
from learning.views.lesson_reach import crumbs, lesson_url, managed_lesson, own_member, visible_lesson


@require_POST
def start(request, uid):
    """开始小测验, or go on with the one that is open."""
    row = visible_lesson(request, uid)
    member = own_member(request)
    try:
        attempt = start_attempt(by=request.user, lesson=row, member=member)
    except LessonRefused as refused:
        messages.error(request, str(refused))
        return redirect(lesson_url(row))
    return redirect("learning:check", uid=attempt.uid)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request, uid):
    """The questions of one attempt; when it is submitted, its result."""
    rows = QuizAttempt.objects.visible_to(request.user).select_related(
        "lesson__organization", "lesson__series", "member"
    )
    attempt = get_object_or_404(rows, uid=uid)
    if attempt.submitted_at is not None:
        return _result(request, attempt)
    if attempt.member_id != request.user.member_id:
        raise PermissionDenied
    form = CheckForm(request.POST or None, user=request.user, sheet=attempt.sheet)
    if request.method == "POST" and form.is_valid():
        try:
            submit_attempt(by=request.user, attempt=attempt, given=form.given())
        except LessonRefused as refused:
            messages.error(request, f"没有交卷：{refused}")
        return redirect("learning:check", uid=attempt.uid)
    context = {
        "page_title": f"小测验：{attempt.lesson.title}",
        "breadcrumbs": crumbs((attempt.lesson.title, lesson_url(attempt.lesson)), ("小测验", None)),
        "attempt": attempt,
        "needed": needed(attempt.total, attempt.pass_mark),
        "form": form,
        "questions": [
            {"number": number, "item": item, "kind": KIND_LABELS[item["kind"]], "field": form[f"q{number}"]}
            for number, item in enumerate(attempt.sheet, start=1)
        ],
    }
    return render(request, "learning/check.html", context)


def _result(request, attempt: QuizAttempt):
    """合格: with explanations. Not yet: which ones were right, so that it is clear what to read again, no solutions."""
    own = attempt.member_id == request.user.member_id
    tries = attempt.lesson.tries
    context = {
        "page_title": "测验结果",
        "breadcrumbs": crumbs((attempt.lesson.title, lesson_url(attempt.lesson)), ("测验结果", None)),
        "attempt": attempt,
        "own": own,
        "needed": needed(attempt.total, attempt.pass_mark),
        "items": result_items(attempt),
        "may_try": own and not attempt.passed and (tries is None or attempt.number < tries),
        "left": None if tries is None else max(tries - attempt.number, 0),
    }
    return render(request, "learning/check_result.html", context)


@require_safe
def paper(request, uid):
    """纸质卷: A to D, the same each time they are printed; with answers for whoever marks them."""
    row = managed_lesson(request, uid)
    values = PaperForm(request.GET).values()
    version = values.get("version") or "A"
    sheet = draw(bank_of(row), row.drawn, seed=f"{row.uid.hex}:{version}")
    context = {
        "page_title": f"{row.title} 小测验（{version} 卷）",
        "lesson": row,
        "version": version,
        "versions": [each for each in "ABCD" if each != version],
        "answers": bool(values.get("answers")),
        "items": printed_items(sheet),
        "needed": needed(len(sheet), row.pass_mark),
        "back_url": lesson_url(row),
        "here": reverse("learning:lesson-paper", args=[row.uid]),
    }
    return render(request, "learning/check_print.html", context)
