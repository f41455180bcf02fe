"""A member's year, brought to what the ledger says in the transaction that changed it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from learning.models import MemberYear
from learning.queries import year_sql
from learning.queries.years import members_with_years, years_in_use
from members.models import Member

#: Everything is read, so joins row by row, which old statistics may suggest, would only be slow.
_FOR_EVERYBODY = """
SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '30s';
SET LOCAL work_mem = '128MB'; SET LOCAL enable_nestloop = off;
LOCK TABLE learning_studycredit IN SHARE MODE;
LOCK TABLE learning_memberyear IN SHARE ROW EXCLUSIVE MODE
"""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild found: members, their years, and how many of these it had to write or take away."""

    members: int
    years: int
    changed: int


@transaction.atomic(savepoint=False)
def recompute_member_years(*, by, member_ids: Collection[int], years: Iterable[int]) -> None:
    """Make the stored years of these members say what the ledger says: two statements, whatever their number."""
    lock_members(member_ids)
    statement = year_sql.upsert(member_ids, list(years))
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.values)


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


@transaction.atomic
def rebuild_years(*, by, since: int = 0) -> Rebuilt:
    """Everybody's years from `since` on, a statement a year: after a change of the rules, and to mend what was damaged.

    Nobody posts meanwhile, else an older sum could be written over a newer one; reading goes on.
    """
    changed = 0
    with connection.cursor() as cursor:
        cursor.execute(_FOR_EVERYBODY)
        for year in years_in_use(since=since):
            statement = year_sql.rebuild(year)
            cursor.execute(statement.sql, statement.values)
            written, gone = cursor.fetchone()
            changed += written + gone
        cursor.execute("SET LOCAL enable_nestloop = on; SET LOCAL work_mem TO DEFAULT")
    return Rebuilt(members_with_years(), MemberYear.objects.filter(year__gte=since).count(), changed)
