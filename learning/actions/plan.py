"""学习计划: made, published, copied from last year; what covered a topic, and who has done one by an officer's word."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from learning.models import LearningPlan, PlanTopic, TopicConfirmation, TopicLink
from learning.rules.plan import next_due
from members.models import PartyOrganization


class PlanRefused(Exception):
    """The step is not possible; the message is Chinese and says why and what to do."""


@dataclass(frozen=True)
class TopicFacts:
    """What a topic says."""

    title: str
    hours: Decimal
    audience: str
    posts: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    due_on: datetime.date | None = None
    mandatory: bool = True
    note: str = ""
    position: int | None = None


@transaction.atomic
def make_plan(
    *, by, organization: PartyOrganization, year: int, title: str, like_last_year: bool = False
) -> LearningPlan:
    """A draft for the year; `like_last_year` copies the topics of the year before with their deadlines a year on."""
    try:
        with transaction.atomic():
            plan = LearningPlan.objects.create(
                organization=organization, year=year, title=title.strip(), created_by=by
            )
    except IntegrityError as error:
        raise PlanRefused(
            f"没有保存：{organization} {year} 年已有学习计划，请在那一份上增加专题。"
        ) from error
    if like_last_year:
        former = PlanTopic.objects.filter(plan__organization=organization, plan__year=year - 1)
        PlanTopic.objects.bulk_create([_copied(topic, plan) for topic in former])
    return plan


def _copied(topic: PlanTopic, plan: LearningPlan) -> PlanTopic:
    """The topic without what covered it: a lesson of last year is chosen anew."""
    return PlanTopic(
        plan=plan,
        position=topic.position,
        title=topic.title,
        hours=topic.hours,
        audience=topic.audience,
        posts=topic.posts,
        categories=topic.categories,
        means=topic.means,
        due_on=next_due(topic.due_on),
        mandatory=topic.mandatory,
        note=topic.note,
    )


@transaction.atomic
def rename_plan(*, by, plan: LearningPlan, title: str) -> None:
    row = LearningPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    row.title = title.strip()
    row.save(update_fields=["title"])


@transaction.atomic
def publish_plan(*, by, plan: LearningPlan) -> None:
    """From now on it holds for every branch of the organisation's subtree. A second time changes nothing."""
    row = LearningPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if not PlanTopic.objects.filter(plan=row).exists():
        raise PlanRefused("没有发布：计划里还没有专题，请先增加专题。")
    if row.state == LearningPlan.State.DRAFT:
        row.state, row.published_at = LearningPlan.State.PUBLISHED, timezone.now()
        row.save(update_fields=["state", "published_at"])


@transaction.atomic
def write_topic(
    *,
    by,
    plan: LearningPlan,
    facts: TopicFacts,
    topic: PlanTopic | None = None,
    source_hint: str | None = None,
) -> PlanTopic:
    """A new topic, or one with new words. `source_hint` is for modules that make a topic's lesson (None leaves it)."""
    locked = LearningPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    row = PlanTopic.objects.get(pk=topic.pk, plan=locked) if topic else PlanTopic(plan=locked)
    last = PlanTopic.objects.filter(plan=locked).aggregate(last=Max("position"))["last"] or 0
    row.position = facts.position or (row.position if topic else last + 1)
    for name in ("title", "hours", "audience", "due_on", "mandatory", "note"):
        setattr(row, name, getattr(facts, name))
    row.posts = list(facts.posts) if facts.audience == PlanTopic.Audience.POSTS else []
    row.categories = list(facts.categories) if facts.audience == PlanTopic.Audience.CATEGORIES else []
    row.means = list(facts.means)
    if source_hint is not None:
        row.source_hint = source_hint
    row.save()
    return row


@transaction.atomic
def remove_topic(*, by, topic: PlanTopic) -> None:
    """Take out a topic that nobody has done anything for; own study that named it merely names it no longer."""
    row = PlanTopic.objects.select_for_update().get(pk=topic.pk)
    if row.links.exists() or row.confirmations.exists():
        raise PlanRefused("没有删除：已有党支部登记了这个专题的完成情况。可以改写专题，或把“必学”去掉。")
    row.delete()


# --- What covered a topic ---


@transaction.atomic
def link_source(*, by, topic: PlanTopic, branch: PartyOrganization, source: str) -> None:
    """What this ledger source credits counts for the topic. Said again it is the same."""
    TopicLink.objects.bulk_create(
        [TopicLink(topic=topic, branch=branch, source=source, linked_by=by)], ignore_conflicts=True
    )


@transaction.atomic
def cover_topic(
    *,
    by,
    topic: PlanTopic,
    branch: PartyOrganization,
    offered_sources: Collection[str],
    sources: Collection[str],
    offered_members: Collection[int],
    member_ids: Collection[int],
) -> None:
    """Make links and confirmations of one branch say what was chosen among what the page offered; the rest stays."""
    # One writer a topic and branch: what two officers choose at once is one after the other.
    PartyOrganization.objects.select_for_update(no_key=True).get(pk=branch.pk)
    TopicLink.objects.filter(
        topic=topic, branch=branch, source__in=set(offered_sources) - set(sources)
    ).delete()
    TopicLink.objects.bulk_create(
        [
            TopicLink(topic=topic, branch=branch, source=source, linked_by=by)
            for source in sorted(set(sources) & set(offered_sources))
        ],
        ignore_conflicts=True,
    )
    TopicConfirmation.objects.filter(
        topic=topic, member_id__in=set(offered_members) - set(member_ids)
    ).delete()
    TopicConfirmation.objects.bulk_create(
        [
            TopicConfirmation(topic=topic, member_id=member_id, branch=branch, confirmed_by=by)
            for member_id in sorted(set(member_ids) & set(offered_members))
        ],
        ignore_conflicts=True,
    )
