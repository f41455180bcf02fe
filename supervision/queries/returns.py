"""Records that a committee has returned and that have not come back yet."""

import datetime

from django.db.models import DateField, F, QuerySet
from django.db.models.functions import Cast, Coalesce

from activities.models import ActivityRecord
from branch_portal.permissions import Permission
from members.models import PartyOrganization


def returned_records(
    *, user, day: datetime.date, root: PartyOrganization | None = None, only_late: bool = False
) -> QuerySet[ActivityRecord]:
    """Each with its `due` day; what was returned before there were days is due at once."""
    records = (
        ActivityRecord.objects.permitted(user, Permission.INSPECT)
        .filter(state=ActivityRecord.State.RETURNED)
        .annotate(due=Coalesce(F("return_due_on"), Cast("returned_at", DateField())))
        .select_related("branch", "cell")
    )
    if root is not None:
        records = records.filter(branch__path__startswith=root.path)
    return records.filter(due__lt=day) if only_late else records
