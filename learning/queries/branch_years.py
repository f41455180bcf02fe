"""Branches' study years as they are stored, and the figures of branches without a row."""

from collections.abc import Collection

from django.db import connection
from django.db.models import Exists, OuterRef

from branch_portal.replica import reading
from learning.models import BranchStudyYear
from learning.queries import branch_year_sql
from members.models import Affiliation


def stored_years_of(member_ids: Collection[int], branch_ids: Collection[int] = ()) -> set[int]:
    """Years for which these members, their branches, or these branches have a row. One query."""
    statement = branch_year_sql.stored_years(member_ids, branch_ids)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.values)
        return {year for (year,) in cursor.fetchall()}


def branches_without_row(year: int) -> list[int]:
    """Branches with members and no row of the year. One query."""
    stored = BranchStudyYear.objects.filter(year=year, branch=OuterRef("branch"))
    members = Affiliation.objects.open().filter(~Exists(stored))
    return list(members.order_by("branch_id").values_list("branch_id", flat=True).distinct())


def figures_without_row(branch_ids: Collection[int], year: int) -> list[tuple]:
    """(branch id, *FIGURES) of branches that have no row, counted from their members. One query."""
    if not branch_ids:
        return []
    statement = branch_year_sql.live(branch_ids, year)
    with reading().cursor() as cursor:
        cursor.execute(statement.sql, statement.values)
        return cursor.fetchall()
