"""What the members' app shows on the workbench."""

from django.http import HttpRequest
from django.urls import reverse

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.registries import Panel, workbench_panel
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
