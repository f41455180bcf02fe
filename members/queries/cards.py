"""Reads of one member's history."""

from members.models import Member


def affiliations_of(member: Member):
    """All affiliations, the newest first."""
    return member.affiliations.select_related("branch", "cell").order_by("-period")


def tenures_of(member: Member):
    """All posts, the newest first."""
    return member.tenures.select_related("organization").order_by("-period", "pk")


def left_affiliation(member: Member):
    """The affiliation with which a former member left; None while there is an open one."""
    return None if member.branch_id else affiliations_of(member).first()
