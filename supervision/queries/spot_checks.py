"""What a spot check is drawn from, and drawing it again."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from activities.models import ActivityRecord
from members.models import PartyOrganization
from supervision.models import SpotCheck, SpotCheckItem
from supervision.rules.drawing import draw, fingerprint


@dataclass(frozen=True, slots=True)
class Stratum:
    """Which records may be drawn. Empty tuples mean all."""

    root: PartyOrganization
    first_on: datetime.date
    last_on: datetime.date
    kinds: tuple[str, ...] = ()
    unit_categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Redraw:
    """A check drawn once more from its stored filter: the population now, and whether it is the stored one."""

    population: int
    same_population: bool
    same_sample: bool


def population(stratum: Stratum, moment: datetime.datetime) -> QuerySet[ActivityRecord]:
    """Records of the stratum that had been signed by the moment; one that is signed later is not drawn from."""
    records = ActivityRecord.objects.filter(
        branch__path__startswith=stratum.root.path,
        on_date__range=(stratum.first_on, stratum.last_on),
        quality__counted_since__lte=moment,
    )
    if stratum.kinds:
        records = records.filter(kind__in=stratum.kinds)
    if stratum.unit_categories:
        records = records.filter(branch__unit_category__in=stratum.unit_categories)
    return records


def uids_of(records: QuerySet[ActivityRecord]) -> list[str]:
    return [str(uid) for uid in records.values_list("uid", flat=True)]


def stratum_of(check: SpotCheck) -> Stratum:
    return Stratum(
        check.root, check.first_on, check.last_on, tuple(check.kinds), tuple(check.unit_categories)
    )


def redraw(check: SpotCheck) -> Redraw:
    """Draw again by what is stored; changes nothing."""
    uids = uids_of(population(stratum_of(check), check.drawn_at))
    stored = [str(uid) for uid in check.items.order_by("position").values_list("record__uid", flat=True)]
    return Redraw(
        len(uids), fingerprint(uids) == check.population_hash, draw(uids, check.size, check.seed) == stored
    )


def with_progress(checks: QuerySet[SpotCheck]) -> QuerySet[SpotCheck]:
    """With `judged` and `problems` counted."""
    return checks.annotate(
        judged=Count("items", filter=~Q(items__result="")),
        problems=Count("items", filter=Q(items__result=SpotCheckItem.Result.PROBLEM)),
    )
