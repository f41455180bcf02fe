"""A branch's members and how far each has come in a year."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max, Min, Sum

from branch_portal.permissions import Permission
from learning.models import BranchStudyYear, MemberYear, StudyCredit
from learning.queries.rules import RuleBook
from learning.queries.trainings import duties_of
from learning.queries.years import months_in_branch, posts_by_member
from learning.rules.hours import Credit, Required, pro_rata, required_hours, year_total
from learning.rules.trainings import TrainingDuty
from members.models import Affiliation, Member, MemberStatus, PartyOrganization

#: Parts of a year by which the branch looks: months, and what is owed by their end is the pro rata share.
PERIODS = {"year": ("全年", 12), "q1": ("第一季度", 3), "h1": ("上半年", 6), "q3": ("前三季度", 9)}


@dataclass(frozen=True, slots=True)
class Progress:
    """One member's year, or the part of it asked for, as the branch reads it; hours are counted hours, `pending` a part of
    them. `trainings` and `duties` are always those of the whole year."""

    member: Member
    officer: bool
    required: Decimal
    hours: Decimal
    pending: Decimal
    trainings: int
    required_trainings: int = 0
    duties: Sequence[TrainingDuty] = ()
    whole_year: bool = True

    @property
    def missing(self) -> Decimal:
        return max(self.required - self.hours, Decimal(0))

    @property
    def missing_trainings(self) -> int:
        return max(self.required_trainings - self.trainings, 0)

    @property
    def reached(self) -> bool:
        """Hours and, by the end of the year, the officers' central training."""
        return not self.missing and not (self.whole_year and self.missing_trainings)


def study_branches(user):
    """Branches whose study hours the user may read, in official order."""
    return (
        PartyOrganization.objects.permitted(user, Permission.VIEW_STUDY)
        .branches()
        .filter(abolished_on__isnull=True)
        .in_official_order()
    )


def study_organizations(user):
    """The same branches with what stands above them, as far as the user reads it."""
    organizations = PartyOrganization.objects.permitted(user, Permission.VIEW_STUDY)
    return organizations.exclude(kind=PartyOrganization.Kind.CELL).filter(abolished_on__isnull=True)


def reviewed_branches(user):
    """Branches whose own study the user decides, in official order."""
    branches = PartyOrganization.objects.permitted(user, Permission.MANAGE_STUDY).branches()
    return branches.filter(abolished_on__isnull=True).in_official_order()


def branch_progress(
    branch: PartyOrganization, year: int, *, day: datetime.date, months: int = 12
) -> list[Progress]:
    """Who belongs to the branch in that year (this year: now), those who lack most first, by the end of a month.

    Five queries, one more for a part of the year. A member without any credit is listed as well:
    that is who needs help most.
    """
    rows = _progress(members_of(branch, year, day), year, months)
    return sorted(rows, key=lambda row: (-row.missing, row.member.name_pinyin, row.member.pk))


def year_of_member(member: Member, year: int) -> Progress:
    """One member's year from the stored row; four queries."""
    return _progress([member], year, 12)[0]


def _progress(members: Sequence[Member], year: int, months: int) -> list[Progress]:
    ids = [member.pk for member in members]
    stored = {row.member_id: row for row in MemberYear.objects.filter(year=year, member_id__in=ids)}
    posts, book = posts_by_member(ids), RuleBook()
    requirement = book.requirement(year)
    present = months_in_branch(ids, year) if requirement.prorate else {}
    duties = duties_of(members, year, requirement=requirement, posts=posts)
    parts = _parts(ids, year, months, book) if months < 12 else None
    rows = []
    for member in members:
        owed = required_hours(
            requirement, year, posts.get(member.pk, ()), months_in_branch=present.get(member.pk, 12)
        )
        row = stored.get(member.pk)
        hours, pending = (row.hours, row.pending_hours) if row else (Decimal(0), Decimal(0))
        if parts is not None:
            hours, pending = parts.get(member.pk, (Decimal(0), Decimal(0)))
        rows.append(
            Progress(
                member=member,
                officer=owed.officer,
                required=owed.hours if months == 12 else pro_rata(owed.hours, months),
                hours=hours,
                pending=pending,
                trainings=row.central_trainings if row else 0,
                required_trainings=owed.trainings,
                duties=duties[member.pk],
                whole_year=months == 12,
            )
        )
    return rows


def _parts(
    member_ids: Collection[int], year: int, months: int, book: RuleBook
) -> dict[int, tuple[Decimal, Decimal]]:
    """Member → counted hours until the end of a month, and of them waiting; the caps are those of the year. One query."""
    credits: dict[int, list[Credit]] = defaultdict(list)
    sums = (
        StudyCredit.objects.filter(member_id__in=member_ids, year=year, on_date__month__lte=months)
        .order_by()
        .values_list("member_id", "category", "status")
        .annotate(Sum("minutes"), Sum("hours"))
    )
    for member_id, category, status, minutes, hours in sums:
        credits[member_id].append(Credit(category, minutes, hours, status == StudyCredit.Status.PENDING))
    totals = {
        member_id: year_total(year, rows, book.rules(year), Required(Decimal(0), False, 0, ""))
        for member_id, rows in credits.items()
    }
    return {member_id: (total.counted, total.pending) for member_id, total in totals.items()}


def members_of(branch: PartyOrganization, year: int, day: datetime.date) -> list[Member]:
    """Who belongs to the branch now; of a past year whoever did on its last day, so that the list stays as it was then."""
    members = Member.objects.without_personal_data()
    if year == day.year:
        return list(members.current().filter(branch=branch))
    last = datetime.date(year, 12, 31)
    suspended = MemberStatus.objects.filter(kind=MemberStatus.Kind.SUSPENDED).on(last)
    there = Affiliation.objects.filter(branch=branch).on(last)
    return list(members.filter(pk__in=there.values("member")).exclude(pk__in=suspended.values("member")))


def years_with_hours(day: datetime.date) -> list[int]:
    """From the first year that holds hours to this one, the newest first. Two look-ups in the index of the branches' years,
    which every change of the ledger writes: the ledger itself would be read whole."""
    found = BranchStudyYear.objects.aggregate(first=Min("year"), last=Max("year"))
    return list(
        range(max(found["last"] or day.year, day.year), min(found["first"] or day.year, day.year) - 1, -1)
    )
