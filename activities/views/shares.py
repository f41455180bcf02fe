"""A gathering's page and what is done from it: which share, and who keeps it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from activities.models import GatheringBranch
from activities.queries.reach import may_log


def visible_share(request, uid) -> GatheringBranch:
    """404 outside the user's reach."""
    shares = (
        GatheringBranch.objects.visible_to(request.user)
        .select_related("gathering", "branch", "cell")
        .prefetch_related("records")
    )
    return get_object_or_404(shares, uid=uid)


def loggable_share(request, uid) -> GatheringBranch:
    """... 403 inside it for who does not keep the branch's (or the cell's) records."""
    share = visible_share(request, uid)
    if not may_log(request.user, share):
        raise PermissionDenied
    return share
