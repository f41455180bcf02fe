"""The roster as lists read it, of today or of any day before: scope, filters, order, in a constant number of queries.

Today is read from the members themselves, a day before from their affiliations: who may see follows today's tree, what is
shown follows that day (3.2).
"""

import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from branch_portal.dates import add_months, month_bounds
from branch_portal.permissions import Permission
from members.models import Affiliation, Member, MemberStatus, PartyOrganization, PostTenure
from members.queries.history import subtree_on
from members.queries.name_search import is_mobile_tail, search

#: Rank of posts in a list, the model's own order: secretary first, people without a post last.
POST_ORDER = {post: rank for rank, post in enumerate(PostTenure.Post.values)}
NO_POST = 99
#: Age bands of the filter: key → (least, most) age reached within the year of the day.
AGE_BANDS = {"35": (0, 35), "45": (36, 45), "54": (46, 54), "60": (55, 60), "61": (61, 200)}


def post_rank() -> Case:
    return Case(
        *[When(post=post, then=Value(rank)) for post, rank in POST_ORDER.items()],
        default=Value(NO_POST),
        output_field=IntegerField(),
    )


def tenures_on(day: datetime.date):
    """Posts of a day, the highest first."""
    return (
        PostTenure.objects.on(day)
        .select_related("organization")
        .annotate(rank=post_rank())
        .order_by("rank", "pk")
    )


def roster_of(user, *, day: datetime.date):
    """Members with an open affiliation that the user may see, with their posts of the day as `current_tenures`."""
    return (
        Member.objects.visible_to(user)
        .filter(branch__isnull=False)
        .without_personal_data()
        .select_related("branch", "cell")
        .prefetch_related(Prefetch("tenures", queryset=tenures_on(day), to_attr="current_tenures"))
    )


def roster_on(user, *, day: datetime.date):
    """Affiliations that ran on a day, in branches and cells whose roster the user may see today."""
    return (
        Affiliation.objects.permitted(user, Permission.VIEW_ROSTER)
        .on(day)
        .select_related("member")
        .defer(*[f"member__{name}" for name in Member.SEALED_FIELDS])
        .annotate(name_pinyin=F("member__name_pinyin"))
    )


def with_post_rank(rows, *, day: datetime.date, member: str = "pk"):
    """Annotate `post_rank`, so that a branch's list starts with its secretary."""
    first = (
        PostTenure.objects.on(day)
        .filter(member=OuterRef(member))
        .annotate(rank=post_rank())
        .order_by("rank")
        .values("rank")[:1]
    )
    return rows.annotate(post_rank=Coalesce(Subquery(first), NO_POST, output_field=IntegerField()))


def away_since_at_most(day: datetime.date) -> datetime.date:
    """The last day on which who is floating on `day` may have left: six months before, whole months' ends included (9.2)."""
    before = add_months(day, -6)
    if day == month_bounds(day.year, day.month)[1]:
        return month_bounds(before.year, before.month)[1]
    return before


def conditions(day: datetime.date, *, past: bool) -> dict[str, Q]:
    """Category and situation of a day as conditions, by the filters' keys."""
    if not past:
        return {
            "full": Q(category=Member.Category.FULL),
            "probationary": Q(category=Member.Category.PROBATIONARY),
            "suspended": Q(standing=Member.Standing.SUSPENDED),
            "floating": Q(floating_since__lte=away_since_at_most(day)),
            "lost": Q(lost_contact_on__isnull=False),
        }

    def having(kind, **more):
        statuses = MemberStatus.objects.on(day).filter(kind=kind, **more)
        return Q(member_id__in=statuses.values("member_id"))

    kinds = MemberStatus.Kind
    return {
        "full": Q(member__confirmed_on__lte=day),
        "probationary": Q(member__confirmed_on__isnull=True) | Q(member__confirmed_on__gt=day),
        "suspended": having(kinds.SUSPENDED),
        "floating": having(kinds.FLOATING, period__startswith__lte=away_since_at_most(day)),
        "lost": having(kinds.OUT_OF_CONTACT),
    }


