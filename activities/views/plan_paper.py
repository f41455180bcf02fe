"""The year plan for the wall and as a workbook: for who keeps the branch and for who supervises it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from activities.forms.plan import PlanYearForm
from activities.plan_tables import export_table, wall_rows
from activities.queries.cadence import KIND_ORDER, branch_of_cell
from activities.queries.defaults import theme_day_rule
from activities.queries.plan import arranged_records, default_year
from activities.rules.kinds import KINDS
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.tables import xlsx_response
from members.models import PartyOrganization

#: So many entries of a month and kind stand under one another on the wall; more stand side by side.
_LINES = 3


@require_safe
def wall(request):
    """A4 landscape, one page: months down, kinds across."""
    branch, year, cell = _asked(request)
    records = _records(branch, year, cell)
    rows = wall_rows(records, year)
    context = {
        "page_title": f"{cell or branch.name}{year}年度组织生活计划",
        "year": year,
        "head": [KINDS[kind].label for kind in KIND_ORDER],
        "rows": rows,
        "dense": any(len(entries) > _LINES for row in rows for entries in row["cells"]),
        "rule_label": theme_day_rule(branch).label,
        "places": sorted({record.share.gathering.place for record in records})[:6],
        "unit": branch.name,
        "today": today_shanghai(),
        "back_url": _back(request, branch, year),
    }
    return render(request, "activities/plan_wall.html", context)


@require_safe
def export(request):
    """The same as .xlsx, one line a gathering."""
    branch, year, cell = _asked(request)
    return xlsx_response(
        export_table(_records(branch, year, cell)), f"{cell or branch}{year}年度计划", sheet=f"{year}年度计划"
    )


def _asked(request):
    """The branch asked for, or the first within reach; whoever sees its rolls may see its plan."""
    user, form = request.user, PlanYearForm(request.GET, default=default_year(today_shanghai()))
    if not user.may(Permission.VIEW_ROLLS):
        raise PermissionDenied
    readable = PartyOrganization.objects.permitted(user, Permission.VIEW_ROLLS).filter(
        kind__in=(PartyOrganization.Kind.BRANCH, PartyOrganization.Kind.CELL)
    )
    if uid := form.values().get("for"):
        chosen = get_object_or_404(readable, uid=uid)
    else:
        acting = request.acting.organization if request.acting else None
        chosen = readable.filter(pk=acting.pk).first() if acting else None
        chosen = chosen or readable.filter(abolished_on=None).order_by("path").first()
    if chosen is None:
        raise PermissionDenied
    if chosen.kind == PartyOrganization.Kind.CELL:
        return branch_of_cell(chosen), form.chosen, chosen
    return chosen, form.chosen, None


def _records(branch: PartyOrganization, year: int, cell: PartyOrganization | None):
    records = arranged_records(branch, year)
    return [record for record in records if cell is None or record.cell_id == cell.pk]


def _back(request, branch: PartyOrganization, year: int) -> str:
    if request.user.access.may(Permission.LOG_GATHERINGS, branch):
        return reverse("activities:plan") + "?" + urlencode({"for": branch.uid, "year": year})
    return reverse("activities:calendar")
