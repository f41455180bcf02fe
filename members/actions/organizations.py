"""The tree of organisations: founding, renaming, adjusting, abolishing and restoring, each with its dated row of history.

Moving, merging and splitting are in `organization_moves`. A change is written as a sparse row first; the columns on the
organisation itself are then what the latest rows say, so that a change entered late never covers a later one.
"""

import datetime
from typing import Any

from django.db import transaction

from branch_portal.dates import today_shanghai
from members.actions.affiliations import end_posts
from members.actions.errors import ActionRefused
from members.actions.organization_checks import (
    BELOW,
    check_change_day,
    check_may_found_first,
    check_may_manage,
    check_may_rearrange,
    check_nothing_hangs_there,
    check_reason,
    locked_organization,
)
from members.models import CommitteeTerm, OrganizationChange, PartyOrganization, User
from members.queries.organizations import parent_of

_Kind = PartyOrganization.Kind
_THEME_DAY = ("theme_day_rule", "theme_day_number", "theme_day_weekday", "theme_day_shift")
_MIRRORS = ("name", "short_name", "formation", "unit_category", "has_committee", *_THEME_DAY)
#: What `adjust_organization` changes without a date of its own: the audit keeps what was there before.
UNDATED = (
    "sort_number",
    "applied_on",
    "replied_on",
    "unit_name",
    "unit_credit_code",
    "units_covered",
    "contact_name",
    "contact_phone",
)


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
    if parent is not None:
        if kind not in BELOW[_Kind(parent.kind)]:
            raise ActionRefused(f"{_Kind(parent.kind).label}之下不能设{_Kind(kind).label}。")
        check_may_manage(by, parent, cell=kind == _Kind.CELL)
        # Locked, because the tree takes the next free path from its parent's row.
        parent = locked_organization(parent)
        if by is not None:
            check_change_day(parent, founded_on, "成立")
    elif by is not None:
        check_may_found_first(by)
    if by is not None:
        check_reason(reason)
    if PartyOrganization.objects.filter(code=code).exists():
        raise ActionRefused(f"组织代码 {code} 已被使用，请换一个。")
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
        organization = PartyOrganization.objects.add_child(parent, values)
    _record_founding(by, organization, parent, reason)
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
    check_may_manage(by, organization, cell=organization.kind == _Kind.CELL)
    if by is not None:
        check_reason(reason)
    locked = locked_organization(organization)
    check_change_day(locked, on, "更名")
    record_change(
        by, locked, OrganizationChange.Kind.RENAMED, on, reason, name=name, short_name=short_name or name[:40]
    )
    return follow_history(locked)


@transaction.atomic
def adjust_organization(
    *,
    by: User | None,
    organization: PartyOrganization,
    on: datetime.date,
    reason: str,
    formation: str = "",
    unit_category: str = "",
    has_committee: bool | None = None,
    **undated: Any,
) -> PartyOrganization:
    """Change formation, unit category or committee from a day on (blank or None: as before), and the unit's own data."""
    check_may_manage(by, organization)
    check_reason(reason)
    locked = locked_organization(organization)
    check_change_day(locked, on, "调整")
    if locked.kind != _Kind.BRANCH and (formation or has_committee is not None):
        raise ActionRefused("组建方式和支部委员会只适用于党支部。")
    if unknown := set(undated) - set(UNDATED):
        raise TypeError(f"not adjustable: {sorted(unknown)}")
    changed = {name: value for name, value in undated.items() if getattr(locked, name) != value}
    if not (formation or unit_category or has_committee is not None or changed):
        raise ActionRefused("没有任何改动，请至少改一项。")
    for name, value in changed.items():
        setattr(locked, name, value)
    record_change(
        by,
        locked,
        OrganizationChange.Kind.ADJUSTED,
        on,
        reason,
        formation=formation,
        unit_category=unit_category,
        has_committee=has_committee,
    )
    return follow_history(locked)


