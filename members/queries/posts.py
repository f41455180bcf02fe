"""The catalogue of posts, and who holds the posts of a branch on a day."""

import datetime

from branch_portal.permissions import Permission
from members.models import PartyOrganization, PostDefinition, PostTenure
from members.queries.roster import post_rank


def catalogue():
    return PostDefinition.objects.in_order()


def may_edit_catalogue(user) -> bool:
    """The catalogue holds for everybody, so only who edits the dictionaries of a root organisation changes it."""
    return PartyOrganization.objects.permitted(user, Permission.EDIT_DICTIONARIES).filter(depth=1).exists()


def posts_on(organization: PartyOrganization, day: datetime.date):
    """Who holds which post in the organisation and its cells on the day, in the order of posts."""
    return (
        PostTenure.objects.on(day)
        .filter(organization__path__startswith=organization.path, organization__kind__in=("branch", "cell"))
        .select_related("member", "organization")
        .annotate(rank=post_rank())
        .order_by("rank", "organization__path", "member__name_pinyin", "pk")
    )


def on_committee(member, day: datetime.date) -> bool:
    """Whether the member sits on the committee of the own branch on the day; a cell's leader does not by that."""
    tenures = PostTenure.objects.filter(member=member, organization_id=member.branch_id).on(day)
    return tenures.exclude(post=PostTenure.Post.CELL_LEADER).exists()