def narrowed(rows, asked: dict[str, Any], *, user, day: datetime.date, past: bool):
    """The rows that the filters leave."""
    prefix = "member__" if past else ""
    words = asked.get("q") or ""
    if past and (is_mobile_tail(words) or asked.get("education")):
        # Today's values of people who are elsewhere now are not the asker's business: not as an answer either.
        rows = rows.filter(member__in=Member.objects.visible_to(user))
    rows = search(rows, words, prefix=prefix)
    if (organization := asked.get("branch")) is not None:
        rows = rows.filter(_below(organization, day, past=past))
    if (cell := asked.get("cell")) is not None:
        rows = rows.filter(cell=cell)
    given = conditions(day, past=past)
    for name in ("category", "situation"):
        if asked.get(name):
            rows = rows.filter(given[asked[name]])
    for name in ("gender", "education"):
        if asked.get(name):
            rows = rows.filter(**{f"{prefix}{name}": asked[name]})
    if asked.get("age"):
        least, most = AGE_BANDS[asked["age"]]
        rows = rows.filter(**{f"{prefix}birth_year__range": (day.year - most, day.year - least)})
    return rows


def _below(organization: PartyOrganization, day: datetime.date, *, past: bool) -> Q:
    if organization.is_branch:
        return Q(branch=organization)
    if past:
        return Q(branch_id__in=list(subtree_on(organization.pk, day)))
    return Q(branch__path__startswith=organization.path)


def counted(rows, *, day: datetime.date, past: bool) -> dict[str, int]:
    """人数 of a list: members are those whose membership is not suspended. One query."""
    given = conditions(day, past=past)
    here = ~given["suspended"]
    return (
        rows.order_by()
        .prefetch_related(None)
        .select_related(None)
        .aggregate(
            members=Count("pk", filter=here),
            full=Count("pk", filter=here & given["full"]),
            probationary=Count("pk", filter=here & given["probationary"]),
            suspended=Count("pk", filter=given["suspended"]),
            floating=Count("pk", filter=here & given["floating"]),
            lost=Count("pk", filter=here & given["lost"]),
        )
    )


def left_members(user, *, day: datetime.date):
    """历史党员: the affiliations by which people left for good up to a day, for whoever keeps their card."""
    loss = Affiliation.Loss
    # Who came back and left again left once: the last time.
    later = Affiliation.objects.filter(
        member=OuterRef("member"), period__startswith__gt=OuterRef("period__startswith")
    )
    return (
        Affiliation.objects.permitted(user, Permission.VIEW_ROSTER)
        .filter(
            ~Exists(later),
            loss__in=[loss.EXITED, loss.DECEASED, loss.TRANSFERRED_OUT],
            member__left_branch=F("branch"),
            period__endswith__lte=day,
        )
        .select_related("member", "branch")
        .defer(*[f"member__{name}" for name in Member.SEALED_FIELDS])
        .annotate(left_on=F("period__endswith"))
    )


def roster_branches(user):
    """Branches whose roster the user may see, in official order."""
    return (
        PartyOrganization.objects.permitted(user, Permission.VIEW_ROSTER)
        .branches()
        .filter(abolished_on__isnull=True)
        .order_by("sort_number", "path")
    )


def roster_organizations(user, *, day: datetime.date):
    """Committees, general branches and branches of a day whose rosters the user may see; the tree's own order."""
    return (
        PartyOrganization.objects.permitted(user, Permission.VIEW_ROSTER)
        .exclude(kind=PartyOrganization.Kind.CELL)
        .existing_on(day)
        .order_by("path")
    )


def cells_of_branch(user, branch: PartyOrganization):
    return PartyOrganization.objects.permitted(user, Permission.VIEW_ROSTER).filter(
        kind=PartyOrganization.Kind.CELL, path__startswith=branch.path
    )


def editable_branches(user):
    return (
        PartyOrganization.objects.permitted(user, Permission.EDIT_ROSTER)
        .branches()
        .filter(abolished_on__isnull=True)
        .order_by("sort_number", "path")
    )
