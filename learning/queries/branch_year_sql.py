"""A branch's year added up by the database from the stored years of the members who belong to it at its end.

`target` names the branches and years; everything else is the same for one branch after a save and for all of them.
"""

from collections.abc import Collection

from learning.queries.year_sql import OF_YEAR, OFFICER, OWED, Statement, requirement_values

#: The columns of `BranchStudyYear` that are computed.
FIGURES = (
    "ordinary", "ordinary_reached", "officers", "officers_reached", "waiting", "without_hours", "minutes", "pending_hours",
)  # fmt: skip
_TABLE = "learning_branchstudyyear"
_LIST = ", ".join(FIGURES)


def _of(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in FIGURES)


def _reaches(period: str, year: str) -> str:
    """Whether the period holds the year's last day. Not by `@>`: the index on periods, where nearly every row matches, would
    be read whole for one branch."""
    last = f"make_date({year}, 12, 31)"
    return f"lower({period}) <= {last} AND (upper_inf({period}) OR upper({period}) > {last})"


_CHANGED = f"({_of('s')}) IS DISTINCT FROM ({_of('f')})"

#: Where the members are or ever were: whoever leaves a branch changes its year, and so does whoever comes.
_BRANCHES = """SELECT branch_id FROM members_affiliation WHERE member_id = ANY(%(members)s::bigint[])
    UNION SELECT unnest(%(branches)s::bigint[])"""
_ROWS_OF_BRANCHES = f"year = ANY(%(years)s) AND branch_id IN ({_BRANCHES})"

_FIGURES = f"""
place AS (
    -- Whose affiliation reaches the last day of the year: in the running year whoever has not left.
    SELECT t.branch_id, t.year, a.member_id
    FROM target t JOIN members_affiliation a ON a.branch_id = t.branch_id AND {_reaches("a.period", "t.year")}
    WHERE NOT EXISTS (
        SELECT 1 FROM members_memberstatus s
        WHERE s.member_id = a.member_id AND s.kind = 'suspended' AND {_reaches("s.period", "t.year")}
    )
), person AS (
    SELECT p.branch_id, p.year, p.member_id, m.id IS NULL AS without, m.is_officer, m.minutes, m.pending_hours,
           m.hours >= m.required_hours AND m.central_trainings >= m.required_trainings AS reached,
           m.hours - m.pending_hours < m.required_hours AS needs_pending
    FROM place p LEFT JOIN learning_memberyear m
         ON m.member_id = p.member_id AND m.year = p.year AND m.year = ANY(%(years)s)
), {OF_YEAR}, {OWED}, {OFFICER.format(tenure="t.member_id IN (SELECT member_id FROM person WHERE without)")}, counted AS (
    SELECT p.*, CASE WHEN p.without THEN f.member_id IS NOT NULL ELSE p.is_officer END AS officer
    FROM person p LEFT JOIN officer f ON p.without AND f.member_id = p.member_id AND f.year = p.year
), summed AS (
    SELECT branch_id, year,
           count(*) FILTER (WHERE NOT officer) AS ordinary,
           count(*) FILTER (WHERE NOT officer AND reached) AS ordinary_reached,
           count(*) FILTER (WHERE officer) AS officers,
           count(*) FILTER (WHERE officer AND reached) AS officers_reached,
           count(*) FILTER (WHERE reached AND needs_pending) AS waiting,
           count(*) FILTER (WHERE without) AS without_hours,
           sum(minutes) AS minutes, sum(pending_hours) AS pending_hours
    FROM counted GROUP BY branch_id, year
), figure AS (
    SELECT t.branch_id, t.year, {", ".join(f"coalesce(c.{name}, 0) AS {name}" for name in FIGURES)}
    FROM target t LEFT JOIN summed c ON c.branch_id = t.branch_id AND c.year = t.year
)
"""


def stored_years(member_ids: Collection[int], branch_ids: Collection[int]) -> Statement:
    """Years for which these members or their branches have a row."""
    sql = f"""SELECT year FROM learning_memberyear WHERE member_id = ANY(%(members)s::bigint[])
        UNION SELECT year FROM {_TABLE} WHERE branch_id IN ({_BRANCHES})"""
    return Statement(sql, {"members": list(member_ids), "branches": list(branch_ids)})


def lock(member_ids: Collection[int], years: Collection[int], branch_ids: Collection[int]) -> Statement:
    """Make the rows that are missing and hold all of them, in one order; two statements, each with a fresh view of the data.

    A row that somebody else is making at the same moment is waited for.
    """
    sql = f"""INSERT INTO {_TABLE} (branch_id, year, {_LIST})
        SELECT b.branch_id, y.year, {", ".join("0" for _ in FIGURES)}
        FROM ({_BRANCHES}) AS b CROSS JOIN unnest(%(years)s) AS y(year)
        WHERE NOT EXISTS (SELECT 1 FROM {_TABLE} s WHERE s.branch_id = b.branch_id AND s.year = y.year)
        ORDER BY b.branch_id, y.year ON CONFLICT DO NOTHING;
        SELECT 1 FROM {_TABLE} WHERE {_ROWS_OF_BRANCHES} ORDER BY branch_id, year FOR NO KEY UPDATE"""
    return Statement(sql, _values(years, members=list(member_ids), branches=list(branch_ids)))


def recompute(member_ids: Collection[int], years: Collection[int], branch_ids: Collection[int]) -> Statement:
    """Bring the rows of the members' branches to what the members' years say."""
    sql = f"""WITH target AS (SELECT branch_id, year FROM {_TABLE} WHERE {_ROWS_OF_BRANCHES}), {_FIGURES}
        UPDATE {_TABLE} s SET ({_LIST}) = ROW({_of("f")})
        FROM figure f WHERE f.branch_id = s.branch_id AND f.year = s.year AND {_CHANGED}"""
    return Statement(sql, _values(years, members=list(member_ids), branches=list(branch_ids)))


def rebuild(year: int) -> Statement:
    """Bring every branch's row of a year to what the members' years say; one row: how many were written."""
    sql = f"""WITH target AS (
            SELECT id AS branch_id, %(year)s::int AS year FROM members_partyorganization WHERE kind = 'branch'
        ), {_FIGURES}, written AS (
            INSERT INTO {_TABLE} AS s (branch_id, year, {_LIST}) SELECT branch_id, year, {_LIST} FROM figure f ORDER BY 1
            ON CONFLICT (year, branch_id) DO UPDATE SET ({_LIST}) = ROW({_of("excluded")})
            WHERE ({_of("s")}) IS DISTINCT FROM ({_of("excluded")}) RETURNING 1
        ) SELECT count(*) FROM written"""
    return Statement(sql, _values([year], year=year))


def differences(year: int) -> Statement:
    """One row: how many stored rows of a year are wrong, of how many. A missing one is none: it is counted when asked."""
    sql = f"""WITH target AS (SELECT branch_id, year FROM {_TABLE} WHERE year = %(year)s), {_FIGURES}
        SELECT count(*) FILTER (WHERE {_CHANGED}), count(*) FROM figure f JOIN {_TABLE} s USING (branch_id, year)"""
    return Statement(sql, _values([year], year=year))


def live(branch_ids: Collection[int], year: int) -> Statement:
    """Branch and figures of branches that have no row."""
    sql = f"""WITH target AS (SELECT unnest(%(branches)s::bigint[]) AS branch_id, %(year)s::int AS year), {_FIGURES}
        SELECT branch_id, {_LIST} FROM figure"""
    return Statement(sql, _values([year], branches=list(branch_ids), year=year))


def _values(years: Collection[int], **more) -> dict:
    return requirement_values(years) | more
