"""Reads of the organisation tree that are more than a queryset method."""

import datetime
from collections.abc import Sequence

from branch_portal.database import beyond_scope
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from members.models import OrganizationChange, PartyOrganization
from members.queries.history import organizations_on

_STEP = PartyOrganization.steplen


def host_organization_name() -> str:
    """Name of the organisation that runs this portal: the root of the tree (public, it stands on the sign-in page)."""
    root = PartyOrganization.objects.filter(depth=1).order_by("path").values_list("name", flat=True).first()
    return root or ""


def home_of(user) -> PartyOrganization | None:
    """Where an account belongs: the member's branch, else where a role was given, else the root of the tree."""
    if user.member_id:
        # At the door nobody has a scope yet, and who is told of a sign-in is found all the same.
        with beyond_scope("where an account belongs; nobody is signed in yet"):
            if user.member.branch_id:
                return user.member.branch
    reaches = user.access.reaches
    return (
        reaches[0].organization
        if reaches
        else PartyOrganization.objects.filter(depth=1).order_by("path").first()
    )


def parent_of(organization: PartyOrganization) -> PartyOrganization | None:
    """Today's superior; None for a root."""
    return PartyOrganization.objects.filter(path=organization.path[:-_STEP]).first()


def visible_superiors(user, organization: PartyOrganization) -> list[PartyOrganization]:
    """From the highest that the user may see down to the direct superior."""
    path = organization.path
    above = [path[:end] for end in range(_STEP, len(path), _STEP)]
    return list(PartyOrganization.objects.visible_to(user).filter(path__in=above).order_by("path"))


def topmost(user):
    """Where the user's part of the tree begins: organisations in scope whose superior is not."""
    scope = user.access.scope(Permission.VIEW_ORGANIZATION)
    visible = PartyOrganization.objects.visible_to(user)
    if scope.everything:
        return visible.filter(depth=1)
    paths = {*scope.paths, *scope.leaf_paths}
    tops = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    return visible.filter(path__in=tops)


def reach_of(user) -> PartyOrganization | None:
    """The organisation whose rosters are all that the user may see; None when they are spread over several."""
    scope = user.access.scope(Permission.VIEW_ROSTER)
    paths = {*scope.paths, *scope.leaf_paths}
    tops = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    if len(tops) != 1:
        return None
    return PartyOrganization.objects.filter(path=tops[0]).first()


def children_on(user, parent: PartyOrganization, day: datetime.date):
    """What stood directly under an organisation on a day, as far as the user sees it (access follows today's tree)."""
    visible = PartyOrganization.objects.visible_to(user)
    if day == today_shanghai():
        return visible.existing_on(day).filter(path__startswith=parent.path, depth=parent.depth + 1)
    then = organizations_on(day)
    return visible.filter(pk__in=[pk for pk, each in then.items() if each.parent_id == parent.pk])


def history_of(organization: PartyOrganization, day: datetime.date) -> Sequence[OrganizationChange]:
    """What had happened to it by the day, latest first."""
    changes = OrganizationChange.objects.filter(organization=organization).until(day)
    return changes.select_related("parent", "other").order_by("-effective_on", "-pk")


def next_cell_code(branch: PartyOrganization) -> str:
    """A free code for a cell: the branch's own and a number."""
    taken = set(
        PartyOrganization.objects.filter(code__startswith=branch.code[:26]).values_list("code", flat=True)
    )
    number = 1
    while (code := f"{branch.code[:26]}-{number:02d}") in taken:
        number += 1
    return code


def siblings_within_committee(user, branch: PartyOrganization):
    """Live branches that the user manages under the same 党委."""
    above = [branch.path[:end] for end in range(_STEP, len(branch.path), _STEP)]
    committee = (
        PartyOrganization.objects.filter(path__in=above, kind=PartyOrganization.Kind.COMMITTEE)
        .order_by("-path")
        .first()
    )
    managed = PartyOrganization.objects.permitted(user, Permission.MANAGE_ORGANIZATIONS).branches()
    if committee is None:
        return managed.none()
    live = managed.filter(path__startswith=committee.path, abolished_on__isnull=True)
    return live.exclude(pk=branch.pk).order_by("sort_number", "path")
