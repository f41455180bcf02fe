"""Who of many branches still owes study: hours of the year, and the trainings that certain days of Party life ask for."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from branch_portal.dates import add_months, add_years
from learning.models import MemberYear, StudyCredit
from learning.queries.rules import RuleBook
from learning.queries.years import posts_by_member
from learning.rules.categories import CENTRAL_TRAINING
from learning.rules.hours import StudyRequirement
from learning.rules.trainings import new_offices
from members.models import Member, PostTenure
from members.queries.people import members_of
from members.rules.roster import probation_end

PROBATION, FIRST_YEAR, NEW_SECRETARY = "probation_training", "first_year_training", "new_secretary_training"
#: How long before its day a training is asked for, and how long after it the workbench still says so.
AHEAD = {
    PROBATION: datetime.timedelta(days=90),
    FIRST_YEAR: datetime.timedelta(days=90),
    NEW_SECRETARY: datetime.timedelta(days=60),
}
SHOWN_AFTER = datetime.timedelta(days=30)


def short_of_hours(branch_ids: Collection[int], day: datetime.date, *, half: bool) -> dict[int, list[int]]:
    """Branch → members who lack hours of this year (`half`: half of them). Two queries.

    A member without any credit has no stored year and lacks all of it.
    """
    owing = MemberYear.objects.filter(year=day.year).values_list("member_id", "hours", "required_hours")
    years = {
        member_id: hours * 2 >= required if half else hours >= required
        for member_id, hours, required in owing.filter(member__branch__in=branch_ids)
    }
    members = members_of(branch_ids).filter(standing=Member.Standing.NORMAL).order_by("branch_id", "pk")
    short: dict[int, list[int]] = defaultdict(list)
    for pk, branch_id in members.values_list("pk", "branch_id"):
        if not years.get(pk):
            short[branch_id].append(pk)
    return short


@dataclass(frozen=True, slots=True)
class Training:
    """One member's training that is to be credited between two days."""

    key: str
    member_id: int
    branch_id: int
    since: datetime.date
    due_on: datetime.date


def trainings_owed(branch_ids: Collection[int], day: datetime.date) -> list[Training]:
    """Trainings that the year's requirement asks for, whose day is near and that no credit stands for, by day. Five queries
    at most."""
    requirement = RuleBook().requirement(day.year)
    wanted = [
        found
        for found in (
            *_after_dates(branch_ids, requirement),
            *_new_secretaries(branch_ids, day, requirement.new_secretary_months),
        )
        if found.due_on - AHEAD[found.key] <= day <= found.due_on + SHOWN_AFTER
    ]
    if not wanted:
        return []
    credits = StudyCredit.objects.standing().filter(
        member__in={found.member_id for found in wanted}, category=CENTRAL_TRAINING
    )
    done = defaultdict(list)
    for member_id, on_date in credits.values_list("member_id", "on_date"):
        done[member_id].append(on_date)
    owed = [found for found in wanted if not any(on >= found.since for on in done[found.member_id])]
    return sorted(owed, key=lambda found: (found.due_on, found.branch_id, found.member_id))


def _after_dates(branch_ids: Collection[int], requirement: StudyRequirement) -> Iterator[Training]:
    """Of the probation, and of the year after it (domain 6.1)."""
    if not (requirement.probation_training or requirement.first_year_training):
        return
    members = members_of(branch_ids).filter(standing=Member.Standing.NORMAL).order_by("pk")
    dates = members.values_list(
        "pk", "branch_id", "category", "admitted_on", "confirmed_on", "extension_until"
    )
    for pk, branch_id, category, admitted_on, confirmed_on, extension_until in dates:
        if category == Member.Category.PROBATIONARY:
            if requirement.probation_training:
                until = probation_end(admitted_on, extension_until)
                yield Training(PROBATION, pk, branch_id, admitted_on, until)
        elif confirmed_on is not None and requirement.first_year_training:
            yield Training(FIRST_YEAR, pk, branch_id, confirmed_on, add_years(confirmed_on, 1))


def _new_secretaries(branch_ids: Collection[int], day: datetime.date, months: int) -> Iterator[Training]:
    """Whoever became secretary and has not been one shortly before."""
    if not months:
        return
    current = list(
        PostTenure.objects.filter(post=PostTenure.Post.SECRETARY, period__isempty=False)
        .on(day)
        .filter(organization__in=branch_ids, member__standing=Member.Standing.NORMAL)
        .values_list("member_id", "organization_id", "period")
    )
    posts = posts_by_member({row[0] for row in current}) if current else {}
    for member_id, branch_id, period in current:
        if period.lower in [span.first for span in new_offices(posts.get(member_id, ()))]:
            due_on = add_months(period.lower, months)
            yield Training(NEW_SECRETARY, member_id, branch_id, period.lower, due_on)
