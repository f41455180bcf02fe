"""P12: the members' and branches' years rebuilt from nothing, beside one plain aggregate over the same rows."""

from django.db import connection, transaction

from benchmarks.measure import Row, alternate, compared, once
from benchmarks.scales import YEARS, Scale
from benchmarks.stack import Stack

IDS = {"P12"}
_CREDITS = "SELECT member_id, category, sum(minutes), sum(hours) FROM learning_studycredit WHERE year = %s GROUP BY 1, 2"
_RECORDS = """
SELECT branch_id, assessment_year, kind, bit_or(1 << (date_part('month', on_date)::int - 1)) FROM activities_activityrecord
WHERE state IN ('recorded', 'confirmed', 'archived') AND assessment_year = %s GROUP BY 1, 2, 3
"""


def run(stack: Stack, scale: Scale) -> list[Row]:
    from activities.actions.years import write_branch_years
    from learning.queries import year_sql
    from members.models import PartyOrganization

    year = YEARS[-1]
    branches = list(PartyOrganization.objects.branches().order_by("pk"))

    def members_years() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '10min'; SET LOCAL work_mem = '128MB'")
            cursor.execute("DELETE FROM learning_memberyear WHERE year = %s", [year])
            statement = year_sql.rebuild(year)
            cursor.execute(statement.sql, statement.values)
            cursor.fetchone()
            transaction.set_rollback(True)

    def branch_years() -> None:
        with transaction.atomic():
            for start in range(0, len(branches), 500):
                write_branch_years(branches[start : start + 500], [year])
            transaction.set_rollback(True)

    def plain(statement: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '10min'; SET LOCAL work_mem = '128MB'")
            cursor.execute(statement, [year])
            cursor.fetchall()

    rows = []
    for what, ours, statement in (
        ("members' years", members_years, _CREDITS), ("branches' years", branch_years, _RECORDS)
    ):  # fmt: skip
        mine, floor = alternate(
            lambda work=ours: once(work), lambda statement=statement: once(lambda: plain(statement)), rounds=3
        )
        rows.append(compared("P12", what, mine, floor, at_most=2.0, unit="s", judged=scale.name != "S"))
    return rows
