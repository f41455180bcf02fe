"""Reveals and exports of personal data, and what happened at the door: the auditor reads all of it, a committee what concerns
its branches' data and accounts."""

import datetime

from django.db.models import QuerySet

from branch_portal.permissions import Permission
from members.models import Member, PartyOrganization, PersonalDataAccess, SecurityEvent
from supervision.queries.audit import accounts_within, of_period


def accesses(
    *,
    user,
    who: str = "",
    action: str = "",
    first: datetime.date | None = None,
    last: datetime.date | None = None,
) -> QuerySet[PersonalDataAccess]:
    """The rows that the user may read, unordered."""
    rows = PersonalDataAccess.objects.unscoped("narrowed by VIEW_AUDIT or VIEW_HISTORY here")
    if not user.may(Permission.VIEW_AUDIT):
        inside = PartyOrganization.objects.permitted(user, Permission.VIEW_HISTORY)
        rows = rows.filter(branch_id__in=inside.values("pk"))
    if who:
        rows = rows.filter(user_label__icontains=who)
    if action:
        rows = rows.filter(action=action)
    return of_period(rows, "at", first, last)


def named(user, rows) -> tuple[dict, dict[int, str]]:
    """Names of the members and branches of these rows, of those that the user may see. Two queries."""
    members = Member.objects.visible_to(user).filter(uid__in={row.member_uid for row in rows} - {None})
    branches = PartyOrganization.objects.visible_to(user).filter(
        pk__in={row.branch_id for row in rows} - {None}
    )
    return dict(members.values_list("uid", "name")), dict(branches.values_list("pk", "name"))


def security_events(
    *,
    user,
    who: str = "",
    kind: str = "",
    first: datetime.date | None = None,
    last: datetime.date | None = None,
) -> QuerySet[SecurityEvent]:
    """Sign-ins, two-step verification, links, passwords and changes of rights, of the accounts whose acts the user may read;
    unordered. What was tried with a name that no account has is the auditor's alone."""
    rows = SecurityEvent.objects.unscoped("narrowed by VIEW_AUDIT or VIEW_HISTORY here")
    if not user.may(Permission.VIEW_AUDIT):
        rows = rows.filter(user_id__in=accounts_within(user).values("pk"))
    if who:
        rows = rows.filter(user_label__icontains=who)
    if kind:
        rows = rows.filter(kind=kind)
    return of_period(rows, "at", first, last)
