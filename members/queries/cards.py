"""Reads of one member's history."""

from members.models import Member


def affiliations_of(member: Member):
    """All affiliations, the newest first."""
    return member.affiliations.select_related("branch", "cell").order_by("-period")


def tenures_of(member: Member):
    """All posts, the newest first."""
    return member.tenures.select_related("organization").order_by("-period", "pk")


def commendations_of(member: Member):
    """All commendations, the newest first."""
    return member.commendations.order_by("-awarded_on", "pk")
