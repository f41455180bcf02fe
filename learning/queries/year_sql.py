"""Members' years added up by the database: one statement over the ledger, for one member as for three hundred thousand.

What it says is `learning.rules.hours.year_total` and `required_hours`; a property test holds the two together. The pages
use the rules, because they explain; the stored rows use this, because it is some hundred times faster.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from learning.rules.categories import CENTRAL_TRAINING
from learning.rules.hours import MAJORITY, OFFICER_POSTS, StudyRequirement

#: The columns of `MemberYear` that are computed, in the order in which `computed` has them.
COLUMNS = (
    "member_id", "year", "branch_id", "is_officer", "required_hours", "required_trainings", "hours", "pending_hours",
    "minutes", "month_hours", "category_hours", "central_trainings",
)  # fmt: skip
KEY = COLUMNS[:2]
VALUES = COLUMNS[2:]

_MONTHS = range(1, 13)
_MONTH_SUMS = ", ".join(f"sum(CASE WHEN month = {n} THEN hundredths ELSE 0 END) AS m{n}" for n in _MONTHS)
_MONTH_TOTALS = ", ".join(f"sum(m{n}::int)::float8 / 100" for n in _MONTHS)

#: Parts that other statements share: the years asked for, what is owed in each, whose post makes it the officers' hours.
OF_YEAR = "of_year AS (SELECT unnest(%(years)s) AS year)"
OWED = """owed AS (
    SELECT y.year, daterange(make_date(y.year, 1, 1), make_date(y.year + 1, 1, 1)) AS days,
           coalesce(q.member_hours, %(member_hours)s) AS member_hours,
           coalesce(q.officer_hours, %(officer_hours)s) AS officer_hours,
           coalesce(q.officer_trainings, %(officer_trainings)s) AS officer_trainings,
           coalesce(q.officer_test, %(officer_test)s) = %(majority)s AS by_majority,
           coalesce(q.prorate, %(prorate)s) AS prorate
    FROM of_year y LEFT JOIN LATERAL (
        -- A year before the first version goes by that first one.
        SELECT * FROM learning_studyrequirement q
        ORDER BY q.from_year <= y.year DESC, CASE WHEN q.from_year <= y.year THEN -q.from_year ELSE q.from_year END LIMIT 1
    ) AS q ON true
)"""
OFFICER = """officer AS MATERIALIZED (  -- once, not once a member, where the planner expects few
    SELECT member_id, year FROM (
        SELECT t.member_id, o.year, o.days, o.by_majority, range_agg(t.period * o.days) AS held
        FROM owed o JOIN members_posttenure t ON t.post = ANY(%(posts)s) AND NOT isempty(t.period) AND t.period && o.days
        WHERE {tenure}
        GROUP BY t.member_id, o.year, o.days, o.by_majority
    ) AS post
    WHERE NOT by_majority
       OR 2 * (SELECT sum(upper(span) - lower(span)) FROM unnest(held) AS span) > upper(days) - lower(days)
)"""

#: Hours are added as whole hundredths, which the ledger's two decimals make exact: whole numbers cost a third of decimals.
_COMPUTED = f"""
WITH entry AS (
    SELECT member_id, year, category, status = 'confirmed' AS sure, minutes, (hours * 100)::int AS hundredths, branch_id,
           date_part('month', on_date)::int AS month
    FROM learning_studycredit WHERE {{where}}
    OFFSET 0  -- month and hundredths are worked out once a row, not once a sum
), in_category AS (
    SELECT member_id, year, category, sum(minutes)::int AS minutes, sum(hundredths)::int AS hours,
           sum(CASE WHEN sure THEN hundredths ELSE 0 END)::int AS sure, max(branch_id) AS branch_id, {_MONTH_SUMS}
    FROM entry GROUP BY member_id, year, category
), {OF_YEAR}, rule AS (
    SELECT DISTINCT ON (y.year, r.category) y.year, r.category,
           CASE WHEN r.counts_toward_required THEN (r.annual_cap * 100)::int ELSE 0 END AS cap
    FROM of_year y JOIN learning_studyrule r ON r.from_year <= y.year
    ORDER BY y.year, r.category, r.from_year DESC
), total AS MATERIALIZED (
    SELECT c.member_id, c.year, sum(c.minutes) AS minutes, max(c.branch_id) AS branch_id,
           coalesce(sum(least(c.hours, r.cap)) FILTER (WHERE r.category IS NOT NULL), 0) / 100.0 AS hours,
           coalesce(sum(least(c.sure, r.cap)) FILTER (WHERE r.category IS NOT NULL), 0) / 100.0 AS sure,
           jsonb_object_agg(c.category, c.hours::float8 / 100) AS category_hours,
           jsonb_build_array({_MONTH_TOTALS}) AS month_hours
    FROM in_category c LEFT JOIN rule r USING (year, category)
    GROUP BY c.member_id, c.year
), training AS MATERIALIZED (
    SELECT member_id, year, count(*) AS trainings FROM (
        SELECT member_id, year FROM learning_studycredit
        WHERE category = %(training)s AND status = 'confirmed' AND {{where}}
        GROUP BY member_id, year, source HAVING sum(sign(minutes)) > 0
    ) AS attended GROUP BY member_id, year
), {OWED}, {OFFICER}, place AS MATERIALIZED (
    SELECT DISTINCT ON (a.member_id, o.year) a.member_id, o.year, a.branch_id
    FROM owed o JOIN members_affiliation a ON NOT isempty(a.period) AND a.period && o.days
    WHERE {{tenure}}
    ORDER BY a.member_id, o.year, a.period DESC
), required AS MATERIALIZED (  -- the months are asked for twice below
    SELECT t.*, f.member_id IS NOT NULL AS is_officer,
           CASE WHEN f.member_id IS NULL THEN o.member_hours ELSE o.officer_hours END AS whole,
           CASE WHEN f.member_id IS NULL THEN 0 ELSE o.officer_trainings END AS required_trainings,
           CASE WHEN o.prorate THEN (
               SELECT count(*) FROM generate_series(1, 12) AS month WHERE EXISTS (
                   SELECT 1 FROM members_affiliation a WHERE a.member_id = t.member_id AND NOT isempty(a.period)
                   AND a.period && daterange(make_date(t.year, month, 1),
                                             (make_date(t.year, month, 1) + interval '1 month')::date)
               )
           ) ELSE 12 END AS months
    FROM total t JOIN owed o USING (year) LEFT JOIN officer f USING (member_id, year)
), computed AS (
    SELECT r.member_id, r.year, coalesce(p.branch_id, r.branch_id) AS branch_id, r.is_officer,
           CASE WHEN r.months < 12 THEN ceil(r.whole * r.months / 12) ELSE r.whole END AS required_hours,
           r.required_trainings, r.hours, r.hours - r.sure AS pending_hours, r.minutes, r.month_hours, r.category_hours,
           coalesce(n.trainings, 0) AS central_trainings
    FROM required r LEFT JOIN place p USING (member_id, year) LEFT JOIN training n USING (member_id, year)
)
"""

_STORED = ", ".join(COLUMNS)
_UPSERT = f"""
    INSERT INTO learning_memberyear AS stored ({_STORED})
    SELECT {_STORED} FROM computed ORDER BY member_id, year
    ON CONFLICT (member_id, year) DO UPDATE SET ({", ".join(VALUES)}) = ROW({", ".join(f"excluded.{n}" for n in VALUES)})
    WHERE ({", ".join(f"stored.{n}" for n in VALUES)}) IS DISTINCT FROM ({", ".join(f"excluded.{n}" for n in VALUES)})
