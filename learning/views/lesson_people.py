"""完成情况 of a lesson in one branch, and confirming it for those who are ticked."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from branch_portal.permissions import Permission
from branch_portal.tables import Table
from learning.actions.completions import confirm_completions, take_back_completion
from learning.actions.lessons import LessonRefused
from learning.forms.filters import BranchFilter
from learning.forms.lessons import PeopleForm, TakeBackForm
from learning.lesson_tables import people_columns
from learning.models import Lesson
from learning.queries.lessons import Standing, branch_standing, confirmable, lesson_branches
from learning.views.lesson_reach import crumbs, lesson_url, visible_lesson
from members.models import Member, PartyOrganization


@require_http_methods(["GET", "HEAD", "POST"])
def people(request, uid):
    """Who has completed it, who says so, who is still open."""
    row = visible_lesson(request, uid)
    if not request.user.may(Permission.VIEW_STUDY):
        raise PermissionDenied
    filter_form, branch = _branch(request, row)
    rows = branch_standing(row, branch) if branch else []
    may = branch is not None and confirmable(request.user, row, branch)
    offered = [each.member for each in rows if not each.done and _may_confirm(request, each.member, branch)]
    here = reverse("learning:lesson-people", args=[row.uid])
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        _confirm(request, row, PeopleForm(request.POST, user=request.user, offered=offered))
        return redirect(f"{here}?branch={branch.uid}")
    boxes = {member.pk for member in offered} if may else set()
    context = {
        "page_title": f"完成情况：{row.title}",
        "breadcrumbs": crumbs((row.title, lesson_url(row)), ("完成情况", None)),
        "lesson": row,
        "branch": branch,
        "form": filter_form,
        "table": Table(people_columns(boxes), rows, caption="完成情况"),
        "done": sum(each.done for each in rows),
        "waiting": sum(each.waiting for each in rows),
        "may_confirm": bool(boxes),
        "action": f"{here}?branch={branch.uid}" if branch else here,
        "take_back_form": _take_back_form(request, rows, branch) if may else None,
    }
    return render(request, "learning/lesson_people.html", context)


@require_POST
def take_back(request, uid):
    """撤销完成."""
    row = visible_lesson(request, uid)
    if not request.user.may(Permission.VIEW_STUDY):
        raise PermissionDenied
    _, branch = _branch(request, row)
    if branch is None or not confirmable(request.user, row, branch):
        raise PermissionDenied
    done = _finished(request, branch_standing(row, branch), branch)
    form = TakeBackForm(request.POST, user=request.user, offered=done)
    if form.is_valid():
        _taken_back(request, row, form)
    else:
        faults = "".join(message for found in form.errors.values() for message in found)
        messages.error(request, f"没有撤销：{faults}")
    here = reverse("learning:lesson-people", args=[row.uid])
    return redirect(f"{here}?branch={branch.uid}")


def _taken_back(request: HttpRequest, row: Lesson, form: TakeBackForm) -> None:
    member = form.chosen
    try:
        take_back_completion(by=request.user, lesson=row, member=member, reason=form.cleaned_data["reason"])
        messages.success(request, f"已撤销{member.name}的完成登记，学时已冲销。")
    except LessonRefused as refused:
        messages.error(request, str(refused))


def _take_back_form(
    request: HttpRequest, rows: list[Standing], branch: PartyOrganization
) -> TakeBackForm | None:
    done = _finished(request, rows, branch)
    return TakeBackForm(user=request.user, offered=done) if done else None


def _finished(request: HttpRequest, rows: list[Standing], branch: PartyOrganization | None) -> list[Member]:
    return [each.member for each in rows if each.done and _may_confirm(request, each.member, branch)]


def _branch(request: HttpRequest, row: Lesson) -> tuple[BranchFilter, PartyOrganization | None]:
    branches = lesson_branches(request.user, row)
    acting = request.acting.organization if request.acting else None
    default = branches.filter(pk=acting.pk).first() if acting is not None else None
    form = BranchFilter(request.GET, branches=branches, default=default)
    return form, form.chosen_branch()


def _may_confirm(request: HttpRequest, member: Member, branch: PartyOrganization | None) -> bool:
    """Nobody confirms the own lesson except who signs records: a small branch may have nobody else."""
    return member.pk != request.user.member_id or request.user.access.may(Permission.CONFIRM_RECORDS, branch)


def _confirm(request: HttpRequest, row: Lesson, form: PeopleForm) -> None:
    if not form.is_valid():
        messages.error(request, f"没有确认：{form.errors['members'][0]}")
        return
    try:
        fresh = confirm_completions(by=request.user, lesson=row, members=form.chosen)
        messages.success(request, f"已确认 {fresh} 人完成，学时已计入。")
    except LessonRefused as refused:
        messages.error(request, str(refused))
