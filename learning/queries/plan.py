"""The plan of a branch against what its members have done: the same cells for the matrix and for a member's own list."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Case, Count, F, Max, Prefetch, Q, Sum, When
from django.db.models.functions import Substr

from branch_portal.permissions import Permission
from learning.models import LearningPlan, PlanTopic, StudyCredit, TopicConfirmation, TopicLink
from learning.queries.progress import members_of
from learning.queries.years import branches_by_year
from learning.rules.plan import (
    DONE,
    NOT_APPLICABLE,
    OPEN,
    Audience,
    Person,
    Standing,
    hours_by_topic,
    is_late,
    reference_day,
    standing,
)
from learning.rules.sources import LESSON, LESSON_LENGTH
from members.models import Member, PartyOrganization, PostTenure
from members.queries.roster import NO_POST, POST_ORDER

OFFERED = 100
_OWN_STUDY = "learning.submission:"


@dataclass(frozen=True, slots=True)
class Row:
    """One member of a matrix: a cell for each topic, in the topics' order."""

    member: Member
    post: str
    cells: tuple[Standing, ...]

    @property
    def open_count(self) -> int:
        return sum(cell.state == OPEN for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Members × topics of a branch's year."""

    topics: Sequence[PlanTopic]
    rows: Sequence[Row]

    def done(self, index: int) -> tuple[int, int]:
        """(done, concerned) of the topic at this place."""
        cells = [row.cells[index] for row in self.rows]
        return (
            sum(cell.state == DONE for cell in cells),
            sum(cell.state != NOT_APPLICABLE for cell in cells),
        )


@dataclass(frozen=True, slots=True)
class OwnTopic:
    """A topic on a member's own list."""

    topic: PlanTopic
    standing: Standing
    late: bool


def plans_of(branch: PartyOrganization, year: int) -> list[LearningPlan]:
    """What holds for the branch: the plans of the organisations above first, each with its topics. Two queries."""
    plans = LearningPlan.objects.published().filter(year=year).of_line(branch.path)
    topics = Prefetch("topics", queryset=PlanTopic.objects.order_by("position", "pk"))
    ordered = plans.select_related("organization").prefetch_related(topics)
    return list(ordered.order_by("organization__path", "pk"))


def topics_of(branch: PartyOrganization, year: int) -> list[PlanTopic]:
    """The topics that hold for the branch, in the order of the matrix; each knows its plan and its organisation."""
    found = []
    for plan in plans_of(branch, year):
        for topic in plan.topics.all():
            topic.plan = plan
            found.append(topic)
    return found


def matrix_of(branch: PartyOrganization, year: int, *, today: datetime.date) -> Matrix:
    """Everybody of the branch in official order against every topic; at most nine queries, however many of either."""
    topics = topics_of(branch, year)
    members = members_of(branch, year, today)
    people, ranks, titles = _people(members, year, today)
    cells = _cells(topics, people, year)
    rows = [Row(member, titles.get(member.pk, ""), cells[member.pk]) for member in members]
    rows.sort(key=lambda row: (ranks[row.member.pk], row.member.name_pinyin, row.member.pk))
    return Matrix(topics, rows)


def own_plan(member: Member, year: int, *, today: datetime.date) -> list[OwnTopic]:
    """A member's topics of the year, the open ones first and of them the nearest deadline; what does not concern is left out.

    The plan is that of the branch the member was last in within the year.
    """
    branch = branch_in(member, year, today)
    if branch is None:
        return []
    topics = topics_of(branch, year)
    people, _, _ = _people([member], year, today)
    cells = _cells(topics, people, year)[member.pk]
    own = [
        OwnTopic(topic, cell, is_late(cell.state, topic.due_on, today))
        for topic, cell in zip(topics, cells, strict=True)
        if cell.state != NOT_APPLICABLE
    ]
    far = datetime.date.max
    return sorted(
        own, key=lambda row: (row.standing.state != OPEN, not row.topic.mandatory, row.topic.due_on or far)
    )


def branch_in(member: Member, year: int, today: datetime.date) -> PartyOrganization | None:
    """The branch whose plan of the year is the member's: the present one, or the last one of a year that is over."""
    if year >= today.year:
        return member.branch
    branch_id = branches_by_year([member.pk], [year]).get((member.pk, year))
    return PartyOrganization.objects.filter(pk=branch_id).first()


def open_topics(member: Member, year: int, *, today: datetime.date) -> list[OwnTopic]:
    """What the member still has to do."""
    return [row for row in own_plan(member, year, today=today) if row.standing.state == OPEN]


# --- Cells ---


def _people(
    members: Sequence[Member], year: int, today: datetime.date
) -> tuple[list[Person], dict[int, int], dict[int, str]]:
    """(people on the year's day, member → rank in a list, member → highest post). One query."""
    day = reference_day(year, today)
    posts: dict[int, set[str]] = defaultdict(set)
    ids = [member.pk for member in members]
    for member_id, post in (
        PostTenure.objects.on(day).filter(member_id__in=ids).values_list("member_id", "post")
    ):
        posts[member_id].add(post)
    people = [Person(member.pk, frozenset(posts[member.pk]), _category(member, day)) for member in members]
    ranks, titles, labels = {}, {}, dict(PostTenure.Post.choices)
    for member in members:
        first = min(posts[member.pk], key=lambda post: POST_ORDER.get(post, NO_POST), default="")
        ranks[member.pk], titles[member.pk] = POST_ORDER.get(first, NO_POST), str(labels.get(first, ""))
    return people, ranks, titles


def _category(member: Member, day: datetime.date) -> str:
    confirmed = member.confirmed_on is not None and member.confirmed_on <= day
    return Member.Category.FULL if confirmed else Member.Category.PROBATIONARY


def _cells(
    topics: Sequence[PlanTopic], people: Sequence[Person], year: int
) -> dict[int, tuple[Standing, ...]]:
    """Member id → one standing for each topic. Three queries."""
    sources = _sources(topics)
    member_ids = [person.member_id for person in people]
    names = {source for linked in sources.values() for source in linked}
    hints = {topic.source_hint for topic in topics if topic.source_hint}
    hints |= {name for name in names if name.startswith(LESSON)}
    hours = hours_by_topic(_earned(member_ids, year, names, hints), sources)
    confirmed = set(
        TopicConfirmation.objects.filter(topic__in=topics, member_id__in=member_ids).values_list(
            "member_id", "topic_id"
        )
    )
    audiences = [
        Audience(topic.audience, frozenset(topic.posts), frozenset(topic.categories)) for topic in topics
    ]
    return {
        person.member_id: tuple(
            standing(
                audience,
                topic.hours,
                person,
                hours.get((person.member_id, topic.pk)),
                confirmed=(person.member_id, topic.pk) in confirmed,
            )
            for topic, audience in zip(topics, audiences, strict=True)
        )
        for person in people
    }


def _sources(topics: Sequence[PlanTopic]) -> dict[int, set[str]]:
    """Topic id → the ledger sources that count for it, whichever branch has linked them. One query."""
    found = {topic.pk: {topic.source_hint} if topic.source_hint else set() for topic in topics}
    for topic_id, source in TopicLink.objects.filter(topic__in=topics).values_list("topic_id", "source"):
        found[topic_id].add(source)
    return found


def _earned(
    member_ids: Collection[int], year: int, names: Collection[str], hints: Collection[str]
) -> list[tuple[int, str, Decimal]]:
    """(member, source, hours) of the year that stand and could count for a topic; parts of hinted sources too. One query."""
    if not names or not member_ids:
        return []
    wanted = Q(source__in=names)
    for hint in sorted(hints):
        wanted |= Q(source__startswith=f"{hint}:")
    rows = StudyCredit.objects.filter(wanted, member_id__in=member_ids, year=year).standing()
    found = rows.order_by().values_list("member_id", "source").annotate(Sum("hours"))
    return [(member_id, source, hours) for member_id, source, hours in found]


# --- What an officer may say covered a topic ---


@dataclass(frozen=True, slots=True)
class Offer:
    """One source of the branch's ledger: what it was, when, and for how many."""

    source: str
    title: str
    on_date: datetime.date
    members: int


def offered_sources(branch: PartyOrganization, year: int) -> list[Offer]:
    """The branch's gatherings and other collective study of the year, the latest first, each once: a lesson that many have
    completed, a lecture whose lecturer has a row of another title. Own study names its topic itself."""
    whole = Case(
        When(source__startswith=LESSON, then=Substr("source", 1, LESSON_LENGTH)), default=F("source")
    )
    rows = (
        StudyCredit.objects.filter(branch=branch, year=year)
        .standing()
        .exclude(source__startswith=_OWN_STUDY)
        .order_by()
        .annotate(whole=whole)
        .values_list("whole", "title")
        .annotate(latest=Max("on_date"), members=Count("member_id", distinct=True))
        .order_by("-latest", "whole", "-members")[: 2 * OFFERED]
    )
    found: dict[str, Offer] = {}
    for source, title, on_date, members in rows:
        known = found.get(source)
        found[source] = (
            replace(known, members=known.members + members)
            if known
            else Offer(source, title, on_date, members)
        )
    return list(found.values())[:OFFERED]


def linked_sources(topic: PlanTopic, branch: PartyOrganization) -> set[str]:
    return set(TopicLink.objects.filter(topic=topic, branch=branch).values_list("source", flat=True))


def confirmed_members(topic: PlanTopic, member_ids: Collection[int]) -> set[int]:
    found = TopicConfirmation.objects.filter(topic=topic, member_id__in=member_ids)
    return set(found.values_list("member_id", flat=True))


# --- Who may write which plan ---


def plan_writers(user) -> list[PartyOrganization]:
    """Organisations whose plan the user writes: own branches for officers, those above branches for a committee's staff."""
    leaves = PartyOrganization.objects.permitted(user, Permission.MANAGE_STUDY).branches()
    above = PartyOrganization.objects.permitted(user, Permission.MANAGE_ORGANIZATIONS).above_branches()
    found = [*above.order_by("path")[:OFFERED], *leaves.order_by("path")[:OFFERED]]
    return [organization for organization in found if organization.abolished_on is None]


def listed_plans(user, year: int):
    """Plans that the user may see, those from above first, each with its number of topics."""
    plans = LearningPlan.objects.visible_to(user).filter(year=year).select_related("organization")
    return plans.annotate(topic_count=Count("topics")).order_by("organization__path", "pk")
