"""What another rule would change in the members' year: tried on their own ledger and undone before anybody sees it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q, Sum

from learning.actions.years import recompute_member_years
from learning.models import MemberYear

#: So many members are tried; a random sample of them says the same about three hundred thousand, in a second.
SAMPLE = 20_000


@dataclass(frozen=True)
class YearOutcome:
    """A year of the members tried."""

    members: int
    reached: int
    officers: int
    officers_reached: int
    hours: float


@dataclass(frozen=True)
class Trial:
    """The same members before and after; `changed` is how many of them the rule would touch, `total` how many there are."""

    year: int
    total: int
    before: YearOutcome
    after: YearOutcome
    changed: int

    @property
    def sampled(self) -> bool:
        return self.before.members < self.total


def try_out(*, by, save: Callable[[], object], year: int) -> Trial:
    """Run `save`, recompute the year of the members that have one, compare, and undo everything."""
    years = MemberYear.objects.filter(year=year)
    total = years.count()
    # Uids are random, so the first of them are a fair sample, and the same one tomorrow.
    members = list(years.order_by("member__uid").values_list("member_id", flat=True)[:SAMPLE])
    before, old = _outcome(members, year), _rows(members, year)
    with transaction.atomic():
        save()
        recompute_member_years(by=by, member_ids=members, years=[year])
        after, new = _outcome(members, year), _rows(members, year)
        transaction.set_rollback(True)
    return Trial(year, total, before, after, sum(new.get(key) != row for key, row in old.items()))


def _rows(members: list[int], year: int) -> dict[int, tuple]:
    rows = MemberYear.objects.filter(year=year, member__in=members)
    return {
        row[0]: row[1:]
        for row in rows.values_list("member_id", "hours", "required_hours", "required_trainings")
    }


def _outcome(members: list[int], year: int) -> YearOutcome:
    officer, reached = Q(is_officer=True), MemberYear.objects.reached_lookup()
    sums = MemberYear.objects.filter(year=year, member__in=members).aggregate(
        members=Count("pk"),
        reached=Count("pk", filter=reached),
        officers=Count("pk", filter=officer),
        officers_reached=Count("pk", filter=officer & reached),
        hours=Sum("hours", default=0),
    )
    return YearOutcome(**{**sums, "hours": float(sums["hours"])})
