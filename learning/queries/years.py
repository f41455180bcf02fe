"""Where members' years belong and which posts and months decide what is owed; whether the stored years are right."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from learning.models import BranchStudyYear, MemberYear, StudyCredit
from learning.queries import branch_year_sql, year_sql
from learning.rules.hours import OFFICER_POSTS, PostSpan
from members.models import Affiliation, PostTenure


@dataclass(frozen=True)
class Difference:
    """How many stored years do not say what the ledger says, of how many that there should be; and how many branches' years
    do not say what their members' years say."""

    wrong: int
    total: int
    branches: int = 0


def stored_differences() -> Difference:
    """Compare every stored year with the ledger; changes nothing."""
    wrong = total = branches = 0
    with transaction.atomic(), connection.cursor() as cursor:
        # Everything is read: joins row by row, which old statistics may suggest, would only be slow.
        cursor.execute("SET LOCAL statement_timeout = '10min'; SET LOCAL enable_nestloop = off")
        for year in years_in_use():
            statement = year_sql.differences(year)
            cursor.execute(statement.sql, statement.values)
            counts = cursor.fetchone()
            statement = branch_year_sql.differences(year)
            cursor.execute(statement.sql, statement.values)
            wrong, total = wrong + counts[0], total + counts[1]
            branches += cursor.fetchone()[0]
        cursor.execute("SET LOCAL enable_nestloop = on")
    return Difference(wrong, total, branches)


def years_in_use(*, since: int = 0) -> list[int]:
    """Years with a row in the ledger or a stored one, a branch's included."""
    ledger = StudyCredit.objects.filter(year__gte=since).order_by().values_list("year", flat=True).distinct()
    stored = MemberYear.objects.filter(year__gte=since).order_by().values_list("year", flat=True).distinct()
    branches = (
        BranchStudyYear.objects.filter(year__gte=since).order_by().values_list("year", flat=True).distinct()
    )
    return sorted({*ledger, *stored, *branches})


def members_with_years() -> int:
    """How many members have a stored year."""
    return MemberYear.objects.order_by().values("member").distinct().count()


def posts_by_member(member_ids: Collection[int]) -> dict[int, list[PostSpan]]:
    posts: dict[int, list[PostSpan]] = defaultdict(list)
    tenures = PostTenure.objects.filter(
        member_id__in=member_ids, post__in=OFFICER_POSTS, period__isempty=False
    )
    for member_id, post, period in tenures.order_by("period", "pk").values_list(
        "member_id", "post", "period"
    ):
        last = period.upper - datetime.timedelta(days=1) if period.upper else None
        posts[member_id].append(PostSpan(post, period.lower, last, PostTenure.Post(post).label))
    return posts


def branches_by_year(member_ids: Collection[int], years: Iterable[int]) -> dict[tuple[int, int], int]:
    """Where each member was last in each year: hours travel with the member, the year belongs to that branch."""
    places: dict[tuple[int, int], int] = {}
    wanted = sorted(years)
    periods = Affiliation.objects.filter(member_id__in=member_ids, period__isempty=False).order_by("period")
    for member_id, branch_id, period in periods.values_list("member_id", "branch_id", "period"):
        for year in wanted:
            ended = period.upper is not None and period.upper <= datetime.date(year, 1, 1)
            if period.lower < datetime.date(year + 1, 1, 1) and not ended:
                places[member_id, year] = branch_id
    return places


def months_in_branch(member_ids: Collection[int], year: int) -> dict[int, int]:
    """Months of the year in which each belonged to a branch, whichever it was, on at least one day."""
    months: dict[int, set[int]] = defaultdict(set)
    during = (datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1))
    periods = Affiliation.objects.filter(member_id__in=member_ids, period__overlap=during)
    for member_id, period in periods.values_list("member_id", "period"):
        first = period.lower.month if period.lower and period.lower.year == year else 1
        ended = period.upper - datetime.timedelta(days=1) if period.upper else None
        last = ended.month if ended and ended.year == year else 12
        months[member_id] |= set(range(first, last + 1))
    return {member_id: len(months[member_id]) for member_id in member_ids}
