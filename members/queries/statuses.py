"""Statuses as of a day, for whoever lists or counts people of that day."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from members.models import MemberStatus

#: The code table that each kind takes its reasons from.
REASON_TABLES: dict[str, str] = {
    MemberStatus.Kind.FLOATING: "floating_reason",
    MemberStatus.Kind.OUT_OF_CONTACT: "lost_contact_reason",
    MemberStatus.Kind.SUSPENDED: "suspension_reason",
}


def statuses_on(member_ids: Iterable[int], day: datetime.date) -> dict[int, dict[str, MemberStatus]]:
    """Member id → kind → the status that ran on the day. One query."""
    found: dict[int, dict[str, MemberStatus]] = defaultdict(dict)
    for status in MemberStatus.objects.filter(member_id__in=list(member_ids)).on(day):
        found[status.member_id][status.kind] = status
    return found
