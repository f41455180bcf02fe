"""Study progress by branch, 32 and 56 hours apart, from the members' stored years."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from branch_portal.permissions import Permission
from learning.models import MemberYear
from members.models import Affiliation, Member, PartyOrganization


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One branch's year: how many have reached what is required, officers and ordinary members apart."""

    branch: PartyOrganization
    ordinary: int = 0
    ordinary_reached: int = 0
    officers: int = 0
    officers_reached: int = 0
    pending_hours: object = 0
    without_hours: int = 0

    @property
    def members(self) -> int:
        return self.ordinary + self.officers + self.without_hours

    @property
    def reached(self) -> int:
        return self.ordinary_reached + self.officers_reached

    @property
    def short(self) -> int:
        """Members who still need hours: those whom the list should bring up first."""
        return self.members - self.reached


def study_progress(
    *, user, year: int, day: datetime.date, root: PartyOrganization | None = None
) -> list[StudyRow]:
    """One row a branch, those with most members short of hours first. Three queries, whatever the number of branches.

    A member without any credit has no stored year yet and counts as `without_hours`. The running year is that of the
    members of today; a past one belongs to whoever was last in the branch then.
    """
    branches = PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION).branches()
    if root is not None:
        branches = branches.filter(path__startswith=root.path)
    branches = list(branches.filter(abolished_on__isnull=True).in_official_order())
    inside = [branch.pk for branch in branches]
    officer, reached = Q(is_officer=True), MemberYear.objects.reached_lookup()
    now = year == day.year
    here = {"member__branch": F("branch"), "member__standing": Member.Standing.NORMAL} if now else {}
    sums: dict[int, dict[str, Any]] = {
        row["branch_id"]: {name: value for name, value in row.items() if name != "branch_id"}
        for row in MemberYear.objects.visible_to(user)
        .filter(year=year, branch__in=inside, **here)
        .values("branch_id")
        .annotate(
            ordinary=Count("pk", filter=~officer),
            ordinary_reached=Count("pk", filter=~officer & reached),
            officers=Count("pk", filter=officer),
            officers_reached=Count("pk", filter=officer & reached),
            pending_hours=Sum("pending_hours"),
        )
        .order_by()
    }
    people = _members_now(user, year) if now else _members_then(user, year)
    without = dict(
        people.filter(branch__in=inside).values_list("branch_id").annotate(n=Count("pk")).order_by()
    )
    rows = [
        StudyRow(branch, **sums.get(branch.pk, {}), without_hours=without.get(branch.pk, 0))
        for branch in branches
    ]
    return sorted(rows, key=lambda row: -row.short)


def _members_now(user, year: int):
    """Members of today without a stored year."""
    stored = MemberYear.objects.filter(year=year, member=OuterRef("pk"))
    return Member.objects.visible_to(user).current().filter(~Exists(stored))


def _members_then(user, year: int):
    """The last affiliation in a past year of those without a stored year: today's roster has no say in it."""
    during = (datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1))
    stored = MemberYear.objects.filter(year=year, member=OuterRef("member"))
    later = Affiliation.objects.filter(
        member=OuterRef("member"),
        period__overlap=during,
        period__startswith__gt=OuterRef("period__startswith"),
    )
    places = Affiliation.objects.visible_to(user).filter(period__overlap=during)
    return places.filter(~Exists(stored), ~Exists(later))
