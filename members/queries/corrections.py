"""Corrections that wait for an answer."""

from members.models import CorrectionRequest


def open_corrections(branches):
    """Open requests of members of these branches, without what they say."""
    asked = CorrectionRequest.objects.open().filter(member__branch__in=branches)
    said = ("uid", "due_on", "member__branch__name", "member__branch__short_name")
    return asked.select_related("member__branch").only(*said).order_by("due_on", "pk")
