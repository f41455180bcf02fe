"""The pages of 组织生活: one row of links for whoever may open each."""

from django.urls import reverse

from branch_portal.permissions import Permission

P = Permission
#: (words, route, permission that opens it).
_PAGES = [
    ("活动记录", "activities:records", P.VIEW_RECORDS),
    ("决议事项", "activities:resolutions", P.LOG_GATHERINGS),
]


def section_tabs(user, current: str) -> list[dict]:
    """What `components/tabs.html` takes; `current` is the route of the page that shows it."""
    return [
        {"label": words, "url": reverse(route), "active": route == current}
        for words, route, permission in _PAGES
        if user.may(permission)
    ]
