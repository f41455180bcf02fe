"""Corrections that wait for an answer."""

from members.models import CorrectionRequest


def open_corrections(branches):
    """Open requests of members of these branches, without what they say."""
    asked = CorrectionRequest.objects.open().filter(member__branch__in=branches)
    return asked.defer("proposed").select_related("member__branch").order_by("due_on", "pk")
