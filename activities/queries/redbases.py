"""The directory of red bases, and how often each was visited by the branches that the asker may see."""

from collections import defaultdict

from django.db.models import Count, Q, QuerySet

from activities.models import GatheringBranch, RedBase
from activities.rules.states import COUNTING, HELD
from branch_portal.permissions import Permission
from members.models import PartyOrganization


def listed_bases(user, *, text: str = "", all_of_them: bool = False) -> QuerySet[RedBase]:
    """Bases that the user may see, by name; those out of use only when asked for."""
    bases = RedBase.objects.visible_to(user).select_related("organization")
    if not all_of_them:
        bases = bases.filter(in_use=True)
    if text:
        bases = bases.filter(Q(name__icontains=text) | Q(place__icontains=text))
    return bases.order_by("name", "pk")


def choosable_bases(user, branch: PartyOrganization) -> list[RedBase]:
    """What a branch may choose: its own directory and those of the organisations above it."""
    path, step = branch.path, PartyOrganization.steplen
    line = [path[:end] for end in range(step, len(path) + 1, step)]
    return list(listed_bases(user).filter(organization__path__in=line))


def visits(user) -> QuerySet[GatheringBranch]:
    """Branches' shares of held gatherings at a base that are written up, within the user's reach."""
    return (
        GatheringBranch.objects.visible_to(user)
        .filter(gathering__state=HELD, gathering__red_base__isnull=False)
        .filter(records__state__in=sorted(COUNTING))
        .distinct()
    )


def visits_in_year(user, year: int) -> dict[int, int]:
    """Base id → visits of the year. One query."""
    counted = (
        visits(user)
        .filter(gathering__on_date__year=year)
        .order_by()
        .values("gathering__red_base")
        .annotate(number=Count("pk", distinct=True))
    )
    return {row["gathering__red_base"]: row["number"] for row in counted}


def visits_of_base(user, base: RedBase, *, limit: int = 100) -> list[GatheringBranch]:
    """The latest visits to one base, newest first, with the branch and the counts of its roll."""
    found = visits(user).filter(gathering__red_base=base).select_related("gathering", "branch")
    return list(found.prefetch_related("records").order_by("-gathering__on_date", "-pk")[:limit])


def visits_by_year(shares) -> list[tuple[int, int]]:
    """(year, number of visits), the latest year first."""
    years: dict[int, int] = defaultdict(int)
    for share in shares:
        years[share.gathering.on_date.year] += 1
    return sorted(years.items(), reverse=True)


def keepers(user) -> list[PartyOrganization]:
    """Organisations whose directory the user keeps: own branches for officers, the subtree's committees for staff."""
    leaves = PartyOrganization.objects.permitted(user, Permission.LOG_GATHERINGS).branches()
    above = PartyOrganization.objects.permitted(user, Permission.MANAGE_ORGANIZATIONS).filter(
        kind__in=(PartyOrganization.Kind.COMMITTEE, PartyOrganization.Kind.GENERAL_BRANCH)
    )
    found = [*above.order_by("path")[:100], *leaves.order_by("path")[:100]]
    return [organization for organization in found if organization.abolished_on is None]
