"""What members' years should say, added up from the ledger; the same code serves pages, actions and rebuilds."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Max, Q, Sum
from django.db.models.functions import Sign

from learning.models import MemberYear, StudyCredit
from learning.queries.rules import RuleBook
from learning.rules.categories import CENTRAL_TRAINING
from learning.rules.hours import OFFICER_POSTS, Credit, PostSpan, required_hours, year_total
from members.models import Affiliation, PostTenure


@dataclass
class _Sums:
    """One member's ledger of one year, added up."""

    branch_id: int
    credits: list[Credit] = field(default_factory=list)
    months: list[Decimal] = field(default_factory=lambda: [Decimal(0)] * 12)
    categories: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    trainings: int = 0


def compute_member_years(
    *, member_ids: Collection[int] | None = None, years: Iterable[int] | None = None
) -> list[MemberYear]:
    """The rows as they should be, unsaved, ordered by member and year; None stands for all.

    A member has a row for each year in which the ledger has a row of theirs.
    """
    wanted = None if years is None else sorted(set(years))
    sums = _sums(member_ids, wanted)
    found = {year for _, year in sums}
    book = RuleBook()
    posts, places = posts_by_member(member_ids), branches_by_year(member_ids, found)
    return [
        _row(member_id, year, total, book, posts.get(member_id, ()), places.get((member_id, year)))
        for (member_id, year), total in sorted(sums.items())
    ]


def _sums(member_ids: Collection[int] | None, years: Collection[int] | None) -> dict[tuple[int, int], _Sums]:
    rows = StudyCredit.objects.filter(_of(member_ids))
    if years is not None:
        rows = rows.filter(year__in=years)
    groups = (
        rows.order_by()
        .values_list("member_id", "year", "category", "on_date__month", "status")
        .annotate(Sum("minutes"), Sum("hours"), items=Sum(Sign("minutes")), last_branch=Max("branch_id"))
    )
    sums: dict[tuple[int, int], _Sums] = {}
    for member_id, year, category, month, status, minutes, hours, items, branch_id in groups:
        total = sums.setdefault((member_id, year), _Sums(branch_id))
        pending = status == StudyCredit.Status.PENDING
        total.credits.append(Credit(category, minutes, hours, pending))
        total.months[month - 1] += hours
        total.categories[category] += hours
        if category == CENTRAL_TRAINING and not pending:
            total.trainings += int(items)
    return sums


def posts_by_member(member_ids: Collection[int] | None) -> dict[int, list[PostSpan]]:
    posts: dict[int, list[PostSpan]] = defaultdict(list)
    tenures = PostTenure.objects.filter(_of(member_ids), post__in=OFFICER_POSTS, period__isempty=False)
    for member_id, post, period in tenures.values_list("member_id", "post", "period"):
        last = period.upper - datetime.timedelta(days=1) if period.upper else None
        posts[member_id].append(PostSpan(post, period.lower, last))
    return posts


def branches_by_year(member_ids: Collection[int] | None, years: Iterable[int]) -> dict[tuple[int, int], int]:
    """Where each member was last in each year: hours travel with the member, the year belongs to that branch."""
    places: dict[tuple[int, int], int] = {}
    wanted = sorted(years)
    periods = Affiliation.objects.filter(_of(member_ids), period__isempty=False).order_by("period")
    for member_id, branch_id, period in periods.values_list("member_id", "branch_id", "period"):
        for year in wanted:
            ended = period.upper is not None and period.upper <= datetime.date(year, 1, 1)
            if period.lower < datetime.date(year + 1, 1, 1) and not ended:
                places[member_id, year] = branch_id
    return places


def _of(member_ids: Collection[int] | None) -> Q:
    return Q() if member_ids is None else Q(member_id__in=member_ids)


def _row(
    member_id: int,
    year: int,
    sums: _Sums,
    book: RuleBook,
    posts: Iterable[PostSpan],
    branch_id: int | None,
) -> MemberYear:
    required = required_hours(book.requirement(year), year, posts)
    total = year_total(year, sums.credits, book.rules(year), required)
    return MemberYear(
        member_id=member_id,
        branch_id=branch_id or sums.branch_id,
        year=year,
        is_officer=required.officer,
        required_hours=required.hours,
        hours=total.counted,
        pending_hours=total.pending,
        minutes=sum(credit.minutes for credit in sums.credits),
        month_hours=[float(hours) for hours in sums.months],
        category_hours={category: float(hours) for category, hours in sorted(sums.categories.items())},
        central_trainings=max(sums.trainings, 0),
    )


def members_with_years() -> list[int]:
    """Everybody with a ledger row or a stored year."""
    ledger = StudyCredit.objects.order_by().values_list("member_id", flat=True).distinct()
    stored = MemberYear.objects.order_by().values_list("member_id", flat=True).distinct()
    return sorted({*ledger, *stored})
