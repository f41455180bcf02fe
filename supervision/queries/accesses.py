"""Reveals and exports of personal data and whom they concerned, and what happened at the door: the auditor reads all of it, a
committee what concerns its branches' data and accounts."""

import datetime

from django.db.models import (
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from branch_portal.permissions import Permission
from members.models import Affiliation, Member, PartyOrganization, PersonalDataAccess, SecurityEvent
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


def people_seen(*, user, **asked) -> QuerySet[Member]:
    """Members whose personal data the accesses that the user may read, narrowed as `accesses` is, reached: the list that a
    breach notice needs (PIPL §57). One statement, unordered; only members whose roster the user may see, nothing sealed.

    Opened by name, or part of an export of a branch, or of an organisation above it, that the member belonged to on that day.
    """
    seen = accesses(user=user, **asked)
    by_name = seen.filter(member_uid=OuterRef("uid"))
    exported = seen.filter(action="export", member_uid__isnull=True)
    place = PartyOrganization.objects.filter(pk=OuterRef("branch_id")).values("path")[:1]
    here = ExpressionWrapper(OuterRef("branch__path"), output_field=CharField())
    of_the_day = (
        exported.annotate(place=Subquery(place), here=here)
        .filter(here__startswith=F("place"), at__date__gte=OuterRef("period__startswith"))
        .annotate(ended=ExpressionWrapper(OuterRef("period__endswith"), output_field=DateField()))
        .filter(Q(ended__isnull=True) | Q(at__date__lt=F("ended")))
    )
    belonged = Affiliation.objects.filter(Exists(of_the_day), member=OuterRef("pk"))
    return (
        Member.objects.permitted(user, Permission.VIEW_ROSTER)
        .filter(Exists(by_name) | Exists(belonged))
        .without_personal_data()
        .select_related("branch", "left_branch")
    )


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
