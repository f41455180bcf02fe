"""运行状态 on the workbench of system administrators, and of nobody else."""

from django.urls import reverse

from branch_portal.health import look
from branch_portal.permissions import Permission
from branch_portal.registries import Panel, workbench_panel


@workbench_panel
def running_state(request) -> Panel | None:
    """All well in one line, or each alarm with what to do."""
    if not request.user.may(Permission.CONFIGURE):
        return None
    return Panel(
        "operations/_workbench_panel.html",
        {"health": look(), "url": reverse("operations:status")},
        order=5,
    )
