"""What the forms of a notice start from."""

import datetime
from typing import Any

from branch_portal.dates import to_local, today_shanghai
from members.models import PartyOrganization
from notices.models import Notice

#: Three days to answer, until the end of the working day.
_DAYS, _HOUR = datetime.timedelta(days=3), datetime.time(18)


def new_initial(sender: PartyOrganization) -> dict[str, Any]:
    addressed = Notice.Addressed.PEOPLE if sender.is_branch else Notice.Addressed.BRANCHES
    return {
        "wanted": Notice.Wanted.READ,
        "addressed": addressed,
        "reach": "all",
        "due_day": today_shanghai() + _DAYS,
        "due_time": _HOUR,
    }


def draft_initial(notice: Notice) -> dict[str, Any]:
    chosen = set(notice.audience.get("organizations") or ())
    uids = PartyOrganization.objects.none()
    if chosen:
        uids = PartyOrganization.objects.unscoped("the sender's own choice, read back").filter(pk__in=chosen)
    return {
        **sent_initial(notice),
        "wanted": notice.wanted,
        "addressed": notice.addressed,
        "reach": "some" if chosen else "all",
        "organizations": [organization.uid.hex for organization in uids],
        "posts": notice.audience.get("posts") or [],
        "categories": notice.audience.get("categories") or [],
    }


def sent_initial(notice: Notice) -> dict[str, Any]:
    due = to_local(notice.deadline) if notice.deadline else None
    return {
        "title": notice.title,
        "text": notice.text,
        "due_day": due.date() if due else None,
        "due_time": due.time() if due else None,
        "version": notice.version,
    }
