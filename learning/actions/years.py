"""A member's year, brought to what the ledger says in the transaction that changed it, and with it the branch's."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from branch_portal.database import beyond_scope
from learning.models import MemberYear
from learning.queries import branch_year_sql, year_sql
from learning.queries.branch_years import branches_without_row, stored_years_of
from learning.queries.years import members_with_years, years_in_use
from members.models import Member

#: Everything is read, so joins row by row, which old statistics may suggest, would only be slow.
_FOR_EVERYBODY = """
SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '30s';
SET LOCAL work_mem = '128MB'; SET LOCAL enable_nestloop = off; SET LOCAL jit = off;
LOCK TABLE learning_studycredit IN SHARE MODE;
LOCK TABLE learning_branchstudyyear IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE learning_memberyear IN SHARE ROW EXCLUSIVE MODE
"""
#: Branches whose rows are made in one transaction when a year begins.
_BATCH = 1000


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild found: members, their years, and how many of these and of branches' years it had to write or take away."""

    members: int
    years: int
    changed: int
    branches: int = 0


@transaction.atomic(savepoint=False)
@beyond_scope("sums are of every row, whoever causes them")
def recompute_member_years(
    *, by, member_ids: Collection[int], years: Iterable[int], branch_ids: Collection[int] = ()
) -> None:
    """Make the stored years of these members, and of the branches where they are or were, say what the ledger says.

    Two round trips, whatever their number. The branches' rows are the lock: two sources may touch one member or one branch
    at once, and whoever adds up second must see what the first wrote. They are taken last of all, after any lock on
    members, and no lock on a member follows. `branch_ids`: more branches, whose members these are no longer.
    """
    wanted = sorted(set(years))
    held = branch_year_sql.lock(member_ids, wanted, branch_ids)
    members = year_sql.upsert(member_ids, wanted)
    branches = branch_year_sql.recompute(member_ids, wanted, branch_ids)
    with connection.cursor() as cursor:
        cursor.execute(held.sql, held.values)
        cursor.execute(f"{members.sql}; {branches.sql}", members.values | branches.values)


@beyond_scope("sums are of every row, whoever causes them")
def lock_members(member_ids: Collection[int]) -> None:
    """Two sources may touch one member at once; whoever adds up second must see what the first wrote."""
    locked = Member.objects.select_for_update(no_key=True).filter(pk__in=member_ids).order_by("pk")
    list(locked.values_list("pk", flat=True))


@transaction.atomic(savepoint=False)
@beyond_scope("sums are of every row, whoever causes them")
def refresh_member_years(
    *, by, member_ids: Collection[int], branch_ids: Collection[int] = (), year: int | None = None
) -> None:
    """Recompute the years that these members and their branches have already: for a change of post, status or branch.

    `year` is recomputed in any case, so that a row of a branch that is being made at the same moment is waited for.
    """
    years = stored_years_of(member_ids, branch_ids) | ({year} if year else set())
    if years:
        recompute_member_years(by=by, member_ids=member_ids, years=years, branch_ids=branch_ids)


@transaction.atomic
def open_branch_years(*, by, day: datetime.date) -> int:
    """Make the running year's rows of branches that have none yet, some at a time; returns how many it made.

    Only for speed: a branch without a row is counted when asked, and makes one with the first change of the year.
    """
    missing = branches_without_row(day.year)[:_BATCH]
    if missing:
        recompute_member_years(by=by, member_ids=[], years=[day.year], branch_ids=missing)
    return len(missing)


@transaction.atomic
def rebuild_years(*, by, since: int = 0) -> Rebuilt:
    """Everybody's years from `since` on, a statement a year: after a change of the rules, and to mend what was damaged.

    Nobody posts meanwhile, else an older sum could be written over a newer one; reading goes on.
    """
    changed = branches = 0
    with connection.cursor() as cursor:
        cursor.execute(_FOR_EVERYBODY)
        for year in years_in_use(since=since):
            statement = year_sql.rebuild(year)
            cursor.execute(statement.sql, statement.values)
            written, gone = cursor.fetchone()
            changed += written + gone
            statement = branch_year_sql.rebuild(year)
            cursor.execute(statement.sql, statement.values)
            branches += cursor.fetchone()[0]
        cursor.execute("SET LOCAL enable_nestloop = on; SET LOCAL work_mem TO DEFAULT")
    years = MemberYear.objects.filter(year__gte=since).count()
    return Rebuilt(members_with_years(), years, changed, branches)
