"""Reading the catalogue of what the portal holds (`supervision/rules/held.py`): importing this registers every entry."""

import datetime
from collections.abc import Iterable, Sequence

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.queries import held_life, held_members, held_structure  # noqa: F401  they register themselves
from supervision.rules.held import HeldFigure, Value, held_figure, held_figures

__all__ = ["HeldFigure", "figures_day", "held_figure", "held_figures", "held_values"]


def held_values(
    *, user, keys: Iterable[str], branches: Sequence[int], day: datetime.date
) -> dict[str, dict[int, Value]]:
    """Key → branch id → value on a day, for the branches whose roster the user may see and for no other.

    One query for the scope and a fixed number for each key, however many branches there are.
    """
    seen = PartyOrganization.objects.permitted(user, Permission.VIEW_ROSTER).branches()
    inside = list(seen.filter(pk__in=branches).values_list("pk", flat=True))
    found: dict[str, dict[int, Value]] = {}
    for key in keys:
        figure = held_figure(key)
        if figure is not None and key not in found:
            values = figure.values(inside, day) if inside else {}
            found[key] = {pk: values.get(pk, figure.empty) for pk in inside}
    return found


def figures_day(as_of: datetime.date | None, today: datetime.date | None = None) -> datetime.date:
    """The day that figures are taken of: as asked for, but never one that has not come."""
    today = today or today_shanghai()
    return min(as_of, today) if as_of else today
