"""检查和问题整改: an inspection of branches, its findings, and what became of each (domain 12)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from activities.models import ActivityRecord
from activities.rules.quality import CODE_LABELS
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization
from supervision.models.spot_checks import SpotCheck, SpotCheckItem


class InspectionQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.INSPECT
    edit_permission = Permission.INSPECT


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Inspection(UidModel):
    """One visit or reading of records by a committee; `spot_check` where it came from one. Words, no points."""

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="检查的党组织"
    )
    title = models.CharField("名称", max_length=80)
    on_date = models.DateField("检查日期")
    inspectors = models.CharField("检查人", max_length=200)
    summary = models.TextField("总体情况", max_length=3000, blank=True)
    spot_check = models.OneToOneField(
        SpotCheck,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inspection",
        verbose_name="来自抽查",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查"
        ordering = ["-on_date", "-pk"]
        indexes = [models.Index(fields=["organization", "-on_date"], name="inspection_organization")]
        constraints = [
            models.CheckConstraint(
                name="inspection_has_title_and_inspectors", condition=~Q(title="") & ~Q(inspectors="")
            )
        ]

    def __str__(self):
        return f"检查 {self.uid}"

    @property
    def outside_name(self) -> str:
        """What mail may call it: its title is anybody's words and may name people."""
        day = self.on_date
        return f"{day.year}年{day.month}月{day.day}日检查"


class InspectedBranchQuerySet(ScopedQuerySet):
    organization_lookups = ("inspection__organization",)
    view_permission = Permission.INSPECT
    edit_permission = Permission.INSPECT


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class InspectedBranch(models.Model):
    """A branch that was inspected, with an opinion in words where the committee gives one."""

    inspection = models.ForeignKey(
        Inspection, on_delete=models.CASCADE, related_name="branches", verbose_name="检查"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    opinion = models.CharField("检查意见", max_length=200, blank=True)

    objects = InspectedBranchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "被检查的党支部"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["inspection", "branch"], name="inspected_branch_once")]

    def __str__(self):
        return f"检查 {self.inspection_id}/{self.branch_id}"


class FindingQuerySet(ScopedQuerySet):
    """Read by the staff above the branch and the branch's officers; closed and reopened by the committee that found it
    and those above that one."""

    organization_lookups = ("branch",)
    view_permission = Permission.INSPECT
    edit_permission = Permission.INSPECT

    def editable_by(self, user):
        scope = user.access.scope(Permission.INSPECT)
        return self.none() if scope.empty else self.filter(scope.q("inspection__organization"))

    def unresolved(self):
        return self.exclude(state=Finding.State.CLOSED)

    def overdue(self, day):
        """G1: the branch has not answered in time."""
        return self.filter(state=Finding.State.OPEN, due_on__lt=day)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Finding(UidModel):
    """问题: open → rectified (the branch answers) → closed, or open again. What was said on the way are its `steps`."""

    class State(models.TextChoices):
        OPEN = "open", "待整改"
        RECTIFIED = "rectified", "已整改，待核验"
        CLOSED = "closed", "已办结"

    CODES = [*CODE_LABELS.items(), ("other", "其他")]

    inspection = models.ForeignKey(
        Inspection, on_delete=models.PROTECT, related_name="findings", verbose_name="检查"
    )
    number = models.PositiveSmallIntegerField("序号")
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    record = models.ForeignKey(
        ActivityRecord,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="有关记录",
    )
    item = models.OneToOneField(
        SpotCheckItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="finding",
        verbose_name="抽查记录",
    )
    code = models.CharField("类别", max_length=10, choices=CODES)
    text = models.CharField("问题", max_length=500)
    responsible = models.CharField("整改责任人", max_length=60, blank=True)
    due_on = models.DateField("整改期限")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    rectified_at = models.DateTimeField("整改时间", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="办结人",
    )
    created_at = models.DateTimeField("提出时间", auto_now_add=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查发现的问题"
        ordering = ["inspection", "number"]
        indexes = [
            models.Index(fields=["branch", "due_on"], name="finding_unresolved", condition=~Q(state="closed"))
        ]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="finding_number_once"),
            models.CheckConstraint(name="finding_in_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="finding_state_has_its_times",
                condition=Q(state="open", rectified_at__isnull=True, closed_at__isnull=True)
                | Q(state="rectified", rectified_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_closed_by_and_at",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"问题 {self.uid}"

    def is_overdue(self, day) -> bool:
        return self.state == self.State.OPEN and self.due_on < day


class FindingStepQuerySet(ScopedQuerySet):
    """Read with its finding."""

    organization_lookups = ("finding__branch",)
    view_permission = Permission.INSPECT
    edit_permission = None

    def visible_to(self, user):
        return self.filter(
            self._in_scope(user, Permission.INSPECT) | self._in_scope(user, Permission.LOG_GATHERINGS)
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class FindingStep(UidModel):
    """What happened to a finding, in order; never changed afterwards. A branch's answer may carry one file."""

    class Kind(models.TextChoices):
        RAISED = "raised", "提出问题"
        RECTIFIED = "rectified", "整改情况"
        REOPENED = "reopened", "要求继续整改"
        CLOSED = "closed", "办结"

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="steps", verbose_name="问题")
    kind = models.CharField("步骤", max_length=10, choices=Kind.choices)
    text = models.CharField("内容", max_length=1000, blank=True)
    due_on = models.DateField("期限", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="办理人"
    )
    at = models.DateTimeField("办理时间")
    file_name = models.CharField("附件", max_length=120, blank=True)
    stored_name = models.CharField(max_length=120, blank=True, editable=False)
    content_type = models.CharField(max_length=100, blank=True, editable=False)
    size = models.PositiveIntegerField("大小（字节）", default=0)
    sha256 = models.CharField("校验值", max_length=64, blank=True)

    objects = FindingStepQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改经过"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["finding", "at"], name="finding_step_order")]
        constraints = [
            models.CheckConstraint(
                name="finding_step_says_something", condition=Q(kind="closed") | ~Q(text="")
            ),
            models.CheckConstraint(
                name="finding_step_sets_a_day",
                condition=Q(kind__in=["raised", "reopened"], due_on__isnull=False)
                | Q(kind__in=["rectified", "closed"], due_on__isnull=True),
            ),
            models.CheckConstraint(
                name="finding_step_file_whole",
                condition=Q(file_name="", stored_name="", size=0) | ~Q(file_name="") & ~Q(stored_name=""),
            ),
        ]

    def __str__(self):
        return f"整改经过 {self.uid}"
