"""What belongs to all records of a list: the year's archive, a committee's own forms."""

from typing import Any

from django.urls import reverse

from activities.page_panels import PageLink
from branch_portal.permissions import Permission


def list_links(request: Any) -> list[PageLink]:
    """Links under 更多 of the list, as far as the user may follow them."""
    offered = (
        (Permission.CONFIRM_RECORDS, PageLink("年度归档", reverse("activities:archive-year"), "archive", 20)),
        (
            Permission.EDIT_DICTIONARIES,
            PageLink("记录表模板", reverse("activities:templates"), "file-text", 30),
        ),
    )
    return [link for permission, link in offered if request.user.may(permission)]
