"""Reading the archive: what may be sealed, and whether what is sealed is still what it was."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from activities.models import ActivityRecord
from activities.queries.sheet import sheet_of
from activities.rules.sheet import content_hash
from activities.rules.states import ARCHIVED, CONFIRMED, DRAFT
from branch_portal.database import beyond_scope
from members.models import PartyOrganization


@dataclass(frozen=True)
class Verified:
    """All that the public page says of a record."""

    kind: str
    on_date: str
    branch: str
    intact: bool


def to_archive(branch: PartyOrganization, year: int) -> QuerySet[ActivityRecord]:
    """The confirmed records of a branch's year."""
    return ActivityRecord.objects.filter(branch=branch, assessment_year=year, state=CONFIRMED).order_by(
        "on_date", "pk"
    )


def state_counts(branch: PartyOrganization, year: int) -> dict[str, int]:
    """State → number of the branch's records of the year, drafts left out."""
    rows = (
        ActivityRecord.objects.filter(branch=branch, assessment_year=year)
        .exclude(state=DRAFT)
        .order_by()
        .values_list("state")
        .annotate(number=Count("pk"))
    )
    return dict(rows)


@beyond_scope("the public page of a code on paper")
def verified(code: str) -> Verified | None:
    """The record of a code, as far as everybody may know it; None when there is none."""
    record = (
        ActivityRecord.objects.unscoped("the public page of a code on paper")
        .filter(verify_code=code, state=ARCHIVED)
        .select_related("branch", "cell", "share__gathering", "recorded_by", "confirmed_by")
        .first()
    )
    if record is None:
        return None
    sheet = sheet_of(record)
    return Verified(
        sheet.kind_label,
        sheet.when.partition("）")[0] + "）",
        sheet.branch,
        content_hash(sheet) == record.content_hash,
    )
