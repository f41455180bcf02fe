"""最近一次联系 (9.3): the latest of what each app knows of a member. Apps above this one add their own source when they start."""

import datetime
from collections.abc import Callable, Collection

from django.db.models import Max

from members.models import ContactLog

#: (member ids, day) → member id → the latest day up to `day` that the member was known to be there. One query each.
Source = Callable[[Collection[int], datetime.date], dict[int, datetime.date]]
_sources: list[Source] = []


def contact_source(source: Source) -> Source:
    """Register a source: attendance, payments."""
    _sources.append(source)
    return source


def last_contacts(member_ids: Collection[int], day: datetime.date) -> dict[int, datetime.date]:
    """Member id → last contact up to the day, of those that had any. As many queries as there are sources."""
    latest: dict[int, datetime.date] = {}
    if not member_ids:
        return latest
    for source in _sources:
        for member_id, found in source(member_ids, day).items():
            latest[member_id] = max(found, latest.get(member_id, found))
    return latest


@contact_source
def logged_contacts(member_ids: Collection[int], day: datetime.date) -> dict[int, datetime.date]:
    """The latest contact that reached the member."""
    rows = ContactLog.objects.filter(member_id__in=member_ids, reached=True, on_date__lte=day)
    return dict(rows.order_by().values_list("member_id").annotate(Max("on_date")))
