"""Whose training classes and yearly files are whose to keep.

A branch's own are kept by those who log its gatherings and confirmed by its secretary; those of a committee or general
branch by the staff above it. A committee's staff reads what its branches keep and writes none of it.
"""

from django.db.models import Q

from branch_portal.permissions import Permission
from members.models import PartyOrganization

_BRANCH = PartyOrganization.Kind.BRANCH
_ABOVE = (PartyOrganization.Kind.COMMITTEE, PartyOrganization.Kind.GENERAL_BRANCH)


def kept_by(user, lookup: str) -> Q:
    """Rows whose organisation at `lookup` ("" for the organisation's own table) the user keeps."""
    kind = f"{lookup}__kind" if lookup else "kind"
    logs = user.access.scope(Permission.LOG_GATHERINGS).q(lookup)
    holds = user.access.scope(Permission.MANAGE_TRAINING).q(lookup)
    return (logs & Q(**{kind: _BRANCH})) | (holds & Q(**{f"{kind}__in": _ABOVE}))


def keeps(user, organization: PartyOrganization) -> bool:
    permission = Permission.LOG_GATHERINGS if organization.is_branch else Permission.MANAGE_TRAINING
    return user.access.may(permission, organization)


def confirms(user, organization: PartyOrganization) -> bool:
    """Who signs for it: in a branch the secretary."""
    permission = Permission.CONFIRM_RECORDS if organization.is_branch else Permission.MANAGE_TRAINING
    return user.access.may(permission, organization)


def keeps_any(user) -> bool:
    """Whether there is an organisation whose classes the user keeps; a cell's leader logs gatherings of the cell alone."""
    return kept_organizations(user).exists()


def kept_organizations(user):
    """Existing organisations whose classes and files the user keeps, in official order."""
    organizations = PartyOrganization.objects.visible_to(user).filter(abolished_on__isnull=True)
    return organizations.filter(kept_by(user, "")).in_official_order()
