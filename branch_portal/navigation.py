"""The bar under the header: at most seven entries, shown to whom they concern."""

from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from branch_portal.permissions import Permission


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    icon: str
    prefix: str
    permission: Permission | None = None
    also: tuple[str, ...] = ()


ENTRIES = (
    Entry("工作台", "workbench", "house", "/"),
    Entry("组织生活", "activities:records", "calendar-check", "/activities/"),
    Entry("学习", "learning:my-year", "book", "/learning/"),
    Entry("党员", "members:roster", "people", "/members/", Permission.VIEW_ROSTER, ("/organizations/",)),
    Entry("通知", "notices:inbox", "bell", "/notices/"),
    Entry("日历", "activities:calendar", "calendar", "/activities/calendar/", also=("/notices/feeds/",)),
    Entry("委员会后台", "admin:index", "bank", "/admin/", Permission.USE_ADMIN),
)


#: The addresses never change, and every page asks for them.
_address = cache(reverse)


def entries_for(request) -> tuple[tuple[str, str, str, bool], ...]:
    """(label, address, icon, whether one is there) of what the user may open."""
    current = _current(request.path)
    return tuple(
        (entry.label, _address(entry.url_name), entry.icon, entry is current)
        for entry in ENTRIES
        if entry.permission is None or request.user.may(entry.permission)
    )


def _current(path: str) -> Entry | None:
    """The entry whose prefix fits best: the calendar stands under 组织生活 in the addresses and beside it in the bar."""
    fitting = [
        (len(prefix), entry)
        for entry in ENTRIES
        for prefix in (entry.prefix, *entry.also)
        if (path == prefix if prefix == "/" else path.startswith(prefix))
    ]
    return max(fitting, key=lambda pair: pair[0], default=(0, None))[1]
