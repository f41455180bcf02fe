"""What a calendar address carries, and whose addresses there are."""

import datetime

from branch_portal.dates import add_months, today_shanghai
from branch_portal.permissions import Permission
from branch_portal.registries import CalendarEntry, calendar_entries
from members.models import PartyOrganization
from notices.models import CalendarFeed

MONTHS_BACK, MONTHS_AHEAD = 6, 15
_OFFERED = 200


def entries_of(feed: CalendarFeed) -> list[CalendarEntry]:
    """The owner's calendar from half a year ago on, by the owner's own rights."""
    today: datetime.date = today_shanghai()
    own = feed.branch is None
    home = feed.owner.member.branch if feed.owner.member else None
    return calendar_entries(
        user=feed.owner,
        branch=home if own else feed.branch,
        first=add_months(today.replace(day=1), -MONTHS_BACK),
        last=add_months(today, MONTHS_AHEAD),
        own=own,
    )


def feed_name(feed: CalendarFeed) -> str:
    """How calendar programs call it: the branch's short name, nothing of the owner."""
    home = feed.owner.member.branch if feed.owner.member else ""
    return f"{feed.branch or home}组织生活"


def open_feeds(user) -> list[CalendarFeed]:
    return list(CalendarFeed.objects.visible_to(user).open().select_related("branch").order_by("pk"))


def branches_to_follow(user) -> list[PartyOrganization]:
    """Branches whose calendar the user may have, in official order."""
    branches = PartyOrganization.objects.permitted(user, Permission.VIEW_ROLLS).branches()
    return list(branches.filter(abolished_on=None).in_official_order()[:_OFFERED])
