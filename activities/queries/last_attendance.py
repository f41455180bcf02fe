"""Attendance as a sign of contact: whoever came was reached that day (9.3)."""

import datetime
from collections.abc import Collection

from django.db.models import Exists, Max, OuterRef

from activities.models import ActivityRecord, RollEntry
from activities.rules.roll import ATTENDING
from activities.rules.states import DRAFT
from members.queries.contacts import contact_source


@contact_source
def last_attendances(member_ids: Collection[int], day: datetime.date) -> dict[int, datetime.date]:
    """The latest gathering up to the day that each of these members came to. One query; a draft's roll says nothing yet."""
    rows = RollEntry.objects.filter(member_id__in=member_ids, status__in=ATTENDING, on_date__lte=day)
    written = ActivityRecord.objects.filter(share=OuterRef("share")).exclude(state=DRAFT)
    return dict(rows.filter(Exists(written)).order_by().values_list("member_id").annotate(Max("on_date")))
