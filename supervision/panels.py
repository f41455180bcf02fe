"""What supervision shows on the workbench: the committee's branches in need, a branch's requests from above."""

from django.urls import reverse

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.registries import Panel, workbench_panel
from supervision.queries.grid import supervision_grid
from supervision.queries.requests import may_answer, received
from supervision.tables.grid import branch_url
from supervision.tables.requests import state_of, state_words

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


_SAID = (
    "uid", "state", "returned_at", "request__title", "request__deadline", "request__organization__name",
    "request__organization__short_name", "branch__name", "branch__short_name",
)  # fmt: skip


@workbench_panel
def requests_from_above(request) -> Panel | None:
    """上级的工作要求: the newest that are still open, answered ones too, because they can be corrected. One query."""
    if not may_answer(request.user):
        return None
    found = received(request.user).filter(request__state="sent").exclude(state="known")
    found = found.select_related(None).select_related("request__organization", "branch").only(*_SAID)
    targets = list(found.order_by("-sent_at", "-pk")[:SHOWN])
    if not targets:
        return None
    lines = [{"target": one, "state": state_of(one), "words": state_words(one)} for one in targets]
    return Panel("supervision/_panel_requests.html", {"lines": lines}, order=30)
