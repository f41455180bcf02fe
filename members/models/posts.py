import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models.organizations import PartyOrganization
from members.models.people import Member


class PostTenureQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    member_lookup = "member"
    view_permission = Permission.VIEW_ROSTER
    edit_permission = Permission.EDIT_ROSTER

    def on(self, day):
        return self.filter(period__contains=day)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PostTenure(UidModel):
    """任职: a post held in an organisation over `[from, to)`; one person may hold several (2.3)."""

    class Post(models.TextChoices):
        SECRETARY = "secretary", "党支部书记"
        DEPUTY_SECRETARY = "deputy_secretary", "党支部副书记"
        ORGANIZATION = "organization", "组织委员"
        PUBLICITY = "publicity", "宣传委员"
        DISCIPLINE = "discipline", "纪检委员"
        YOUTH = "youth", "青年委员"
        UNITED_FRONT = "united_front", "统战委员"
        SECRECY = "secrecy", "保密委员"
        COMMITTEE_MEMBER = "committee_member", "支部委员"
        CELL_LEADER = "cell_leader", "党小组组长"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="tenures", verbose_name="党员")
    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="tenures", verbose_name="任职组织"
    )
    post = models.CharField("职务", max_length=20, choices=Post.choices)
    period = DateRangeField("任职起止")

    objects = PostTenureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        indexes = [models.Index(fields=["organization", "post"], name="tenure_organization_post")]
        constraints = [
            models.CheckConstraint(name="tenure_has_start", condition=models.Q(period__lower_inf=False))
        ]

    def __str__(self):
        return f"{self.get_post_display()} {self.uid}"


class PostDefinitionQuerySet(models.QuerySet):
    def in_order(self):
        return self.order_by("sort_number", "post")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PostDefinition(UidModel):
    """岗位职责: what a post is for, what it has to do, how, and by what it is judged (S20). Text that a committee edits."""

    post = models.CharField("职务", max_length=20, choices=PostTenure.Post.choices, unique=True)
    duties = models.TextField("职责", max_length=2000)
    tasks = models.TextField("任务", max_length=2000)
    methods = models.TextField("方法", max_length=2000)
    standards = models.TextField("标准", max_length=2000)
    sort_number = models.PositiveSmallIntegerField("排序号", default=100)
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PostDefinitionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位职责"

    def __str__(self):
        return self.get_post_display()


class CommitteeTermQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.VIEW_ORGANIZATION
    edit_permission = Permission.EDIT_ROSTER

    def current(self):
        return self.filter(ended_on__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CommitteeTerm(UidModel):
    """任期: from one election to the next; `ends_on` is computed once, by the rule of that day, and then stored (2.4, 10)."""

    class Origin(models.TextChoices):
        ELECTED = "elected", "选举产生"
        APPOINTED = "appointed", "上级指派"

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="terms", verbose_name="党组织"
    )
    origin = models.CharField("产生方式", max_length=10, choices=Origin.choices, default=Origin.ELECTED)
    elected_on = models.DateField("选举或批准日期")
    years = models.PositiveSmallIntegerField("任期（年）")
    ends_on = models.DateField("届满日期")
    approval_reference = models.CharField("批复文号", max_length=60, blank=True)
    extended_until = models.DateField("延期至", null=True, blank=True)
    extension_reference = models.CharField("延期批准文号", max_length=60, blank=True)
    ended_on = models.DateField("实际结束日期", null=True, blank=True)

    objects = CommitteeTermQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任期"
        ordering = ["-elected_on"]
        constraints = [
            models.UniqueConstraint(
                name="term_one_open_per_organization",
                fields=["organization"],
                condition=models.Q(ended_on__isnull=True),
            ),
            models.CheckConstraint(
                name="term_dates_in_order",
                condition=models.Q(ends_on__gt=models.F("elected_on"))
                & (models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("elected_on"))),
            ),
            models.CheckConstraint(
                name="term_extension_has_approval",
                condition=models.Q(extended_until__isnull=True, extension_reference="")
                | (models.Q(extended_until__gt=models.F("ends_on")) & ~models.Q(extension_reference="")),
            ),
        ]

    def __str__(self):
        return f"任期 {self.uid}"

    @property
    def last_day(self):
        """届满日期, with an approved extension."""
        return self.extended_until or self.ends_on
