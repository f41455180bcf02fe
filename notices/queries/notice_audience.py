"""Whom a notice is for: the audience as rows of today, shown before sending and frozen by it."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import StrIndex

from branch_portal.dates import local_datetime, month_bounds, today_shanghai
from members.models import Member, PartyOrganization, PostTenure, User
from members.models.organizations import PartyOrganizationQuerySet
from members.models.people import MemberQuerySet
from notices.models import Notice

#: Names that a page shows at most.
SHOWN = 300


def branches_meant(
    organization: PartyOrganization, audience: Mapping[str, Any], day: datetime.date
) -> PartyOrganizationQuerySet:
    """Live branches of the sender's subtree; what is chosen narrows it, never widens it, and means all that lies below."""
    found = PartyOrganization.objects.existing_on(day).branches().filter(path__startswith=organization.path)
    chosen = audience.get("organizations")
    return found.filter(_below("path", chosen)) if chosen else found


def _below(path: str, chosen: Iterable[int]) -> Q:
    """The organisations themselves and what lies below them, as a condition on the path at `path`. One query."""
    found = Q(pk__in=[])
    for one in PartyOrganization.objects.filter(pk__in=chosen).values_list("path", flat=True):
        found |= Q(**{f"{path}__startswith": one})
    return found


def people_meant(
    organization: PartyOrganization, audience: Mapping[str, Any], day: datetime.date
) -> MemberQuerySet:
    """Current members of the sender's subtree: of what is chosen, with one of the posts, of the categories."""
    found = Member.objects.current().filter(branch__path__startswith=organization.path)
    if chosen := audience.get("organizations"):
        found = found.filter(Q(cell_id__in=chosen) | _below("branch__path", chosen))
    if posts := audience.get("posts"):
        held = PostTenure.objects.on(day).filter(
            member=OuterRef("pk"), post__in=posts, organization__path__startswith=organization.path
        )
        found = found.filter(Exists(held))
    if categories := audience.get("categories"):
        found = found.filter(category__in=categories)
    return found.without_personal_data()


@dataclass(frozen=True)
class Preview:
    """Who would be told now. `names` are people's for a branch, branches' for a committee; `silent` have no account."""

    count: int
    unit: str
    names: list[str]
    more: int
    silent: list[str]

    @property
    def nobody(self) -> bool:
        return self.count == 0


def preview(notice: Notice, day: datetime.date | None = None) -> Preview:
    """Five queries at most, whatever the number of people."""
    day = day or today_shanghai()
    if notice.to_branches:
        branches = branches_meant(notice.organization, notice.audience, day).in_official_order()
        count, names = branches.count(), [str(branch) for branch in branches[:SHOWN]]
        return Preview(count, "个党支部", names, max(count - SHOWN, 0), [])
    people = people_meant(notice.organization, notice.audience, day)
    accounts = User.objects.active().filter(member=OuterRef("pk"))
    silent = people.exclude(Exists(accounts)).in_list_order().values_list("name", flat=True)
    count = people.count()
    names = list(people.in_list_order().values_list("name", flat=True)[:SHOWN])
    return Preview(count, "人", names, max(count - SHOWN, 0), list(silent[:SHOWN]))


def sent_this_month(notice: Notice, day: datetime.date | None = None) -> int:
    """How many notices committees have sent this month to the branches that this one means, whoever sent them."""
    day = day or today_shanghai()
    first = local_datetime(month_bounds(day.year, day.month)[0])
    branches = branches_meant(notice.organization, notice.audience, day)
    return (
        Notice.objects.filter(sent_at__gte=first, targets__branch__in=branches.values("pk"))
        .exclude(organization__kind=PartyOrganization.Kind.BRANCH)
        .distinct()
        .count()
    )


def names_in_words(organization: PartyOrganization, *texts: str) -> list[str]:
    """Members of the sender's subtree whose names stand in the texts: what must not leave the portal."""
    words = "\n".join(texts)
    people = Member.objects.filter(
        Q(branch__path__startswith=organization.path) | Q(left_branch__path__startswith=organization.path)
    ).annotate(position=StrIndex(Value(words), "name"))
    return sorted(set(people.filter(position__gt=0).values_list("name", flat=True)))


def audience_words(notice: Notice) -> str:
    """The audience as a reader understands it: 全体党员；第一党小组；党支部书记."""
    audience = notice.audience
    chosen = PartyOrganization.objects.filter(pk__in=audience.get("organizations") or ())
    posts, kinds = dict(PostTenure.Post.choices), dict(Member.Category.choices)
    parts = [
        "、".join(_part_words(organization) for organization in chosen.in_official_order()),
        "、".join(posts[post] for post in audience.get("posts") or () if post in posts),
        "、".join(kinds[kind] for kind in audience.get("categories") or () if kind in kinds),
    ]
    said = "；".join(part for part in parts if part)
    return said or ("所属全部党支部" if notice.to_branches else f"{notice.organization}全体党员")


def _part_words(organization: PartyOrganization) -> str:
    own = organization.is_branch or organization.kind == PartyOrganization.Kind.CELL
    return str(organization) if own else f"{organization}所属党支部"
