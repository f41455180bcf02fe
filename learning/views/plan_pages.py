"""学习计划 as it is read: a member's own list, and the branch's matrix on screen, on paper and as .xlsx."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.tables import Table, xlsx_response
from learning.forms.filters import BranchYearFilter
from learning.forms.plan import PlanYearFilter, plan_years
from learning.plan_tables import cell_text, hours_text, matrix_columns, means_text, on_paper
from learning.presentation import tabs
from learning.queries.plan import Matrix, OwnTopic, matrix_of, own_plan
from learning.queries.progress import study_branches, study_organizations
from learning.rules.plan import OPEN
from learning.views.plans import CRUMBS
from members.actions.audit import record_access
from members.models import PartyOrganization


@require_safe
def my_plan(request):
    """我的学习计划: what is open first, each with how it can be met."""
    if request.user.member is None:
        if request.user.may(Permission.VIEW_STUDY):
            return redirect("learning:matrix")
        raise PermissionDenied
    form, today = PlanYearFilter(request.GET), today_shanghai()
    year = form.chosen()
    rows = own_plan(request.user.member, year, today=today)
    context = {
        "page_title": "我的学习计划",
        "subtitle": f"{year} 年 · {request.user.member.branch or ''}",
        "breadcrumbs": [*CRUMBS, ("我的学习计划", None)],
        "tabs": tabs(request.user, "plan"),
        "form": form,
        "open": [_line(row) for row in rows if row.standing.state == OPEN],
        "done": [_line(row) for row in rows if row.standing.state != OPEN],
        "may_submit": year in (today.year, today.year - 1),
    }
    return render(request, "learning/my_plan.html", context)


def _line(row: OwnTopic) -> dict:
    return {
        "topic": row.topic,
        "organization": str(row.topic.plan.organization),
        "hours": hours_text(row.topic),
        "standing": cell_text(row.topic, row.standing),
        "means": means_text(row.topic),
        "late": row.late,
    }


@dataclass(frozen=True)
class _Asked:
    form: BranchYearFilter
    branch: PartyOrganization | None
    year: int
    matrix: Matrix

    @property
    def title(self) -> str:
        return f"{self.branch}{self.year}年学习计划完成情况" if self.branch else "学习计划完成情况"

    @property
    def query(self) -> str:
        return "?" + urlencode({"branch": self.branch.uid, "year": self.year}) if self.branch else ""


def _asked(request) -> _Asked:
    user, today = request.user, today_shanghai()
    if not user.may(Permission.VIEW_STUDY):
        raise PermissionDenied
    acting = request.acting.organization if request.acting else None
    works_for = acting is not None and acting.is_branch and user.access.may(Permission.VIEW_STUDY, acting)
    form = BranchYearFilter(
        request.GET,
        years=plan_years(),
        branches=study_branches(user),
        above=study_organizations(user),
        default=acting if works_for else None,
    )
    year, branch = form.year_or(today.year), form.chosen_branch()
    matrix = matrix_of(branch, year, today=today) if branch else Matrix([], [])
    return _Asked(form, branch, year, matrix)


@require_safe
def matrix(request):
    asked = _asked(request)
    columns = matrix_columns(asked.matrix)
    context = {
        "page_title": "学习计划完成情况",
        "subtitle": f"{asked.year} 年 · {asked.branch}" if asked.branch else "",
        "breadcrumbs": [*CRUMBS, ("学习计划", reverse("learning:plans")), ("完成情况", None)],
        "tabs": tabs(request.user, "plans"),
        "form": asked.form,
        "topics": _topic_lines(asked.matrix),
        "table": Table(columns, asked.matrix.rows, caption=asked.title),
        "print_url": reverse("learning:matrix-print"),
        "export_url": reverse("learning:matrix-export"),
    }
    return render(request, "learning/matrix.html", context)


@require_safe
def matrix_print(request):
    asked = _asked(request)
    context = {
        "page_title": asked.title,
        "organization": asked.branch.name if asked.branch else "",
        "table": Table(on_paper(matrix_columns(asked.matrix)), asked.matrix.rows, caption=asked.title),
        "today": today_shanghai(),
        "back_url": reverse("learning:matrix") + asked.query,
        "landscape": True,
    }
    return render(request, "learning/list_print.html", context)


@require_safe
def matrix_export(request):
    """The matrix as .xlsx; who took it out is recorded."""
    asked = _asked(request)
    record_access(
        by=request.user,
        action="export",
        field="学习计划完成情况",
        reason="导出学习计划完成情况",
        ip=request.META.get("REMOTE_ADDR", ""),
        branch_id=asked.branch.pk if asked.branch else None,
        row_count=len(asked.matrix.rows),
    )
    return xlsx_response(
        Table(matrix_columns(asked.matrix), asked.matrix.rows), asked.title, sheet="学习计划"
    )


def _topic_lines(found: Matrix) -> list[dict]:
    lines = []
    for index, topic in enumerate(found.topics):
        done, concerned = found.done(index)
        lines.append(
            {
                "title": topic.title,
                "organization": str(topic.plan.organization),
                "url": reverse("learning:topic-coverage", args=[topic.uid]),
                "done": done,
                "concerned": concerned,
                "due_on": topic.due_on,
            }
        )
    return lines
