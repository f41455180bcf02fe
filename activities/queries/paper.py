"""Which Word form a record is printed on, and what goes into a binder."""

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length

from activities.models import ActivityRecord, PaperTemplate
from activities.rules.states import COUNTING
from branch_portal.dates import quarter_bounds
from members.models import PartyOrganization


def template_for(record: ActivityRecord) -> PaperTemplate | None:
    """The form of the nearest superior for this kind and day; None means the portal's own layout."""
    step, path = PartyOrganization.steplen, record.branch.path
    above = [path[:end] for end in range(step, len(path) + 1, step)]
    return (
        PaperTemplate.objects.unscoped("a superior's form is for all branches below it")
        .in_use()
        .filter(
            Q(kind=record.kind) | Q(kind=""), organization__path__in=above, active_from__lte=record.on_date
        )
        .annotate(depth=Length("organization__path"), own_kind=Length(F("kind")))
        .order_by("-depth", "-own_kind", "-active_from", "-pk")
        .first()
    )


def bound_records(
    branch: PartyOrganization, year: int, quarter: int | None = None
) -> QuerySet[ActivityRecord]:
    """The recorded ones of a year (by the year that they belong to) or of a quarter (by their days), in order."""
    records = ActivityRecord.objects.filter(branch=branch, state__in=COUNTING)
    if quarter is None:
        records = records.filter(assessment_year=year)
    else:
        records = records.filter(on_date__range=quarter_bounds(year, quarter))
    return records.select_related(
        "branch", "cell", "share__gathering", "recorded_by", "confirmed_by"
    ).order_by("on_date", "pk")
