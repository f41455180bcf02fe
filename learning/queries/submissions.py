"""Reading own study: what waits, what looks like a second entry of the same, and what an item would count."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Min, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from branch_portal.dates import today_shanghai
from branch_portal.permissions import POST_ROLES, Permission, roles_with
from learning.models import StudyCredit, StudySubmission
from learning.queries.rules import RuleBook
from learning.queries.years import months_in_branch, posts_by_member
from learning.rules.hours import Credit, required_hours
from learning.rules.submissions import DRAFT, RETURNED, WITHDRAWN, Promise, category_of, promise
from members.models import Member, PartyOrganization, PostTenure, RoleGrant, User

_REVIEWING_ROLES = roles_with(Permission.MANAGE_STUDY)
_REVIEWING_POSTS = sorted(post for post, role in POST_ROLES.items() if role in _REVIEWING_ROLES)


def submission_url(submission: StudySubmission) -> str:
    return reverse("learning:submission", args=[submission.uid])


def submissions_of(member_id: int) -> QuerySet[StudySubmission]:
    return StudySubmission.objects.filter(member_id=member_id).select_related("topic")


def without_sealed(rows: QuerySet[StudySubmission]) -> QuerySet[StudySubmission]:
    """With member and branches, the member's sealed columns left in the database."""
    return rows.select_related("member__branch", "branch", "topic").defer(
        *[f"member__{name}" for name in Member.SEALED_FIELDS]
    )


def reviewing_branch(submission: StudySubmission) -> PartyOrganization:
    """Whose officers decide: the member's present branch; who has left every branch is decided where it was handed in."""
    return submission.member.branch or submission.branch


def may_decide(user, submission: StudySubmission) -> bool:
    """An officer of that branch, the own items left to another one where there is one (see `somebody_else_reviews`)."""
    branch = reviewing_branch(submission)
    if not user.access.may(Permission.MANAGE_STUDY, branch):
        return False
    return submission.member_id != user.member_id or may_decide_own(user, branch)


def may_decide_own(user, branch: PartyOrganization) -> bool:
    """Hours that somebody gives to himself are nobody's word. Only a secretary without any other officer may."""
    alone = user.access.may(Permission.CONFIRM_RECORDS, branch)
    return alone and not somebody_else_reviews(branch, user.member_id)


def somebody_else_reviews(branch: PartyOrganization, member_id: int) -> bool:
    """Whether the branch has another officer with an account, by post or by grant. At most two queries."""
    day, step = today_shanghai(), PartyOrganization.steplen
    line = [branch.path[:end] for end in range(step, len(branch.path) + 1, step)]
    accounts = User.objects.filter(is_active=True).exclude(member_id=member_id)
    by_post = PostTenure.objects.on(day).filter(
        organization=branch, post__in=_REVIEWING_POSTS, member__standing=Member.Standing.NORMAL
    )
    if accounts.filter(member__in=by_post.values("member_id")).exists():
        return True
    granted = RoleGrant.objects.valid_on(day).filter(
        organization__path__in=line, role__in=_REVIEWING_ROLES, user__is_active=True
    )
    return granted.exclude(user__member_id=member_id).exists()


# --- What it would count ---


def promise_for(
    member: Member,
    *,
    kind: str,
    organised: bool,
    minutes: int,
    day: datetime.date,
    leaving_out: StudySubmission | None = None,
) -> Promise:
    """What an item of that day would count, by the rules and the ledger as they are. Five queries, one more where
    the requirement goes by months.

    The member's other items that wait are taken as accepted; `leaving_out` is the item itself when it waits already.
    """
    book, year = RuleBook(), day.year
    rules = book.rules(year)
    waits = StudySubmission.objects.filter(member=member, year=year).waiting()
    if leaving_out is not None:
        waits = waits.exclude(pk=leaving_out.pk)
    credits = [
        Credit(category, length, hours, status == StudyCredit.Status.PENDING)
        for category, length, hours, status in StudyCredit.objects.filter(
            member=member, year=year
        ).values_list("category", "minutes", "hours", "status")
    ]
    requirement = book.requirement(year)
    months = months_in_branch([member.pk], year)[member.pk] if requirement.prorate else 12
    posts = posts_by_member([member.pk]).get(member.pk, ())
    return promise(
        category=category_of(kind, organised=organised),
        minutes=minutes,
        year=year,
        rules=rules,
        credits=credits,
        waiting=[(row.category, row.minutes) for row in waits.order_by("submitted_at", "pk")],
        required=required_hours(requirement, year, posts, months_in_branch=months),
    )


# --- Looks like the same twice ---


def likely_duplicates(rows: Sequence[StudySubmission]) -> dict[int, list[str]]:
    """Submission id → Chinese hints: the same title on the same day handed in or credited already. Two queries."""
    members, days = {row.member_id for row in rows}, {row.last_on for row in rows}
    found: dict[int, list[str]] = defaultdict(list)
    others = (
        StudySubmission.objects.filter(member_id__in=members, last_on__in=days)
        .exclude(state__in=[DRAFT, RETURNED, WITHDRAWN])
        .values_list("pk", "member_id", "last_on", "title", "state")
    )
    by_day: dict[tuple[int, datetime.date, str], list[tuple[int, str]]] = defaultdict(list)
    for pk, member_id, day, title, state in others:
        by_day[member_id, day, _plain(title)].append((pk, state))
    credited = _credited(members, days)
    labels = dict(StudySubmission.State.choices)
    for row in rows:
        key = (row.member_id, row.last_on, _plain(row.title))
        found[row.pk] += [
            f"同一天另有一份内容相同的申报（{labels[state]}）" for pk, state in by_day[key] if pk != row.pk
        ]
        if any(source != row.source for source in credited[key]):
            found[row.pk].append("同一天已有内容相同的学时记录")
    return {pk: hints for pk, hints in found.items() if hints}


def _credited(
    members: Collection[int], days: Collection[datetime.date]
) -> dict[tuple[int, datetime.date, str], list[str]]:
    found: dict[tuple[int, datetime.date, str], list[str]] = defaultdict(list)
    standing = StudyCredit.objects.filter(
        member_id__in=members, year__in={day.year for day in days}, on_date__in=days
    ).standing()
    for member_id, day, title, source in standing.values_list("member_id", "on_date", "title", "source"):
        # The same item is in both lists once it is accepted; the other list names it.
        if not source.startswith("learning.submission:"):
            found[member_id, day, _plain(title)].append(source)
    return found


def _plain(title: str) -> str:
    return "".join(character for character in title.casefold() if character.isalnum())


# --- What waits ---


@dataclass(frozen=True, slots=True)
class Waiting:
    """Items that wait for one branch: how many, and since when the oldest does."""

    branch_id: int
    count: int
    since: datetime.datetime


def waiting_by_branch(branches: Collection[int]) -> list[Waiting]:
    """One query."""
    rows = (
        StudySubmission.objects.waiting()
        .annotate(reviewing=Coalesce(F("member__branch_id"), F("branch_id")))
        .filter(reviewing__in=branches)
        .order_by()
        .values("reviewing")
        .annotate(count=Count("pk"), since=Min("submitted_at"))
        .order_by("reviewing")
    )
    return [Waiting(row["reviewing"], row["count"], row["since"]) for row in rows]