"""
_DIFFERENT = (
    f"({', '.join(f's.{n}' for n in VALUES)}) IS DISTINCT FROM ({', '.join(f'c.{n}' for n in VALUES)})"
)


@dataclass(frozen=True)
class Statement:
    """SQL with its parameters."""

    sql: str
    values: dict = field(default_factory=dict)


def upsert(member_ids: Collection[int], years: Collection[int]) -> Statement:
    """Bring the stored years of these members to what the ledger says; a year without a row in the ledger is left alone."""
    where, values = "member_id = ANY(%(members)s) AND year = ANY(%(years)s)", _values(member_ids, years)
    return Statement(_computed(where, "member_id = ANY(%(members)s)") + _UPSERT, values)


def rebuild(year: int) -> Statement:
    """Bring everybody's stored year to what the ledger says; one row: how many were written, how many taken away."""
    sql = f""", written AS ({_UPSERT} RETURNING 1), gone AS (
        DELETE FROM learning_memberyear AS stored WHERE year = %(year)s
        AND NOT EXISTS (SELECT 1 FROM total t WHERE t.member_id = stored.member_id) RETURNING 1
    ) SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM gone)"""
    return Statement(_computed("year = %(year)s", "true") + sql, _values(years=[year]) | {"year": year})


def differences(year: int) -> Statement:
    """One row: how many stored years of everybody are missing, too many or wrong, and how many there should be."""
    sql = f"""SELECT count(*) FILTER (WHERE c.member_id IS NULL OR s.member_id IS NULL OR {_DIFFERENT}), count(c.member_id)
        FROM computed c FULL JOIN (SELECT * FROM learning_memberyear WHERE year = %(year)s) AS s USING (member_id)"""
    return Statement(_computed("year = %(year)s", "true") + sql, _values(years=[year]) | {"year": year})


def _computed(where: str, tenure: str) -> str:
    return _COMPUTED.format(where=where, tenure=tenure)


def _values(member_ids: Collection[int] = (), years: Collection[int] = ()) -> dict:
    return {"members": list(member_ids), "training": CENTRAL_TRAINING} | requirement_values(years)


def requirement_values(years: Collection[int]) -> dict:
    """What OF_YEAR, OWED and OFFICER ask for; the requirement where no version is stored."""
    default = StudyRequirement()
    return {
        "years": sorted(set(years)),
        "majority": MAJORITY,
        "posts": sorted(OFFICER_POSTS),
        "member_hours": default.member_hours,
        "officer_hours": default.officer_hours,
        "officer_trainings": default.officer_trainings,
        "officer_test": default.officer_test,
        "prorate": default.prorate,
    }
