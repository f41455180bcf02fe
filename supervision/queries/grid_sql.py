"""The grid's sums in PostgreSQL: the rules of `activities/rules/strip.py` as bit operations on the stored masks.

A period is its first month's bit. Nothing of a user's is written into the text: kinds, masks and numbers come from the
rules, everything asked for travels as a parameter. A property test compares the expressions with the Python rules.

Measured at 10 000 branches, the expressions cost twice what the join does, so each is written for few steps: masks stay
small integers, what is owed, recorded and signed of each kind is worked out once (`laid`, kept apart by its OFFSET) and
counted once (`counted`) for the sums and the order together.
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
    recorded, signed = (
        _met(f"({mask} & {_small(known)})", rule.period, rule.minimum) for mask in (held, confirmed)
    )
    return (
        f"{due} & {_small(FIRST_MONTHS[rule.period])} AS owed_{kind}, "
        f"{recorded} AS recorded_{kind}, {signed} AS signed_{kind}"
    )


def count_columns(kind: str, judgement: Judgement) -> str:
    """How many of the periods owed are done, wait for confirmation, and are over and missing."""
    owed, recorded, signed = (f"{part}_{kind}" for part in ("owed", "recorded", "signed"))
    rule = judgement.rules[kind]
    over = _small(over_months(rule, judgement.year, judgement.as_of))
    masks = {
        "done": f"{owed} & ({recorded} | {signed})",
        "pending": f"{owed} & {recorded} & ~{signed}",
        "missing": f"{owed} & {over} & ~({recorded} | {signed})",
    }
    return ", ".join(f"{_count(mask, rule.period)} AS {name}_{kind}" for name, mask in masks.items())


def period_columns(kind: str, judgement: Judgement) -> str:
    """For each period: how many branches held it, and how many held it or should have by now."""
    over = _small(over_months(judgement.rules[kind], judgement.year, judgement.as_of))
    held = f"(recorded_{kind} | signed_{kind})"
    owed = f"({held} | (owed_{kind} & {over}))"
    return ", ".join(
        f"coalesce(sum({mask} >> {place} & 1::smallint), 0)::int"
        for place in places_of(judgement.rules[kind].period)
        for mask in (held, owed)
    )


def places_of(period: str) -> list[int]:
    """The bits of a year's periods."""
    return [month for month in range(12) if FIRST_MONTHS[period] >> month & 1]


def laid(scoped: str, judgement: Judgement, kinds: Sequence[str] = KINDS) -> str:
    """`branch`, selected by `scoped` as id, path and sort number; `laid`: one row for each that has a stored year."""
    columns = ", ".join(
        laid_columns(kind, judgement, due=f"due_{kind}", held=f"held_{kind}", confirmed=f"confirmed_{kind}")
        for kind in kinds
    )
    return f"""branch (id, path, sort_number) AS ({scoped}),
laid AS (
    SELECT branch.id, path, sort_number, {columns}
    FROM branch JOIN activities_branchyear stored ON stored.branch_id = branch.id AND stored.year = %(year)s
    OFFSET 0
)"""


def sums_and_order(laid_text: str, judgement: Judgement, *, need: str, by_need: bool, asks: "Asks") -> str:
    """Sums by child organisation ('' for branches directly under the chosen one), then the ids of the branches asked for.

    Branches without a stored year come as arrays: their ids (`%(absent)s`) and what they lack of each kind.
    """
    lacking = " + ".join(f"missing_{kind}" for kind in ([need] if need else KINDS))
    counts = ", ".join(count_columns(kind, judgement) for kind in KINDS)
    sums = ", ".join(f"sum({name}_{kind})::int" for kind in KINDS for name in COUNTED)
    order = f"{'lacking DESC, ' if by_need else ''}sort_number, path"
    names = "WHERE id IN (SELECT id FROM members_partyorganization WHERE strpos(name, %(name)s) > 0)"
    tops = "JOIN unnest(%(tops)s::text[], %(widths)s::int[]) AS top(above, width) ON starts_with(path, above)"
    return f"""WITH {laid_text},
counted AS MATERIALIZED (SELECT id, path, sort_number, {counts} FROM laid{_ABSENT if asks.absent else ""}),
listed AS (
    SELECT id, {"count(*) OVER ()" if asks.named else "0"} AS total, {lacking} AS lacking, sort_number, path
    FROM counted {names if asks.named else ""} ORDER BY {order} LIMIT %(size)s OFFSET %(start)s
)
SELECT CASE WHEN length(path) > {asks.width} THEN substr(path, 1, {asks.width}) ELSE '' END, count(*)::int,
       count(*) FILTER (WHERE {lacking} > 0)::int, ARRAY[{sums}]
FROM counted {"" if asks.one_top else tops}
GROUP BY 1
UNION ALL
SELECT id::text, total::int, (row_number() OVER (ORDER BY {order}))::int, NULL FROM listed"""


@dataclass(frozen=True, slots=True)
class Asks:
    """Which forms of the statement are needed: rows by name, one organisation above all branches, some without a year."""

    named: bool
    one_top: bool
    absent: bool

    @property
    def width(self) -> str:
        return "%(width)s" if self.one_top else "width"


def sums_by_period(laid_text: str, kind: str, judgement: Judgement) -> str:
    return f"WITH {laid_text} SELECT {period_columns(kind, judgement)} FROM laid"


_ABSENT = """
    UNION ALL SELECT id, path, sort_number, {columns}
    FROM branch JOIN unnest(%(absent)s::bigint[], {arrays}) AS lacking(branch_id, {names}) ON branch_id = id""".format(
    columns=", ".join(f"0, 0, lacking.{kind}" for kind in KINDS),
    arrays=", ".join(f"%(lacking_{kind})s::int[]" for kind in KINDS),
    names=", ".join(KINDS),
)


def _small(mask: int) -> str:
    """A mask as the columns have it, so that no value is converted."""
    return f"{mask}::smallint"


def _met(mask: str, period: str, minimum: int) -> str:
    """The periods of which at least `minimum` months are in the mask."""
    if minimum > MONTHS_IN[period]:
        return _small(0)
    if period == MONTH:
        return mask
    if period == QUARTER:
        one, two, three = mask, f"({mask} >> 1)", f"({mask} >> 2)"
        ways = {
            1: f"{one} | {two} | {three}",
            2: f"({one} & {two}) | ({one} & {three}) | ({two} & {three})",
            3: f"{one} & {two} & {three}",
        }
        return f"({ways[minimum]}) & {_small(FIRST_MONTHS[QUARTER])}"
    enough = f"{mask} <> 0" if minimum == 1 else f"{_count(mask, MONTH)} >= {minimum}"
    return f"CASE WHEN {enough} THEN 1::smallint ELSE 0::smallint END"


def _count(mask: str, period: str) -> str:
    """How many periods a mask has. A quarter's four bits add up by one multiplication, a year's one is its own number."""
    if period == MONTH:
        return f"bit_count(({mask})::int::bit(12))::int"
    if period == QUARTER:
        return f"(({mask})::int * {FIRST_MONTHS[QUARTER]} >> 9 & 7)"
    return f"({mask})::int"
