"""学习计划: topics of a year, for whom and by when, made by a branch or handed down by the organisations above it (M4)."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import NOWHERE, ScopedQuerySet
from learning.models.rules import StudyCategory
from learning.rules import plan as rules
from members.models import Member, PartyOrganization, PostTenure


class LearningPlanQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.MANAGE_STUDY

    def published(self):
        return self.filter(state=LearningPlan.State.PUBLISHED)

    def visible_to(self, user):
        """Published plans within reach and of the organisations above it; drafts only for who writes them."""
        scope = user.access.scope(self.view_permission) if user.is_authenticated else NOWHERE
        above = {
            path[:end]
            for path in (*scope.paths, *scope.leaf_paths)
            for end in range(PartyOrganization.steplen, len(path), PartyOrganization.steplen)
        }
        reached = self._in_scope(user, self.view_permission) | Q(organization__path__in=above)
        published = Q(state=LearningPlan.State.PUBLISHED) & reached
        return self.filter(published | self._writable(user))

    def editable_by(self, user):
        """A branch's officers write its own, a committee's staff those of the organisations above branches."""
        return self.filter(self._writable(user))

    def of_line(self, path: str):
        """Plans that hold for the organisation at `path`: its own and those of everybody above it."""
        step = PartyOrganization.steplen
        return self.filter(organization__path__in=[path[:end] for end in range(step, len(path) + 1, step)])

    def _writable(self, user) -> Q:
        handed_down = self._in_scope(user, Permission.MANAGE_ORGANIZATIONS) & ~Q(
            organization__kind__in=[PartyOrganization.Kind.BRANCH, PartyOrganization.Kind.CELL]
        )
        return self._in_scope(user, Permission.MANAGE_STUDY) | handed_down


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class LearningPlan(UidModel):
    """The plan of one organisation for one year; published, it holds for every branch of its subtree."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="learning_plans", verbose_name="制定组织"
    )
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("名称", max_length=80)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="制定人"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LearningPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学习计划"
        constraints = [
            models.UniqueConstraint(fields=["organization", "year"], name="learning_plan_once_a_year"),
            models.CheckConstraint(
                name="learning_plan_published_at",
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"学习计划 {self.year}"


class PlanTopicQuerySet(ScopedQuerySet):
    organization_lookups = ("plan__organization",)
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.MANAGE_STUDY

    def visible_to(self, user):
        return self.filter(plan__in=LearningPlan.objects.visible_to(user).values("pk"))

    def editable_by(self, user):
        return self.filter(plan__in=LearningPlan.objects.editable_by(user).values("pk"))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PlanTopic(UidModel):
    """One topic: how many hours, for whom, by when, and how it can be met.

    `means` are the categories of study that suit it, words for people. `source_hint` names one thing of another module that
    covers it by itself ("learning.lesson:<uid>"): ledger rows of that source count without anybody linking them.
    """

    class Audience(models.TextChoices):
        EVERYBODY = rules.EVERYBODY, rules.AUDIENCE_LABELS[rules.EVERYBODY]
        POSTS = rules.BY_POST, rules.AUDIENCE_LABELS[rules.BY_POST]
        CATEGORIES = rules.BY_CATEGORY, rules.AUDIENCE_LABELS[rules.BY_CATEGORY]

    plan = models.ForeignKey(
        LearningPlan, on_delete=models.PROTECT, related_name="topics", verbose_name="学习计划"
    )
    position = models.PositiveSmallIntegerField("顺序", default=1)
    title = models.CharField("专题", max_length=100)
    hours = models.DecimalField("学时", max_digits=5, decimal_places=2, default=0)
    audience = models.CharField(
        "适用对象", max_length=12, choices=Audience.choices, default=Audience.EVERYBODY
    )
    posts = ArrayField(
        models.CharField(max_length=20, choices=PostTenure.Post.choices),
        verbose_name="职务",
        default=list,
        blank=True,
    )
    categories = ArrayField(
        models.CharField(max_length=12, choices=Member.Category.choices),
        verbose_name="党员类别",
        default=list,
        blank=True,
    )
    means = ArrayField(
        models.CharField(max_length=30, choices=StudyCategory.choices),
        verbose_name="学习方式",
        default=list,
        blank=True,
    )
    source_hint = models.CharField(max_length=120, blank=True)
    due_on = models.DateField("完成时限", null=True, blank=True)
    mandatory = models.BooleanField("必学", default=True)
    note = models.CharField("说明", max_length=300, blank=True)

    objects = PlanTopicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学习计划专题"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(name="plan_topic_hours", condition=Q(hours__gte=0)),
            models.CheckConstraint(
                name="plan_topic_names_its_audience",
                condition=Q(audience="everybody")
                | (Q(audience="posts") & ~Q(posts=[]))
                | (Q(audience="categories") & ~Q(categories=[])),
            ),
        ]

    def __str__(self):
        return f"专题 {self.uid}"


class _CoverageQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_STUDY
    edit_permission = Permission.MANAGE_STUDY


class TopicLinkQuerySet(_CoverageQuerySet):
    pass


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TopicLink(models.Model):
    """A branch says that what earned these ledger rows dealt with the topic: everybody whom they credit has the hours."""

    topic = models.ForeignKey(PlanTopic, on_delete=models.PROTECT, related_name="links", verbose_name="专题")
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    source = models.CharField(max_length=120)
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    linked_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = TopicLinkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专题与学习的对应"
        constraints = [models.UniqueConstraint(fields=["topic", "source"], name="topic_link_once")]
        indexes = [models.Index(fields=["source"], name="topic_link_source")]

    def __str__(self):
        return f"对应 {self.pk}"


class TopicConfirmationQuerySet(_CoverageQuerySet):
    member_lookup = "member"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TopicConfirmation(models.Model):
    """An officer's word that a member has done a topic in a way that the ledger does not know."""

    topic = models.ForeignKey(
        PlanTopic, on_delete=models.PROTECT, related_name="confirmations", verbose_name="专题"
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="党员")
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    confirmed_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = TopicConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专题完成登记"
        constraints = [models.UniqueConstraint(fields=["topic", "member"], name="topic_confirmed_once")]

    def __str__(self):
        return f"完成登记 {self.pk}"
