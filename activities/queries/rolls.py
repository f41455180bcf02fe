"""Reading rolls: a share's rows, and a member's own attendance."""

from django.db.models import Exists, OuterRef

from activities.models import ActivityRecord, GatheringBranch, RollEntry
from activities.rules.states import DRAFT
from members.models import Member

_COLUMNS = [field.name for field in RollEntry._meta.concrete_fields] + ["member__uid"]


def stored_entries(share: GatheringBranch) -> list[RollEntry]:
    """The roll as it was saved, with each member's uid; personal data stay in the database."""
    return list(
        RollEntry.objects.filter(share=share).select_related("member").only(*_COLUMNS).order_by("row_number")
    )


def attendance_of(user, member: Member, *, limit: int = 12) -> list[RollEntry]:
    """A member's latest rows that the user may see, newest first, with their gatherings; a draft's roll says nothing yet."""
    written = ActivityRecord.objects.filter(share=OuterRef("share")).exclude(state=DRAFT)
    return list(
        RollEntry.objects.visible_to(user)
        .filter(member=member)
        .filter(Exists(written))
        .select_related("share__gathering")
        .order_by("-on_date", "-pk")[:limit]
    )
