"""What branches owed and held in a year, added up as the grid adds it up: for the statistics, the forms and the held figures."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from activities.queries.cadence import KIND_ORDER, branch_years, cadence_rules, rule_in_force
from members.models import PartyOrganization
from supervision.rules.as_of import AsOf, Tally, tally_on

# Few branches of a subtree differ in what they owed and held; a tally is worked out once for each that does.
_tally = lru_cache(maxsize=20_000)(tally_on)


def branch_tallies(
    branches: Sequence[PartyOrganization], year: int, as_of: AsOf, within: tuple[date, date] | None = None
) -> dict[int, dict[str, Tally]]:
    """Branch id → kind → its tally, of the periods between two days where they are given. At most five queries."""
    versions = cadence_rules()
    rules = {str(kind): rule_in_force(versions, kind, date(year, 1, 1)) for kind in KIND_ORDER}
    return {
        pk: {kind: _tally(row.masks(kind), rule, year, as_of, within) for kind, rule in rules.items()}
        for pk, row in branch_years(branches, year).items()
    }
