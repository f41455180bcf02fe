"""Delegations and the people to whom a branch or a committee may delegate."""

from django.db.models import Q

from branch_portal.permissions import Permission
from members.models import PartyOrganization, RoleGrant, User


def delegations_of(user):
    """Dated grants that somebody gave within the user's reach, the newest first."""
    return (
        RoleGrant.objects.permitted(user, Permission.DELEGATE)
        .filter(valid_to__isnull=False, granted_by__isnull=False)
        .select_related("user", "organization", "granted_by")
        .order_by("-valid_from", "-pk")
    )


def organizations_to_delegate(user):
    """Branches and committees in which the user may delegate."""
    return (
        PartyOrganization.objects.permitted(user, Permission.DELEGATE)
        .exclude(kind=PartyOrganization.Kind.CELL)
        .filter(abolished_on__isnull=True)
        .order_by("path")
    )


def accounts_to_delegate(organization: PartyOrganization):
    """Active accounts of the organisation's own people: a branch's members, or who holds a grant in a committee."""
    own = Q(member__branch=organization)
    if organization.kind != PartyOrganization.Kind.BRANCH:
        own = Q(grants__organization__path__startswith=organization.path)
    return User.objects.active().filter(own).order_by("display_name", "pk").distinct()
