"""云端党课 for those who learn: the catalogue, one lesson, and saying that one has learned it."""

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Table
from learning.actions.completions import say_completed
from learning.actions.lessons import LessonRefused, missing_parts
from learning.article import article_html
from learning.forms.lessons import CatalogueFilter
from learning.lesson_tables import catalogue_columns
from learning.models import Lesson, LessonCompletion, LessonFile, QuizAttempt
from learning.presentation import tabs
from learning.queries.lessons import catalogue, kept_files, neighbours, questions_asked
from learning.queries.rules import RuleBook
from learning.rules.hours import credit_hours, show
from learning.views.lesson_reach import crumbs, lesson_url, may_manage, own_member, visible_lesson


@require_safe
def lessons(request):
    """What one may learn, unfinished first."""
    form = CatalogueFilter(request.GET, user=request.user)
    values = form.values()
    rows = catalogue(request.user, series=values.get("series"))
    if values.get("state"):
        rows = rows.filter(done=values["state"] == "done")
    page = keyset_page(rows, cursor=values.get("cursor"), fields=("done", "-published_at", "-pk"))
    context = {
        "page_title": "云端党课",
        "breadcrumbs": crumbs(),
        "tabs": tabs(request.user, "lessons"),
        "form": form,
        "page": page,
        "table": Table(
            catalogue_columns(learner=bool(request.user.member_id)), page.rows, caption="云端党课"
        ),
        "may_manage": request.user.may(Permission.MANAGE_LESSONS),
        "filtered": bool(values.get("state") or values.get("series")),
    }
    return render(request, "learning/lessons.html", context)


@require_safe
def lesson(request, uid):
    """One lesson: look, listen or read, then the check or the word that one has learned it."""
    row = visible_lesson(request, uid)
    files = kept_files(row)
    manages = may_manage(request.user, row)
    context = {
        "page_title": row.title,
        "breadcrumbs": crumbs((row.title, None)),
        "lesson": row,
        "main": next((file for file in files if file.role == LessonFile.Role.MAIN), None),
        "pictures": [file for file in files if file.role == LessonFile.Role.ATTACHMENT and file.is_picture],
        "others": [file for file in files if file.role == LessonFile.Role.ATTACHMENT and not file.is_picture],
        "article": article_html(row.text),
        "hours": _hours(row),
        "may_manage": manages,
        "may_see_people": manages or request.user.may(Permission.VIEW_STUDY),
        "lacking": missing_parts(row) if manages and row.state != Lesson.State.PUBLISHED else [],
        **neighbours(request.user, row),
        **_own(request, row),
    }
    return render(request, "learning/lesson.html", context)


def _hours(row: Lesson) -> str:
    """What its minutes make under this year's rule; "" where the category has none or counts nothing."""
    rule = RuleBook().rules(today_shanghai().year).get(row.category)
    if rule is None or not rule.counts_toward_required or rule.annual_cap == 0:
        return ""
    return show(credit_hours(row.minutes, rule))


def _own(request: HttpRequest, row: Lesson) -> dict:
    """How far the asker is: `completion`, `attempts`, and what is offered next."""
    member_id = request.user.member_id
    if member_id is None:
        return {"learner": False, "completion": None, "attempts": [], "open": None, "asked": 0, "left": None}
    own = QuizAttempt.objects.visible_to(request.user).filter(lesson=row, member_id=member_id)
    attempts = [attempt for attempt in own.order_by("number") if attempt.submitted_at is not None]
    open_one = own.open().first()
    return {
        "learner": row.state != Lesson.State.DRAFT,
        "completion": LessonCompletion.objects.visible_to(request.user)
        .filter(lesson=row, member_id=member_id)
        .first(),
        "attempts": attempts,
        "open": open_one,
        "asked": questions_asked(row),
        "left": None if row.tries is None else max(row.tries - len(attempts), 0),
    }


@require_POST
def said(request, uid):
    """我已学完: to be confirmed by the branch."""
    row = visible_lesson(request, uid)
    member = own_member(request)
    try:
        say_completed(by=request.user, lesson=row, member=member)
        messages.success(request, "已告知党支部，确认以后计入学时。")
    except LessonRefused as refused:
        messages.error(request, str(refused))
    return redirect(lesson_url(row))
