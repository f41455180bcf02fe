"""The newest messages on the workbench."""

from branch_portal.registries import Panel, workbench_panel
from notices.queries.inbox import INBOX_ORDER, inbox_of

SHOWN = 5


@workbench_panel
def newest_messages(request) -> Panel:
    """通知: the five newest, unread ones first."""
    shown = list(inbox_of(request.user).order_by(*INBOX_ORDER)[:SHOWN])
    return Panel("notices/_workbench_panel.html", {"messages_shown": shown}, order=150)
