"""Organisations as they were on a day: names, superiors and structure read from their dated changes (promise 3).

Access follows today's tree; what is shown and counted as of a day follows the tree of that day.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from members.models import OrganizationChange, PartyOrganization


@dataclass(frozen=True, slots=True)
class OrganizationThen:
    """One organisation on a day."""

    pk: int
    name: str
    short_name: str
    parent_id: int | None
    formation: str
    unit_category: str
    has_committee: bool

    def __str__(self) -> str:
        return self.short_name or self.name


_COLUMNS = ("name", "short_name", "parent_id", "formation", "unit_category", "has_committee")


def organizations_on(
    day: datetime.date, organizations: Iterable[int] | None = None
) -> dict[int, OrganizationThen]:
    """Organisation id → how it was on the day, of those that existed then. Two queries, whatever their number.

    `organizations` limits to these ids; None is the whole tree.
    """
    existing = PartyOrganization.objects.existing_on(day)
    changes = OrganizationChange.objects.until(day)
    if organizations is not None:
        ids = list(organizations)
        existing, changes = existing.filter(pk__in=ids), changes.filter(organization__in=ids)
    values: dict[int, dict] = {
        row["pk"]: row
        for row in existing.values("pk", "name", "short_name", "formation", "unit_category", "has_committee")
    }
    for row in values.values():
        row["parent_id"] = None
    ordered = changes.order_by("effective_on", "pk").values_list("organization_id", *_COLUMNS)
    for organization_id, *columns in ordered:
        if organization_id in values:
            values[organization_id].update(
                {
                    name: value
                    for name, value in zip(_COLUMNS, columns, strict=True)
                    if value not in ("", None)
                }
            )
    return {pk: OrganizationThen(**row) for pk, row in values.items()}


def subtree_on(root_id: int, day: datetime.date) -> dict[int, OrganizationThen]:
    """The organisation and everything that stood under it on the day."""
    then = organizations_on(day)
    below: dict[int | None, list[int]] = defaultdict(list)
    for pk, organization in then.items():
        below[organization.parent_id].append(pk)
    found: dict[int, OrganizationThen] = {}
    waiting = [root_id]
    while waiting:
        pk = waiting.pop()
        if pk in then and pk not in found:
            found[pk] = then[pk]
            waiting += below[pk]
    return found
