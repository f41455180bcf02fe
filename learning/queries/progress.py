"""A branch's members and how far each has come in a year."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max, Min

from branch_portal.permissions import Permission
from learning.models import MemberYear, StudyCredit
from learning.queries.rules import RuleBook
from learning.queries.years import branches_by_year, posts_by_member
from learning.rules.hours import required_hours
from members.models import Affiliation, Member, PartyOrganization


@dataclass(frozen=True, slots=True)
class Progress:
    """One member's year as the branch reads it; hours are counted hours, `pending` a part of them."""

    member: Member
    officer: bool
    required: Decimal
    hours: Decimal
    pending: Decimal
    trainings: int

    @property
    def missing(self) -> Decimal:
        return max(self.required - self.hours, Decimal(0))

    @property
    def reached(self) -> bool:
        return not self.missing


def study_branches(user):
    """Branches whose study hours the user may read, in official order."""
    return (
        PartyOrganization.objects.permitted(user, Permission.VIEW_STUDY)
        .branches()
        .filter(abolished_on__isnull=True)
        .in_official_order()
    )


def reviewed_branches(user):
    """Branches whose own study the user decides, in official order."""
    branches = PartyOrganization.objects.permitted(user, Permission.MANAGE_STUDY).branches()
    return branches.filter(abolished_on__isnull=True).in_official_order()


def branch_progress(branch: PartyOrganization, year: int, *, day: datetime.date) -> list[Progress]:
    """Who belongs to the branch in that year (this year: now), those who lack most first; four queries (six for a past year).

    A member without any credit is listed as well: that is who needs help most.
    """
    rows = _progress(members_of(branch, year, day), year)
    return sorted(rows, key=lambda row: (-row.missing, row.member.name_pinyin, row.member.pk))


def year_of_member(member: Member, year: int) -> Progress:
    """One member's year from the stored row; three queries."""
    return _progress([member], year)[0]


def _progress(members: Sequence[Member], year: int) -> list[Progress]:
    ids = [member.pk for member in members]
    stored = {row.member_id: row for row in MemberYear.objects.filter(year=year, member_id__in=ids)}
    posts, requirement = posts_by_member(ids), RuleBook().requirement(year)
    rows = []
    for member in members:
        owed = required_hours(requirement, year, posts.get(member.pk, ()))
        row = stored.get(member.pk)
        rows.append(
            Progress(
                member=member,
                officer=owed.officer,
                required=owed.hours,
                hours=row.hours if row else Decimal(0),
                pending=row.pending_hours if row else Decimal(0),
                trainings=row.central_trainings if row else 0,
            )
        )
    return rows


def members_of(branch: PartyOrganization, year: int, day: datetime.date) -> list[Member]:
    members = Member.objects.without_personal_data()
    if year == day.year:
        return list(members.current().filter(branch=branch))
    during = (f"{year}-01-01", f"{year + 1}-01-01")
    ids = list(
        Affiliation.objects.filter(branch=branch, period__overlap=during).values_list("member_id", flat=True)
    )
    places = branches_by_year(ids, [year])
    return list(members.filter(pk__in=[pk for pk in ids if places.get((pk, year)) == branch.pk]))


def years_with_hours(day: datetime.date) -> list[int]:
    """From the first year of the ledger to this one, the newest first."""
    found = StudyCredit.objects.aggregate(first=Min("year"), last=Max("year"))
    return list(
        range(max(found["last"] or day.year, day.year), min(found["first"] or day.year, day.year) - 1, -1)
    )