@transaction.atomic
def abolish_organization(
    *, by: User | None, organization: PartyOrganization, on: datetime.date, reason: str
) -> PartyOrganization:
    """Abolish an organisation that nothing hangs on any more; `on` is the first day without it."""
    check_may_rearrange(by, organization, cell=organization.kind == _Kind.CELL)
    check_reason(reason)
    locked = locked_organization(organization)
    check_change_day(locked, on, "撤销")
    check_nothing_hangs_there(locked, on)
    return end_organization(by, locked, on, reason)


@transaction.atomic
def restore_organization(
    *, by: User | None, organization: PartyOrganization, on: datetime.date, reason: str
) -> PartyOrganization:
    """Bring an abolished organisation back from a day on, in the place where it stands in the tree."""
    check_may_rearrange(by, organization, cell=organization.kind == _Kind.CELL)
    check_reason(reason)
    locked = locked_organization(organization)
    if locked.abolished_on is None:
        raise ActionRefused("该党组织没有撤销，无需恢复。")
    if on > today_shanghai():
        raise ActionRefused("日期不能晚于今天，请到生效当天再办理。")
    if on <= locked.abolished_on:
        raise ActionRefused(f"恢复日期应晚于撤销日期 {locked.abolished_on:%Y-%m-%d}。")
    parent = parent_of(locked)
    if parent is not None and parent.abolished_on is not None:
        raise ActionRefused("上级党组织已撤销，请先恢复上级党组织。")
    record_change(by, locked, OrganizationChange.Kind.ABOLISHED, locked.abolished_on, "", once=True)
    record_change(by, locked, OrganizationChange.Kind.RESTORED, on, reason)
    locked.abolished_on = None
    return follow_history(locked)


def end_organization(
    by: User | None, locked: PartyOrganization, on: datetime.date, reason: str
) -> PartyOrganization:
    """Its posts and its term end, and it is gone from the day on; members must have left before."""
    end_posts(path=locked.path, on=on)
    CommitteeTerm.objects.filter(organization=locked, ended_on__isnull=True, elected_on__lte=on).update(
        ended_on=on
    )
    record_change(by, locked, OrganizationChange.Kind.ABOLISHED, on, reason)
    locked.abolished_on = on
    return follow_history(locked)


def record_change(
    by: User | None,
    organization: PartyOrganization,
    kind: str,
    on: datetime.date,
    reason: str,
    *,
    once: bool = False,
    **columns: Any,
) -> None:
    """One sparse row. Before the first one, what the organisation was like so far is written down as its founding.

    `once`: only where no row of this kind and day is there yet.
    """
    rows = OrganizationChange.objects.filter(organization=organization)
    if not rows.filter(kind=OrganizationChange.Kind.FOUNDED).exists():
        stored = PartyOrganization.objects.get(pk=organization.pk)
        _record_founding(None, stored, parent_of(stored), "")
    if once and rows.filter(kind=kind, effective_on=on).exists():
        return
    OrganizationChange.objects.create(
        organization=organization,
        kind=kind,
        effective_on=on,
        reason=reason.strip(),
        recorded_by=by,
        **columns,
    )


def follow_history(organization: PartyOrganization) -> PartyOrganization:
    """Set the organisation's own columns to what the latest rows say, and save: listeners work on what is saved."""
    rows = OrganizationChange.objects.filter(organization=organization).order_by("effective_on", "pk")
    for row in rows.values(*_MIRRORS):
        for column, value in row.items():
            if value not in ("", None):
                setattr(organization, column, value)
    organization.save()
    return organization


def _record_founding(
    by: User | None, organization: PartyOrganization, parent: PartyOrganization | None, reason: str
) -> None:
    OrganizationChange.objects.create(
        organization=organization,
        kind=OrganizationChange.Kind.FOUNDED,
        effective_on=organization.founded_on,
        parent=parent,
        reason=reason.strip(),
        recorded_by=by,
        **{column: getattr(organization, column) for column in _MIRRORS},
    )
