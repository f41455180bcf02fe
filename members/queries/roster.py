"""The roster as lists read it: scope, order, search, and the posts of the day, in a constant number of queries."""

import datetime

from django.db.models import Case, IntegerField, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Replace

from branch_portal.permissions import Permission
from members.models import Member, PartyOrganization, PostTenure

#: Rank of posts in a list, the model's own order: secretary first, people without a post last.
POST_ORDER = {post: rank for rank, post in enumerate(PostTenure.Post.values)}
NO_POST = 99


def post_rank() -> Case:
    return Case(
        *[When(post=post, then=Value(rank)) for post, rank in POST_ORDER.items()],
        default=Value(NO_POST),
        output_field=IntegerField(),
    )


def roster_of(user, *, day: datetime.date):
    """Members with an open affiliation that the user may see, with their posts of the day as `current_tenures`."""
    return (
        Member.objects.visible_to(user)
        .filter(branch__isnull=False)
        .without_personal_data()
        .select_related("branch", "cell")
        .prefetch_related(
            Prefetch(
                "tenures",
                queryset=PostTenure.objects.on(day)
                .select_related("organization")
                .annotate(rank=post_rank())
                .order_by("rank", "pk"),
                to_attr="current_tenures",
            )
        )
    )


def with_post_rank(members, *, day: datetime.date):
    """Annotate `post_rank`, so that a branch's list starts with its secretary."""
    first = (
        PostTenure.objects.on(day)
        .filter(member=OuterRef("pk"))
        .annotate(rank=post_rank())
        .order_by("rank")
        .values("rank")[:1]
    )
    return members.annotate(post_rank=Coalesce(Subquery(first), NO_POST, output_field=IntegerField()))


def search(members, text: str):
    """Those whose name holds the text, whose pinyin or initials begin with it, or whose mobile ends with its 4 digits."""
    text = text.strip()
    if not text:
        return members
    if text.isascii() and text.isdigit():
        return members.filter(mobile_tail=text[-4:]) if len(text) == 4 else members.none()
    if text.isascii():
        sound = text.lower().replace(" ", "")
        return members.annotate(compact_pinyin=Replace("name_pinyin", Value(" "), Value(""))).filter(
            Q(name_initials__startswith=sound) | Q(compact_pinyin__startswith=sound)
        )
    return members.filter(name__contains="".join(text.split()))


def roster_branches(user):
    """Branches whose roster the user may see, in official order."""
    return (
        PartyOrganization.objects.permitted(user, Permission.VIEW_ROSTER)
        .branches()
        .filter(abolished_on__isnull=True)
        .order_by("sort_number", "path")
    )


def editable_branches(user):
    return (
        PartyOrganization.objects.permitted(user, Permission.EDIT_ROSTER)
        .branches()
        .filter(abolished_on__isnull=True)
        .order_by("sort_number", "path")
    )
