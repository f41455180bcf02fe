"""Organisations as they were on a day: names, superiors and structure read from their dated changes (promise 3).

Access follows today's tree; what is shown and counted as of a day follows the tree of that day.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Left, Length

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


#: Rows that say whether an organisation is there; one that was restored was away in between.
_LIFE = (OrganizationChange.Kind.ABOLISHED, OrganizationChange.Kind.RESTORED)
_COLUMNS = ("name", "short_name", "parent_id", "formation", "unit_category", "has_committee")


def organizations_on(
    day: datetime.date, organizations: Iterable[int] | None = None
) -> dict[int, OrganizationThen]:
    """Organisation id → how it was on the day, of those that existed then. Two queries, whatever their number.

    `organizations` limits to these ids; None is the whole tree.
    """
    founded = PartyOrganization.objects.filter(founded_on__lte=day)
    changes = OrganizationChange.objects.until(day)
    if organizations is not None:
        ids = list(organizations)
        founded, changes = founded.filter(pk__among=ids), changes.filter(organization_id__among=ids)
    # Until a first row says otherwise, today's place in the tree is the place it always had.
    superior = PartyOrganization.objects.filter(
        path=Left(OuterRef("path"), Length(OuterRef("path")) - PartyOrganization.steplen)
    )
    rows = founded.annotate(parent_id=Subquery(superior.values("pk"))).values("pk", "abolished_on", *_COLUMNS)
    values: dict[int, dict] = {row["pk"]: row for row in rows}
    gone = {pk: row["abolished_on"] is not None and row["abolished_on"] <= day for pk, row in values.items()}
    ordered = changes.order_by("effective_on", "pk").values_list("organization_id", "kind", *_COLUMNS)
    for organization_id, kind, *columns in ordered:
        if organization_id not in values:
            continue
        values[organization_id].update(
            {name: value for name, value in zip(_COLUMNS, columns, strict=True) if value not in ("", None)}
        )
        if kind in _LIFE:
            gone[organization_id] = kind == OrganizationChange.Kind.ABOLISHED
    return {
        pk: OrganizationThen(pk=pk, **{name: row[name] for name in _COLUMNS})
        for pk, row in values.items()
        if not gone[pk]
    }


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
