"""The bar under the header: at most seven entries, shown to whom they concern."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

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
    Entry("委员会后台", "admin:index", "bank", "/admin/", Permission.USE_ADMIN),
)


def entries_for(request) -> list[dict]:
    shown = []
    for entry in ENTRIES:
        if entry.permission is not None and not request.user.may(entry.permission):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        active = (
            request.path == entry.prefix
            if entry.prefix == "/"
            else request.path.startswith((entry.prefix, *entry.also))
        )
        shown.append({"label": entry.label, "url": url, "icon": entry.icon, "active": active})
    return shown
