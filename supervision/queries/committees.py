"""For whom somebody inspects: the part of the tree and the committee in whose name."""

from branch_portal.permissions import Permission
from members.models import PartyOrganization


def inspecting_committee(user, root: PartyOrganization) -> PartyOrganization | None:
    """The highest organisation at or above `root` for which the user inspects; None where the user does not."""
    paths = [path for path in user.access.scope(Permission.INSPECT).paths if root.path.startswith(path)]
    if not paths:
        return None
    return PartyOrganization.objects.permitted(user, Permission.INSPECT).get(path=min(paths, key=len))


def inspected_organizations(user) -> list[PartyOrganization]:
    """Committees, general branches and branches that the user may inspect, parents before children. One query."""
    found = PartyOrganization.objects.permitted(user, Permission.INSPECT).exclude(
        kind=PartyOrganization.Kind.CELL
    )
    return list(found.only("uid", "path", "depth", "kind", "name", "short_name").order_by("path"))
