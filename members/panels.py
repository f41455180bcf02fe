"""What the members' app shows on the workbench."""

from django.http import HttpRequest
from django.urls import reverse

from branch_portal.dates import format_date_cn, today_shanghai
from branch_portal.due import committee_due_items, reminded
from branch_portal.permissions import Permission
from branch_portal.registries import Panel, workbench_panel
from members.models import PartyOrganization
from members.queries.organization_facts import structures_on


@workbench_panel
def structure_findings(request: HttpRequest) -> Panel | None:
    """组织设置提示 of the branch that one keeps; nothing where nothing is to be said."""
    branch = request.acting.organization if request.acting else None
    if branch is None or not branch.is_branch or not request.user.access.may(Permission.EDIT_ROSTER, branch):
        return None
    structure = structures_on([branch], today_shanghai()).get(branch.pk)
    if structure is None or not structure.findings:
        return None
    context = {
        "count": len(structure.findings),
        "first": structure.findings[0],
        "url": reverse("organizations:detail", args=[branch.uid]),
    }
    return Panel("organizations/_panel_findings.html", context, order=120)


@workbench_panel
def committee_duties(request: HttpRequest) -> Panel | None:
    """What the committee that one works for owes itself; nothing where nothing is due."""
    acting = request.acting.organization if request.acting else None
    if acting is None or acting.kind in (PartyOrganization.Kind.BRANCH, PartyOrganization.Kind.CELL):
        return None
    if not request.user.access.may(Permission.MANAGE_ORGANIZATIONS, acting):
        return None
    day = today_shanghai()
    items = committee_due_items(committees=[acting], day=day)
    if not items:
        return None
    told = reminded(user=request.user, items=items)
    lines = [
        {
            "title": item.title,
            "when": format_date_cn(item.due_on),
            "left": f"还剩 {left} 天" if (left := item.days_left(day)) >= 0 else f"逾期 {-left} 天",
            "late": left < 0,
            "clause": item.clause,
            "url": item.url,
            "action_label": item.action_label,
            "reminded": told.get(item, ""),
        }
        for item in items
    ]
    return Panel("organizations/_panel_duties.html", {"lines": lines}, order=20)
