"""Reads of the organisation tree that are more than a queryset method."""

from members.models import PartyOrganization


def host_organization_name() -> str:
    """Name of the organisation that runs this portal: the root of the tree (public, it stands on the sign-in page)."""
    root = PartyOrganization.objects.filter(depth=1).order_by("path").values_list("name", flat=True).first()
    return root or ""
