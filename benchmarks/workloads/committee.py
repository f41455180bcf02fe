"""P3: the committee's grid and study view, beside the same answers computed from the records and the rolls."""

from django.db import connection

from benchmarks.measure import Row, alternate, compared, once
from benchmarks.scales import TODAY, Scale
from benchmarks.stack import Stack
from benchmarks.web import Web, signed_in

IDS = {"P3"}
GRID, STUDY = "/admin/supervision/", "/admin/supervision/study/"
TIMES = 5

#: Which months were held, of each branch and kind: what the grid says, from the records.
_FROM_RECORDS = """
SELECT branch_id, kind, bit_or(1 << (date_part('month', on_date)::int - 1)),
       bit_or(CASE WHEN state IN ('confirmed', 'archived') THEN 1 << (date_part('month', on_date)::int - 1) ELSE 0 END)
FROM activities_activityrecord
WHERE assessment_year = %(year)s AND state IN ('recorded', 'confirmed', 'archived') GROUP BY branch_id, kind
"""
#: Who has reached the hours, by branch: what the study view says, from the rolls.
_FROM_ROLLS = """
SELECT branch_id, count(*), count(*) FILTER (WHERE hours >= 32) FROM (
    SELECT e.member_id, max(m.branch_id) AS branch_id, sum(floor(e.minutes / 45.0 * 2) / 2) AS hours
    FROM activities_rollentry e JOIN members_member m ON m.id = e.member_id
    WHERE e.on_date >= make_date(%(year)s, 1, 1) AND e.status IN ('present', 'late', 'online') GROUP BY e.member_id
) AS years GROUP BY branch_id
"""


def _query(statement: str):
    def work() -> tuple[float, float]:
        def ask() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = '5min'")
                cursor.execute(statement, {"year": TODAY.year})
                cursor.fetchall()

        return once(ask)

    return work


def run(stack: Stack, scale: Scale) -> list[Row]:
    if scale.branches == 1:
        return []
    web = Web(stack.environment, stack.folder / "web.log")
    cookie = signed_in("staff")
    rows = []
    try:
        for what, path, statement, goal in (
            ("grid", GRID, _FROM_RECORDS, 40),
            ("study", STUDY, _FROM_ROLLS, 300),
        ):
            ours, floor = alternate(
                lambda path=path: web.cost(path, cookie, TIMES), _query(statement), rounds=3
            )
            rows.append(
                compared("P3", f"{what}: first view", ours, floor, faster=goal, judged=scale.name == "L")
            )
            rows.append(
                Row(
                    "P3",
                    f"{what}: the page's own CPU",
                    ours.cpu * 1000,
                    0,
                    0,
                    "≤ 50 ms",
                    "ms",
                    ours.cpu <= 0.05,
                )
            )
    finally:
        web.stop()
    return rows
