"""What the workbench shows of notices: the newest messages, and what waits for an answer."""

from branch_portal.registries import Panel, workbench_panel
from notices.queries.inbox import INBOX_ORDER, inbox_of
from notices.queries.notices import attach_notices, waiting_lines

SHOWN = 5


@workbench_panel
def newest_messages(request) -> Panel:
    """通知: the five newest, unread ones first."""
    shown = list(inbox_of(request.user).order_by(*INBOX_ORDER)[:SHOWN])
    attach_notices(request.user, shown)
    return Panel("notices/_workbench_panel.html", {"messages_shown": shown}, order=150)


@workbench_panel
def waiting_for_my_answer(request) -> Panel | None:
    """待我答复: notices that want an answer, the nearest deadline first."""
    lines = waiting_lines(request.user, SHOWN + 1)
    if not lines:
        return None
    context = {"lines": lines[:SHOWN], "more": len(lines) > SHOWN}
    return Panel("notices/_panel_waiting.html", context, order=20)
