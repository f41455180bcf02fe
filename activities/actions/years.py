"""The branch's year, recomputed from its records in the transaction that changed them; the same statement rebuilds all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from activities.actions.locks import lock_branches
from activities.models import BranchYear
from activities.queries import branch_year_sql
from branch_portal.database import beyond_scope
from members.models import PartyOrganization

BATCH = 500


@transaction.atomic
@beyond_scope("sums are of every row, whoever causes them")
def recompute_branch_years(*, by, branches: Sequence[PartyOrganization], years: Iterable[int]) -> None:
    """Make the stored years of these branches say what their records say: a lock, three queries and one upsert."""
    lock_branches(branch.pk for branch in branches)
    write_branch_years(branches, years)


@transaction.atomic
@beyond_scope("sums are of every row, whoever causes them")
def refresh_branch_years(*, by, path: str | None = None) -> None:
    """Recompute the stored years of the branch at or above `path`, or of every branch after a change of the rules."""
    stored = BranchYear.objects.select_related("branch").order_by("year", "branch_id")
    if path is not None:
        stored = stored.filter(branch__path__in=(path, path[: -PartyOrganization.steplen]))
    by_year: dict[int, list[PartyOrganization]] = defaultdict(list)
    for row in stored:
        by_year[row.year].append(row.branch)
    for year, branches in by_year.items():
        for start in range(0, len(branches), BATCH):
            recompute_branch_years(by=by, branches=branches[start : start + BATCH], years=[year])


def write_branch_years(branches: Sequence[PartyOrganization], years: Iterable[int]) -> int:
    """For whoever holds the branches' lock. A branch gets a row for every year asked for, also an empty one; returns how
    many were missing or wrong."""
    statement = branch_year_sql.upsert(branches, years)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.values)
        return cursor.rowcount
