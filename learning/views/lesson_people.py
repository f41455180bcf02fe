"""完成情况 of a lesson in one branch, and confirming it for those who are ticked."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from branch_portal.permissions import Permission
from branch_portal.tables import Table
from learning.actions.completions import confirm_completions
from learning.actions.lessons import LessonRefused
from learning.forms.lessons import PeopleFilter, PeopleForm
from learning.lesson_tables import people_columns
from learning.models import Lesson
from learning.queries.lessons import branch_standing, confirmable, lesson_branches
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
        "subtitle": str(branch or ""),
        "breadcrumbs": crumbs((row.title, lesson_url(row)), ("完成情况", None)),
        "lesson": row,
        "form": filter_form,
        "table": Table(people_columns(boxes), rows, caption="完成情况"),
        "done": sum(each.done for each in rows),
        "waiting": sum(each.waiting for each in rows),
        "may_confirm": bool(boxes),
        "action": f"{here}?branch={branch.uid}" if branch else here,
    }
    return render(request, "learning/lesson_people.html", context)


def _branch(request: HttpRequest, row: Lesson) -> tuple[PeopleFilter, PartyOrganization | None]:
    branches = lesson_branches(request.user, row)
    acting = request.acting.organization if request.acting else None
    default = branches.filter(pk=acting.pk).first() if acting is not None else None
    form = PeopleFilter(request.GET, branches=branches, default=default)
    return form, form.chosen()


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
