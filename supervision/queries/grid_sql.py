"""The grid's sums in PostgreSQL: the rules of `activities/rules/strip.py` as bit operations on the stored masks.

A period is its first month's bit. Nothing of a user's is written into the text: kinds, masks and numbers come from the
rules, everything asked for travels as a parameter. A property test compares the expressions with the Python rules.

Measured at 10 000 branches: the expressions are worth as much as the join, so what is owed, recorded and signed of each
kind is worked out once (`laid`, kept apart by its OFFSET) and counted once (`judged`) for the sums and the order together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from activities.queries.cadence import KIND_ORDER
from activities.rules.cadence import MONTH, MONTHS_IN, QUARTER, CadenceRule
from supervision.rules.as_of import FIRST_MONTHS, AsOf, known_months, over_months

KINDS: tuple[str, ...] = tuple(kind.value for kind in KIND_ORDER)
COUNTED = ("done", "pending", "missing")


@dataclass(frozen=True, slots=True)
class Judgement:
    """By which rules and on which day the masks of a year are read."""

    rules: Mapping[str, CadenceRule]
    year: int
    as_of: AsOf


def laid_columns(kind: str, judgement: Judgement, *, due: str, held: str, confirmed: str) -> str:
    """Three masks of periods from three of months: owed, with enough months recorded, with enough confirmed."""
    rule = judgement.rules[kind]
    known = known_months(rule.period, judgement.year, judgement.as_of)
    recorded, signed = (_met(f"({mask} & {known})", rule.period, rule.minimum) for mask in (held, confirmed))
    return (
        f"({due} & {FIRST_MONTHS[rule.period]}) AS owed_{kind}, "
        f"({recorded}) AS recorded_{kind}, ({signed}) AS signed_{kind}"
    )


def count_columns(kind: str, judgement: Judgement) -> str:
    """How many of the periods owed are done, wait for confirmation, and are over and missing."""
    owed, recorded, signed = (f"{part}_{kind}" for part in ("owed", "recorded", "signed"))
    over = over_months(judgement.rules[kind], judgement.year, judgement.as_of)
    masks = {
        "done": f"{owed} & ({recorded} | {signed})",
        "pending": f"{owed} & {recorded} & ~{signed}",
        "missing": f"{owed} & {over} & ~({recorded} | {signed})",
    }
    return ", ".join(f"{_count(mask)} AS {name}_{kind}" for name, mask in masks.items())


def period_columns(kind: str, judgement: Judgement) -> str:
    """For each period: how many branches held it, and how many held it or should have by now."""
    first = FIRST_MONTHS[judgement.rules[kind].period]
    over = over_months(judgement.rules[kind], judgement.year, judgement.as_of)
    held = f"(recorded_{kind} | signed_{kind})"
    owed = f"({held} | (owed_{kind} & {over}))"
    places = [month for month in range(12) if first >> month & 1]
    return ", ".join(f"sum({mask} >> {place} & 1)::int" for place in places for mask in (held, owed))


def laid(scoped: str, judgement: Judgement, kinds: Sequence[str] = KINDS, *, with_absent: bool) -> str:
    """`laid`: one row a branch. `scoped` selects id, path and sort number of the branches.

    Branches without a stored year come as arrays: `%(absent)s` their ids, `%(owed_…)s` what they owe of each kind.
    """
    fields, columns = [], []
    for kind in kinds:
        due = f"coalesce(stored.due_{kind}, {f'absent.{kind}, ' if with_absent else ''}0)::int"
        held, confirmed = (f"coalesce(stored.{part}_{kind}, 0)::int" for part in ("held", "confirmed"))
        fields.append(f"{due} AS d_{kind}, {held} AS h_{kind}, {confirmed} AS c_{kind}")
        columns.append(
            laid_columns(kind, judgement, due=f"d_{kind}", held=f"h_{kind}", confirmed=f"c_{kind}")
        )
    arrays = ", ".join(f"%(owed_{kind})s::int[]" for kind in kinds)
    absent = f"LEFT JOIN unnest(%(absent)s::bigint[], {arrays}) AS absent(branch_id, {', '.join(kinds)}) ON absent.branch_id = branch.id"
    return f"""
branch (id, path, sort_number) AS ({scoped}),
laid AS (
    SELECT id, path, sort_number, {", ".join(columns)}
    FROM (SELECT branch.*, {", ".join(fields)} FROM branch
          LEFT JOIN activities_branchyear stored ON stored.branch_id = branch.id AND stored.year = %(year)s
          {absent if with_absent else ""}) AS masks
    OFFSET 0
)"""


def sums_and_order(laid_text: str, judgement: Judgement, *, need: str, by_need: bool, named: bool) -> str:
    """Sums by child organisation (`%(tops)s`, `%(widths)s`: whose children, and how long their paths are; '' for branches
    directly under them), then the ids of the branches asked for in their order."""
    wanted = [need] if need else KINDS
    lacking = " + ".join(f"missing_{kind}" for kind in wanted)
    counts = ", ".join(count_columns(kind, judgement) for kind in KINDS)
    sums = ", ".join(f"sum({name}_{kind})::int" for kind in KINDS for name in COUNTED)
    order = f"{'lacking DESC, ' if by_need else ''}sort_number, path"
    names = "WHERE id IN (SELECT id FROM members_partyorganization WHERE strpos(name, %(name)s) > 0)"
    return f"""WITH {laid_text},
counted AS MATERIALIZED (SELECT id, path, sort_number, {counts} FROM laid),
listed AS (
    SELECT id, {"count(*) OVER ()" if named else "0"} AS total, {lacking} AS lacking, sort_number, path
    FROM counted {names if named else ""} ORDER BY {order} LIMIT %(size)s OFFSET %(start)s
)
SELECT CASE WHEN length(path) > width THEN substr(path, 1, width) ELSE '' END, count(*)::int,
       count(*) FILTER (WHERE {lacking} > 0)::int, ARRAY[{sums}]
FROM counted JOIN unnest(%(tops)s::text[], %(widths)s::int[]) AS top(above, width) ON starts_with(path, above)
GROUP BY 1
UNION ALL
SELECT id::text, total::int, (row_number() OVER (ORDER BY {order}))::int, NULL FROM listed"""


def sums_by_period(laid_text: str, kind: str, judgement: Judgement) -> str:
    return f"WITH {laid_text} SELECT {period_columns(kind, judgement)} FROM laid"


def _met(mask: str, period: str, minimum: int) -> str:
    """The periods of which at least `minimum` months are in the mask."""
    if minimum > MONTHS_IN[period]:
        return "0"
    if period == MONTH:
        return mask
    if period == QUARTER:
        one, two, three = mask, f"({mask} >> 1)", f"({mask} >> 2)"
        ways = {
            1: f"{one} | {two} | {three}",
            2: f"({one} & {two}) | ({one} & {three}) | ({two} & {three})",
            3: f"{one} & {two} & {three}",
        }
        return f"({ways[minimum]}) & {FIRST_MONTHS[QUARTER]}"
    return f"({_count(mask)} >= {minimum})::int"


def _count(mask: str) -> str:
    return f"bit_count(({mask})::bit(12))::int"
