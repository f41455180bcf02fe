"""A member's year in one row, recomputed from the ledger: idempotent, set-based, in the transaction that changed it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q, Sum

from learning.models import MemberYear, StudyCredit
from learning.queries.rules import pure_rules, requirement
from learning.rules.hours import Credit, Required, required_hours, year_total
from members.models import Member, PostTenure

_FIELDS = (
    "branch", "is_officer", "required_hours", "hours", "pending_hours", "minutes",
    "month_hours", "category_hours", "central_trainings",
)  # fmt: skip


@dataclass
class _Sums:
    """What the ledger says of one member's year, summed by the database."""

    credits: list[Credit] = field(default_factory=list)
    months: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    categories: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    minutes: int = 0
    trainings: int = 0


@transaction.atomic(savepoint=False)
def recompute_member_years(*, by, member_ids: Collection[int], years: Iterable[int]) -> None:
    """Write `MemberYear` for these members and years from the ledger, posts and rules; ≤ 6 statements a year."""
    for year in sorted(set(years)):
        rows = computed_years(member_ids=set(member_ids), year=year)
        MemberYear.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["member", "year"],
            update_fields=_FIELDS,
            batch_size=1000,
        )


def computed_years(*, member_ids: set[int], year: int) -> list[MemberYear]:
    """What `MemberYear` should say, unsaved; members without a branch keep the branch of their last credit."""
    sums = _sums(member_ids, year)
    rules, owed = pure_rules(year), requirement(year)
    officers = set(
        PostTenure.objects.filter(member_id__in=member_ids)
        .during_year(year)
        .counting_as_officer()
        .values_list("member_id", flat=True)
    )
    branches = dict(Member.objects.filter(pk__in=member_ids).values_list("pk", "branch_id"))
    last = dict(
        StudyCredit.objects.filter(
            member_id__in=[pk for pk, branch in branches.items() if branch is None], year=year
        )
        .order_by("on_date", "pk")
        .values_list("member_id", "branch_id")
    )
    rows = []
    for member_id in sorted(member_ids):
        branch_id = branches.get(member_id) or last.get(member_id)
        if branch_id is None:
            continue
        is_officer = member_id in officers
        rows.append(_row(member_id, branch_id, year, is_officer, sums[member_id], rules, owed))
    return rows


def _row(member_id, branch_id, year, is_officer, sums: _Sums, rules, owed) -> MemberYear:
    whole = owed.officer_hours if is_officer else owed.member_hours
    required: Required = required_hours(owed, year, ())
    total = year_total(year, [credit for credit in sums.credits if credit.category in rules], rules, required)
    return MemberYear(
        member_id=member_id,
        branch_id=branch_id,
        year=year,
        is_officer=is_officer,
        required_hours=whole,
        hours=total.counted,
        pending_hours=total.pending,
        minutes=sums.minutes,
        month_hours=[float(sums.months[month]) for month in range(1, 13)],
        category_hours={
            category: float(hours) for category, hours in sorted(sums.categories.items()) if hours
        },
        central_trainings=max(sums.trainings, 0),
    )


def _sums(member_ids: set[int], year: int) -> dict[int, _Sums]:
    sums: dict[int, _Sums] = defaultdict(_Sums)
    items = Count("pk", filter=Q(reverses__isnull=True)) - Count("pk", filter=Q(reverses__isnull=False))
    grouped = (
        StudyCredit.objects.filter(member_id__in=member_ids, year=year)
        .values("member_id", "category", "status", "on_date__month")
        .annotate(total_minutes=Sum("minutes"), total_hours=Sum("hours"), items=items)
        .order_by()
    )
    for row in grouped:
        one = sums[row["member_id"]]
        pending = row["status"] == StudyCredit.Status.PENDING
        one.credits.append(Credit(row["category"], row["total_minutes"], row["total_hours"], pending=pending))
        one.months[row["on_date__month"]] += row["total_hours"]
        one.categories[row["category"]] += row["total_hours"]
        one.minutes += row["total_minutes"]
        if row["category"] == "central_training" and not pending:
            one.trainings += row["items"]
    return sums
