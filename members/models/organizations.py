"""The tree of Party organisations, today's shape as a materialised path and its history as dated changes."""

import datetime

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet


class PartyOrganizationQuerySet(ScopedQuerySet, MP_NodeQuerySet):
    organization_lookups = ("",)
    view_permission = Permission.VIEW_ORGANIZATION
    edit_permission = Permission.MANAGE_ORGANIZATIONS

    def branches(self):
        return self.filter(kind=PartyOrganization.Kind.BRANCH)

    def above_branches(self):
        """Committees and general branches."""
        return self.exclude(kind__in=[PartyOrganization.Kind.BRANCH, PartyOrganization.Kind.CELL])

    def existing_on(self, day: datetime.date):
        """Organisations founded by the day and not abolished before or on it."""
        return self.filter(founded_on__lte=day).filter(Q(abolished_on__isnull=True) | Q(abolished_on__gt=day))

    def in_official_order(self):
        """Tree order is by 排序号 among siblings, which the path does not carry: sort each list by parent, then number."""
        return self.order_by("sort_number", "path")


class PartyOrganizationManager(MP_NodeManager.from_queryset(PartyOrganizationQuerySet)):
    def get_queryset(self):
        return PartyOrganizationQuerySet(self.model, using=self._db)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PartyOrganization(UidModel, MP_Node):
    """党组织: a committee, general branch, branch or cell (2.1, 2.6)."""

    class Kind(models.TextChoices):
        COMMITTEE = "committee", "党委"
        GENERAL_BRANCH = "general_branch", "党总支"
        BRANCH = "branch", "党支部"
        CELL = "cell", "党小组"

    class Formation(models.TextChoices):
        SOLE = "sole", "单独组建"
        JOINT = "joint", "联合党支部"
        TEMPORARY = "temporary", "临时党支部"
        FUNCTIONAL = "functional", "功能型党支部"

    class UnitCategory(models.TextChoices):
        VILLAGE = "village", "村"
        COMMUNITY = "community", "社区"
        STATE_ENTERPRISE = "state_enterprise", "国有企业"
        UNIVERSITY = "university", "高校"
        SCHOOL = "school", "学校"
        NON_PUBLIC_ENTERPRISE = "non_public_enterprise", "非公有制企业"
        SOCIAL_ORGANIZATION = "social_organization", "社会组织"
        PUBLIC_INSTITUTION = "public_institution", "事业单位"
        GOVERNMENT_ORGAN = "government_organ", "机关"
        FLOATING = "floating", "流动党员"
        RETIREES = "retirees", "离退休"

    class ThemeDayRule(models.TextChoices):
        DAY_OF_MONTH = "day_of_month", "每月固定日"
        NTH_WEEKDAY = "nth_weekday", "每月第几个星期几"

    class ThemeDayShift(models.TextChoices):
        """Where the fixed day goes when it is a day off."""

        NEXT_WORKDAY = "next_workday", "顺延到后一个工作日"
        PREVIOUS_WORKDAY = "previous_workday", "提前到前一个工作日"
        NONE = "none", "不调整"

    # Byte-wise collation: a prefix search must use the index and must never match by language rules.
    path = models.CharField(max_length=255, unique=True, db_collation="C")
    name = models.CharField("全称", max_length=120)
    short_name = models.CharField("简称", max_length=40)
    code = models.CharField("组织代码", max_length=30, unique=True)
    kind = models.CharField("组织类别", max_length=20, choices=Kind.choices)
    formation = models.CharField("组建方式", max_length=20, choices=Formation.choices, default=Formation.SOLE)
    unit_category = models.CharField("单位类别", max_length=30, choices=UnitCategory.choices, blank=True)
    sort_number = models.PositiveIntegerField("排序号", default=100)
    founded_on = models.DateField("成立日期")
    abolished_on = models.DateField("撤销日期", null=True, blank=True)
    has_committee = models.BooleanField("设支部委员会", default=False)
    applied_on = models.DateField("申请成立日期", null=True, blank=True)
    replied_on = models.DateField("批复成立日期", null=True, blank=True)
    unit_name = models.CharField("所在单位名称", max_length=120, blank=True)
    unit_credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    units_covered = models.PositiveSmallIntegerField("覆盖单位数", default=1)
    contact_name = models.CharField("联系人", max_length=60, blank=True)
    contact_phone = models.CharField("联系电话（办公）", max_length=30, blank=True)
    theme_day_rule = models.CharField(
        "主题党日规则", max_length=20, choices=ThemeDayRule.choices, default=ThemeDayRule.DAY_OF_MONTH
    )
    theme_day_number = models.PositiveSmallIntegerField("固定日或第几个", default=5)
    theme_day_weekday = models.PositiveSmallIntegerField("星期几（1 为星期一）", null=True, blank=True)
    theme_day_shift = models.CharField(
        "主题党日遇节假日", max_length=20, choices=ThemeDayShift.choices, default=ThemeDayShift.NEXT_WORKDAY
    )
    usual_place = models.CharField("常用地点", max_length=80, blank=True)

    objects = PartyOrganizationManager()
    node_order_by: list[str] = []

    class Meta:
        verbose_name = verbose_name_plural = "党组织"
        ordering = ["path"]
        indexes = [models.Index(fields=["kind", "path"], name="organization_kind_path")]
        constraints = [
            models.CheckConstraint(
                name="organization_dates_in_order",
                condition=Q(abolished_on__isnull=True) | Q(abolished_on__gte=F("founded_on")),
            )
        ]

    def __str__(self):
        return self.short_name or self.name

    @property
    def is_branch(self) -> bool:
        return self.kind == self.Kind.BRANCH


class OrganizationChangeQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.VIEW_ORGANIZATION
    edit_permission = Permission.MANAGE_ORGANIZATIONS

    def until(self, day: datetime.date):
        """What had taken effect by the day, whenever it was entered."""
        return self.filter(effective_on__lte=day)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class OrganizationChange(UidModel):
    """组织变动: one thing that changed of an organisation on a day, with its reason; a past day is read from these rows.

    Sparse: a blank or null column says "as before". The value of a column on a day is that of the latest row up to the day
    that sets it, so a change that is entered late never disturbs what changed after it.
    """

    class Kind(models.TextChoices):
        FOUNDED = "founded", "成立"
        RENAMED = "renamed", "更名"
        MOVED = "moved", "调整隶属"
        ADJUSTED = "adjusted", "其他调整"
        MERGED = "merged", "合并"
        SPLIT = "split", "拆分"
        ABOLISHED = "abolished", "撤销"
        RESTORED = "restored", "恢复"

    organization = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField("变动", max_length=12, choices=Kind.choices)
    effective_on = models.DateField("生效日期")
    name = models.CharField("变动后全称", max_length=120, blank=True)
    short_name = models.CharField("变动后简称", max_length=40, blank=True)
    parent = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="变动后上级",
    )
    formation = models.CharField(
        "变动后组建方式", max_length=20, choices=PartyOrganization.Formation.choices, blank=True
    )
    unit_category = models.CharField(
        "变动后单位类别", max_length=30, choices=PartyOrganization.UnitCategory.choices, blank=True
    )
    has_committee = models.BooleanField("变动后设支部委员会", null=True, blank=True)
    theme_day_rule = models.CharField(
        "变动后主题党日规则", max_length=20, choices=PartyOrganization.ThemeDayRule.choices, blank=True
    )
    theme_day_number = models.PositiveSmallIntegerField("变动后固定日或第几个", null=True, blank=True)
    theme_day_weekday = models.PositiveSmallIntegerField("变动后星期几", null=True, blank=True)
    theme_day_shift = models.CharField(
        "变动后主题党日遇节假日",
        max_length=20,
        choices=PartyOrganization.ThemeDayShift.choices,
        blank=True,
    )
    other = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="相关组织",
    )
    reason = models.CharField("原因", max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = OrganizationChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织变动"
        ordering = ["organization", "effective_on", "pk"]
        indexes = [models.Index(fields=["organization", "effective_on"], name="organization_change_day")]

    def __str__(self):
        return f"{self.organization_id} {self.kind} {self.effective_on}"
