"""The committee's own pages in the admin site: each app says which it has, the site shows those that the user may open.

Plumbing imports no domain: a tool is named by its URL and registered in `AppConfig.ready`.
"""

from dataclasses import dataclass
from enum import Enum

from django.urls import reverse

from branch_portal.permissions import Permission


class ToolGroup(Enum):
    """Headings of the front page and the side bar, in their order."""

    WATCH = "督查"
    CHECKS = "检查与要求"
    FIGURES = "统计与报表"
    SETTINGS = "组织与设置"
    ACCOUNTS = "账号与审计"


@dataclass(frozen=True)
class Tool:
    """One page: `prefix` is where its addresses begin; any one of `permissions` admits; `line` says what it is for.

    Pages of one `family` share a card on the front page, so that a page which people reach from another, or which is one of
    several alike, takes no place of its own there; the side bar lists every page.
    """

    label: str
    line: str
    url_name: str
    prefix: str
    group: ToolGroup
    permissions: tuple[Permission, ...]
    order: int = 100
    family: str = ""


_GROUPS = list(ToolGroup)
_tools: list[Tool] = []


def admin_tool(*tools: Tool) -> None:
    """Register pages of the committee's back office."""
    _tools.extend(tools)


def tools_for(user, path: str) -> list[dict]:
    """What the user may open, by group and order; the longest prefix that fits the path is the current one."""
    shown = sorted(
        (tool for tool in _tools if any(user.may(permission) for permission in tool.permissions)),
        key=lambda tool: (_GROUPS.index(tool.group), tool.order, tool.label),
    )
    current = max(
        (tool for tool in shown if path.startswith(tool.prefix)),
        key=lambda tool: len(tool.prefix),
        default=None,
    )
    return [
        {
            "label": tool.label,
            "line": tool.line,
            "url": reverse(tool.url_name),
            "group": tool.group.value,
            "family": tool.family or tool.label,
            "current": tool is current,
        }
        for tool in shown
    ]
