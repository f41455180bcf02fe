"""A member's year, brought to what the ledger says in the transaction that changed it."""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction

from learning.models import MemberYear
from learning.queries.years import compute_member_years
from members.models import Member

BATCH = 2000
UPDATED_FIELDS = [
    "branch",
    "is_officer",
    "required_hours",
    "hours",
    "pending_hours",
    "minutes",
    "month_hours",
    "category_hours",
    "central_trainings",
]


@transaction.atomic(savepoint=False)
def recompute_member_years(*, by, member_ids: Collection[int], years: Iterable[int]) -> None:
    """Make the stored years of these members say what the ledger says: a constant number of statements."""
    lock_members(member_ids)
    write_member_years(compute_member_years(member_ids=member_ids, years=years))


def write_member_years(rows: Sequence[MemberYear]) -> None:
    """One upsert."""
    MemberYear.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["member", "year"],
        update_fields=UPDATED_FIELDS,
        batch_size=2000,
    )


def lock_members(member_ids: Collection[int]) -> None:
    """Two sources may touch one member at once; whoever adds up second must see what the first wrote."""
    locked = Member.objects.select_for_update(no_key=True).filter(pk__in=member_ids).order_by("pk")
    list(locked.values_list("pk", flat=True))


@transaction.atomic(savepoint=False)
def refresh_member_years(*, by, member_ids: Collection[int]) -> None:
    """Recompute the years that these members have already: for a change of post or branch."""
    years = set(MemberYear.objects.filter(member_id__in=member_ids).values_list("year", flat=True))
    if years:
        recompute_member_years(by=by, member_ids=member_ids, years=years)


@transaction.atomic(savepoint=False)
def recompute_years_from(*, by, year: int) -> None:
    """Recompute every stored year from this one on: for a change of the rules."""
    members = list(
        MemberYear.objects.filter(year__gte=year).order_by().values_list("member_id", flat=True).distinct()
    )
    years = set(MemberYear.objects.filter(year__gte=year).values_list("year", flat=True).distinct())
    for start in range(0, len(members), BATCH):
        recompute_member_years(by=by, member_ids=members[start : start + BATCH], years=years)
