"""A branch's year put together by the database: what it owes is told by the rules, what it held is in its records.

One statement for a branch after a save as for all of them. Months are bits, so a month in which every cell has met is one
that none of those who owed it has missed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from activities.models import ActivityKind, BranchYear
from activities.queries.cadence import KIND_ORDER, cadence_rules, cells_of, committee_changes, due_masks
from activities.rules.cadence import Dues
from activities.rules.states import CONFIRMED_STATES, COUNTING
from members.models import PartyOrganization

_CELLS, _ORG_LIFE = ActivityKind.CELL_MEETING.value, ActivityKind.ORG_LIFE_MEETING.value
_KINDS = [kind.value for kind in KIND_ORDER]
_PARTS = ("held", "confirmed")
_MASKS = [*(f"{part}_{kind}" for kind in _KINDS for part in ("due", *_PARTS)), "cells_partly"]
_TABLE = BranchYear._meta.db_table


def _of_branch(part: str, kind: str) -> str:
    """A mask of one kind in terms of `own` (held by the branch), `meeting` and `life` (held by its cells)."""
    if kind == _CELLS:
        return f"(m.owing & ~m.missed_{part}) | (m.{part} & ~m.owing)"
    mask = f"coalesce(o.{part}_{kind}, 0)"
    # An org-life meeting held cell by cell stands for the branch once every cell has held its own (Art. 17).
    return f"{mask} | CASE WHEN l.all_{part} THEN l.{part} ELSE 0 END" if kind == _ORG_LIFE else mask


def _by_cell(kind: str) -> str:
    """The branch's cells and whatever others met in its name, each with what it owed and held."""
    return f"""SELECT branch_id, year, c.cell_id IS NOT NULL AS of_branch, coalesce(c.due, 0) AS due,
               {", ".join(f"coalesce(t.{part}, 0) AS {part}" for part in _PARTS)}
        FROM cell c FULL JOIN (SELECT * FROM tally WHERE kind = '{kind}') AS t USING (branch_id, year, cell_id)"""


_COMPUTED = f"""
WITH target AS (
    SELECT * FROM unnest(%(branch)s::bigint[], %(year)s::int[], {", ".join(f"%(due_{kind})s::int[]" for kind in _KINDS)})
    AS t (branch_id, year, {", ".join(f"due_{kind}" for kind in _KINDS)})
), cell AS (
    SELECT * FROM unnest(%(cell_branch)s::bigint[], %(cell_year)s::int[], %(cell)s::bigint[], %(cell_due)s::int[])
    AS c (branch_id, year, cell_id, due)
), tally AS MATERIALIZED (
    SELECT branch_id, year, kind, cell_id, bit_or(month) AS held, bit_or(CASE WHEN sure THEN month ELSE 0 END) AS confirmed
    FROM (
        SELECT branch_id, assessment_year::int AS year, kind, cell_id, state = ANY(%(sure)s) AS sure,
               1 << date_part('month', on_date)::int - 1 AS month
        FROM activities_activityrecord
        WHERE branch_id = ANY(%(branch)s) AND assessment_year = ANY(%(year)s) AND state = ANY(%(counting)s)
        OFFSET 0  -- worked out once a row, not once a mask
    ) AS record GROUP BY branch_id, year, kind, cell_id
), own AS (
    SELECT branch_id, year,
           {", ".join(f"max({part}) FILTER (WHERE kind = '{kind}') AS {part}_{kind}" for kind in _KINDS for part in _PARTS)}
    FROM tally WHERE cell_id IS NULL GROUP BY branch_id, year
), meeting AS (
    SELECT branch_id, year, bit_or(due) AS owing,
           {", ".join(f"bit_or({part}) AS {part}, bit_or(due & ~{part}) AS missed_{part}" for part in _PARTS)}
    FROM ({_by_cell(_CELLS)}) AS each GROUP BY branch_id, year
), life AS (
    SELECT branch_id, year,
           {", ".join(f"bit_or({part}) AS {part}, bool_and({part} > 0) FILTER (WHERE of_branch) AS all_{part}" for part in _PARTS)}
    FROM ({_by_cell(_ORG_LIFE)}) AS each GROUP BY branch_id, year
), masks AS (
    SELECT t.*,
           {", ".join(f"coalesce({_of_branch(part, kind)}, 0) AS {part}_{kind}" for kind in _KINDS for part in _PARTS)},
           coalesce(m.held & ~({_of_branch("held", _CELLS)}), 0) AS cells_partly
    FROM target t LEFT JOIN own o USING (branch_id, year) LEFT JOIN meeting m USING (branch_id, year)
    LEFT JOIN life l USING (branch_id, year)
)
"""


def _list(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in _MASKS)


_UPSERT = f"""{_COMPUTED}
INSERT INTO {_TABLE} AS s (branch_id, year, {", ".join(_MASKS)})
SELECT branch_id, year, {", ".join(_MASKS)} FROM masks ORDER BY branch_id, year
ON CONFLICT (branch_id, year) DO UPDATE SET ({", ".join(_MASKS)}) = ROW({_list("excluded")})
WHERE ({_list("s")}) IS DISTINCT FROM ({_list("excluded")})
"""
_DIFFERENCES = f"""{_COMPUTED}
SELECT count(*) FROM masks m LEFT JOIN {_TABLE} s USING (branch_id, year)
WHERE s.id IS NULL OR ({_list("s")}) IS DISTINCT FROM ({_list("m")})
"""


@dataclass(frozen=True)
class Statement:
    """SQL with its parameters."""

    sql: str
    values: dict = field(default_factory=dict)


def upsert(branches: Sequence[PartyOrganization], years: Iterable[int]) -> Statement:
    """Bring the stored years to what rules and records say; a branch gets a row for every year asked for, also an empty one."""
    return Statement(_UPSERT, _values(branches, years))


def differences(branches: Sequence[PartyOrganization], years: Iterable[int]) -> Statement:
    """One row: how many stored years are missing or wrong."""
    return Statement(_DIFFERENCES, _values(branches, years))


def _values(branches: Sequence[PartyOrganization], years: Iterable[int]) -> dict:
    """What the branches and their cells owe, column by column. Three queries."""
    dues, cells, committees = Dues(cadence_rules()), cells_of(branches), committee_changes(branches)
    asked, of_cells = [], []
    for branch in branches:
        for year in sorted(set(years)):
            due, by_cell = due_masks(dues, branch, cells[branch.pk], year, committees.get(branch.pk, ()))
            asked.append((branch.pk, year, *(due.get(kind, 0) for kind in _KINDS)))
            of_cells += [(branch.pk, year, cell, mask) for cell, mask in by_cell.items()]
    names = ["branch", "year", *(f"due_{kind}" for kind in _KINDS)]
    return {
        **_columns(names, asked),
        **_columns(["cell_branch", "cell_year", "cell", "cell_due"], of_cells),
        "counting": sorted(COUNTING),
        "sure": sorted(CONFIRMED_STATES),
    }


def _columns(names: Sequence[str], rows: Sequence[tuple]) -> dict[str, list]:
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}
