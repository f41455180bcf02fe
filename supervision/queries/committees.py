"""For whom somebody inspects: the part of the tree and the committee in whose name."""

from branch_portal.permissions import Permission
from members.models import PartyOrganization


def inspecting_path(user, root: PartyOrganization) -> str | None:
    """The path of the highest organisation at or above `root` for which the user inspects. No query."""
    paths = [path for path in user.access.scope(Permission.INSPECT).paths if root.path.startswith(path)]
    return min(paths, key=len, default=None)


def inspecting_committee(user, root: PartyOrganization) -> PartyOrganization | None:
    """The highest organisation at or above `root` for which the user inspects; None where the user does not."""
    path = inspecting_path(user, root)
    if path is None:
        return None
    return PartyOrganization.objects.permitted(user, Permission.INSPECT).get(path=path)
