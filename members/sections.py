"""The pages of 党员 beside the roster: one row of links for whoever may open each, so that nothing has to be remembered."""

from django.urls import reverse

from branch_portal.permissions import Permission

P = Permission
#: (words, route, permission that opens it).
_PAGES = (
    ("名册", "members:roster", P.VIEW_ROSTER),
    ("组织关系转接", "members:transfers", P.VIEW_ROSTER),
    ("需要关注", "members:attention", P.VIEW_ROSTER),
    ("到期名单", "members:lists", P.VIEW_ROSTER),
    ("增减情况", "members:changes", P.VIEW_ROSTER),
    ("表彰名单", "members:commendations", P.VIEW_ROSTER),
    ("更正申请", "members:corrections", P.EDIT_ROSTER),
    ("待补信息", "members:incomplete", P.EDIT_ROSTER),
    ("历史党员", "members:left", P.VIEW_ROSTER),
    ("岗位职责", "members:posts", P.VIEW_ORGANIZATION),
    ("授权委托", "members:delegations", P.DELEGATE),
    ("党组织", "organizations:tree", P.VIEW_ORGANIZATION),
    ("代码表", "members:dictionaries", P.VIEW_ROSTER),
)


def section_tabs(user, current: str) -> list[dict]:
    """What `components/tabs.html` takes; `current` is the route of the page that shows it."""
    return [
        {"label": words, "url": reverse(route), "active": route == current}
        for words, route, permission in _PAGES
        if user.may(permission)
    ]
