"""Reading 更正: those of a record, with those of what it shares with the other records of its gathering."""

from django.db.models import Q

from activities.models import ActivityRecord, Amendment
from activities.rules.amendments import SHARED
from activities.rules.states import SIGNED


def amendments_of(record: ActivityRecord) -> list[Amendment]:
    """Newest first; whoever reads the record reads them. Another record's are shown once they are in force."""
    shared = Q(field__in=SHARED, record__share=record.share_id, state=SIGNED)
    rows = Amendment.objects.filter(Q(record=record) | shared)
    return list(rows.select_related("proposed_by", "signed_by").order_by("-pk"))
