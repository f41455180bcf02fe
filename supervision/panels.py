"""The committee's panel on the workbench."""

from django.urls import reverse

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.registries import Panel, workbench_panel
from supervision.queries.grid import supervision_grid
from supervision.tables.grid import branch_url

SHOWN = 5


@workbench_panel
def branches_in_need(request) -> Panel | None:
    """需要帮助的支部: the five that lack most this year."""
    if not request.user.may(Permission.VIEW_SUPERVISION):
        return None
    day = today_shanghai()
    grid = supervision_grid(user=request.user, year=day.year, day=day, size=SHOWN)
    lines = [{"row": row, "url": branch_url(row.branch, day.year)} for row in grid.rows if row.total.missing]
    return Panel(
        "supervision/_workbench_panel.html",
        {"lines": lines, "grid": grid, "grid_url": reverse("supervision:grid")},
        order=20,
    )
