"""The tree of organisations: founding and renaming, each with its dated row of history."""

import datetime
from typing import Any

from django.db import transaction

from members.actions.errors import ActionRefused
from members.models import OrganizationChange, PartyOrganization, User

_Kind = PartyOrganization.Kind
#: What may stand under what.
_BELOW = {
    _Kind.COMMITTEE: {_Kind.COMMITTEE, _Kind.GENERAL_BRANCH, _Kind.BRANCH},
    _Kind.GENERAL_BRANCH: {_Kind.BRANCH},
    _Kind.BRANCH: {_Kind.CELL},
    _Kind.CELL: set(),
}


@transaction.atomic
def create_organization(
    *,
    by: User | None,
    parent: PartyOrganization | None,
    kind: str,
    name: str,
    code: str,
    founded_on: datetime.date,
    short_name: str = "",
    reason: str = "",
    **fields: Any,
) -> PartyOrganization:
    """Found an organisation under `parent` (None: a root). `fields` are further columns of PartyOrganization."""
    if parent is not None and kind not in _BELOW[_Kind(parent.kind)]:
        raise ActionRefused(f"{_Kind(parent.kind).label}之下不能设{_Kind(kind).label}。")
    values = {
        "kind": kind,
        "name": name,
        "short_name": short_name or name[:40],
        "code": code,
        "founded_on": founded_on,
        **fields,
    }
    if parent is None:
        organization = PartyOrganization.objects.add_root(values)
    else:
        # Locked, because the tree takes the next free path from its parent's row.
        locked = PartyOrganization.objects.select_for_update().get(pk=parent.pk)
        organization = PartyOrganization.objects.add_child(locked, values)
    OrganizationChange.objects.create(
        organization=organization,
        kind=OrganizationChange.Kind.FOUNDED,
        effective_on=founded_on,
        name=organization.name,
        short_name=organization.short_name,
        parent=parent,
        formation=organization.formation,
        unit_category=organization.unit_category,
        has_committee=organization.has_committee,
        reason=reason,
        recorded_by=by,
    )
    return organization


@transaction.atomic
def rename_organization(
    *,
    by: User | None,
    organization: PartyOrganization,
    name: str,
    on: datetime.date,
    short_name: str = "",
    reason: str = "",
) -> PartyOrganization:
    """Give an organisation a new full name from a day on; the old one stays in its history."""
    locked = PartyOrganization.objects.select_for_update().get(pk=organization.pk)
    if on < locked.founded_on:
        raise ActionRefused(f"更名日期不能早于成立日期 {locked.founded_on:%Y-%m-%d}。")
    locked.name = name
    locked.short_name = short_name or name[:40]
    locked.save(update_fields=["name", "short_name"])
    OrganizationChange.objects.create(
        organization=locked,
        kind=OrganizationChange.Kind.RENAMED,
        effective_on=on,
        name=name,
        short_name=locked.short_name,
        reason=reason,
        recorded_by=by,
    )
    return locked
