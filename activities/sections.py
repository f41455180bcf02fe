"""The pages of 组织生活: one row of links for whoever may open each."""

from django.urls import reverse

from branch_portal.permissions import Permission

P = Permission
#: (words, route, permission that opens it).
_PAGES = [
    ("活动记录", "activities:records", P.VIEW_RECORDS),
    ("年度计划", "activities:plan", P.LOG_GATHERINGS),
    ("决议事项", "activities:resolutions", P.LOG_GATHERINGS),
    ("谈心谈话", "activities:talks", P.VIEW_RECORDS),
    ("志愿服务时长", "activities:service", P.VIEW_RECORDS),
    ("红色教育基地", "activities:bases", P.VIEW_RECORDS),
    ("记录册", "activities:binders", P.VIEW_ROLLS),
]


def section_tabs(user, current: str) -> list[dict]:
    """What `components/tabs.html` takes; `current` is the route of the page that shows it."""
    return [
        {"label": words, "url": reverse(route), "active": route == current}
        for words, route, permission in _PAGES
        if user.may(permission)
    ]
