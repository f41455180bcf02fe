"""党支部学时: the members of a branch, those who lack most first; on screen, on paper and as .xlsx."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table, xlsx_response
from learning.forms.filters import BranchPeriodFilter
from learning.presentation import apart, progress_stats, tabs
from learning.queries.progress import (
    PERIODS,
    Progress,
    branch_progress,
    study_branches,
    study_organizations,
    years_with_hours,
)
from learning.rules.hours import show
from learning.tables import paper, progress_columns
from members.actions.audit import record_access
from members.models import PartyOrganization

_WHOLE = PERIODS["year"][0]
_GROUPS = (("officers", "书记和委员"), ("ordinary", "其他党员"))


@dataclass(frozen=True)
class _Asked:
    form: BranchPeriodFilter
    branch: PartyOrganization | None
    year: int
    period: str
    rows: list[Progress]

    @property
    def title(self) -> str:
        part = "" if self.period == _WHOLE else self.period
        return f"{self.branch}{self.year}年{part}党员学时" if self.branch else "党支部学时"

    @property
    def query(self) -> str:
        if self.branch is None:
            return ""
        return "?" + urlencode(
            {"branch": self.branch.uid, "year": self.year, "period": self.form.data["period"]}
        )

    def groups(self, columns: list[Column]) -> list[dict]:
        """书记和委员 and 其他党员 apart, each with what is owed; an empty one is left out."""
        return [
            {
                "id": key,
                "title": title,
                "hint": _owed(rows),
                "table": Table(columns, rows, caption=f"{self.title}：{title}"),
            }
            for (key, title), rows in zip(_GROUPS, apart(self.rows), strict=True)
            if rows
        ]


def _owed(rows: list[Progress]) -> str:
    """应学 56.0 学时; where months or posts differ, from the least to the most."""
    owed = sorted({row.required for row in rows})
    numbers = show(owed[0]) if len(owed) == 1 else f"{show(owed[0])}–{show(owed[-1])}"
    return f"应学 {numbers} 学时"


def _asked(request: HttpRequest) -> _Asked:
    user, today = request.user, today_shanghai()
    if not user.may(Permission.VIEW_STUDY):
        raise PermissionDenied
    acting = request.acting.organization if request.acting else None
    works_for = acting is not None and acting.is_branch and user.access.may(Permission.VIEW_STUDY, acting)
    form = BranchPeriodFilter(
        request.GET,
        years=years_with_hours(today),
        branches=study_branches(user),
        above=study_organizations(user),
        default=acting if works_for else None,
    )
    year, branch = form.year_or(today.year), form.chosen_branch()
    period, months = form.chosen_period()
    rows = branch_progress(branch, year, day=today, months=months) if branch else []
    return _Asked(form, branch, year, period, rows)


@require_safe
def branch_year(request):
    asked = _asked(request)
    context = {
        "page_title": "党支部学时",
        "subtitle": f"{asked.year} 年{asked.period} · {asked.branch}" if asked.branch else "",
        "breadcrumbs": [("工作台", reverse("workbench")), ("学习", None)],
        "tabs": tabs(request.user, "branch"),
        "form": asked.form,
        "stats": progress_stats(asked.rows),
        "groups": asked.groups(progress_columns()),
        "whole_year": asked.period == _WHOLE,
        "period": asked.period,
        "print_url": reverse("learning:branch-print"),
        "export_url": reverse("learning:branch-export"),
    }
    return render(request, "learning/branch.html", context)


@require_safe
def branch_print(request):
    asked = _asked(request)
    context = {
        "page_title": asked.title,
        "organization": asked.branch.name if asked.branch else "",
        "stats": progress_stats(asked.rows),
        "groups": asked.groups(paper(progress_columns())),
        "today": today_shanghai(),
        "back_url": reverse("learning:branch") + asked.query,
    }
    return render(request, "learning/branch_print.html", context)


@require_safe
def branch_export(request):
    """The list as .xlsx; who took it out is recorded."""
    asked = _asked(request)
    record_access(
        by=request.user,
        action="export",
        field="党支部学时",
        reason="导出学时",
        ip=request.META.get("REMOTE_ADDR", ""),
        branch_id=asked.branch.pk if asked.branch else None,
        row_count=len(asked.rows),
    )
    officers, ordinary = apart(asked.rows)
    return xlsx_response(Table(progress_columns(), [*officers, *ordinary]), asked.title, sheet="学时")
