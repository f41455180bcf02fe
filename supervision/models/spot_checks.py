"""抽查: a sample of records drawn with a stored seed, checked one after another; 内容雷同: what a comparison found."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from activities.models import ActivityKind, ActivityRecord
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


class SpotCheckQuerySet(ScopedQuerySet):
    """A committee's own checks and, for the committee above it, those of all below."""

    organization_lookups = ("organization",)
    view_permission = Permission.INSPECT
    edit_permission = Permission.INSPECT


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SpotCheck(UidModel):
    """What was drawn from, how many, and with which seed, so that anybody draws the same again.

    The population is every counted record of the filter that had been signed by `drawn_at`; its fingerprint says whether it
    still is the same. `root` is the part of the tree; empty lists mean all kinds and all categories of units.
    """

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="抽查的党组织"
    )
    title = models.CharField("名称", max_length=80)
    first_on = models.DateField("开始日期")
    last_on = models.DateField("结束日期")
    root = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="抽查范围"
    )
    kinds = ArrayField(
        models.CharField(max_length=24, choices=ActivityKind.choices),
        default=list,
        blank=True,
        verbose_name="活动类型",
    )
    unit_categories = ArrayField(
        models.CharField(max_length=30, choices=PartyOrganization.UnitCategory.choices),
        default=list,
        blank=True,
        verbose_name="支部类别",
    )
    size = models.PositiveSmallIntegerField("抽取份数")
    seed = models.BigIntegerField("随机种子")
    population = models.PositiveIntegerField("记录总数")
    population_hash = models.CharField("总体校验值", max_length=64)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="抽取人"
    )
    drawn_at = models.DateTimeField("抽取时间")

    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽查"
        ordering = ["-drawn_at", "-pk"]
        indexes = [models.Index(fields=["organization", "-drawn_at"], name="spot_check_organization")]
        constraints = [
            models.CheckConstraint(
                name="spot_check_size_in_population", condition=Q(size__gte=1, size__lte=F("population"))
            ),
            models.CheckConstraint(name="spot_check_days_in_order", condition=Q(first_on__lte=F("last_on"))),
        ]

    def __str__(self):
        return f"抽查 {self.uid}"


class SpotCheckItemQuerySet(ScopedQuerySet):
    organization_lookups = ("check_of__organization",)
    view_permission = Permission.INSPECT
    edit_permission = Permission.INSPECT


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SpotCheckItem(UidModel):
    """One drawn record and what a person found of it."""

    class Result(models.TextChoices):
        FITS = "fits", "符合"
        PROBLEM = "problem", "有问题"

    check_of = models.ForeignKey(
        SpotCheck, on_delete=models.CASCADE, related_name="items", verbose_name="抽查"
    )
    position = models.PositiveSmallIntegerField("序号")
    record = models.ForeignKey(
        ActivityRecord, on_delete=models.PROTECT, related_name="+", verbose_name="活动记录"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    result = models.CharField("结果", max_length=10, choices=Result.choices, blank=True)
    text = models.CharField("说明", max_length=500, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="检查人",
    )
    judged_at = models.DateTimeField("检查时间", null=True, blank=True)

    objects = SpotCheckItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽查的记录"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "position"], name="spot_check_position_once"),
            models.UniqueConstraint(fields=["check_of", "record"], name="spot_check_record_once"),
            models.CheckConstraint(
                name="spot_check_item_judged_by_and_at",
                condition=Q(result="", judged_by__isnull=True, judged_at__isnull=True)
                | Q(result__in=["fits", "problem"], judged_by__isnull=False, judged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="spot_check_problem_in_words", condition=~Q(result="problem") | ~Q(text="")
            ),
        ]

    def __str__(self):
        return f"抽查 {self.check_of_id}/{self.position}"


class LikenessQuerySet(ScopedQuerySet):
    organization_lookups = ("record__branch", "other__branch")
    view_permission = Permission.VIEW_SUPERVISION

    def visible_to(self, user):
        """Only where both records are the asker's to see: a branch hears of its own texts, never of another's."""
        return self._both(user, Permission.VIEW_SUPERVISION) | self._both(user, Permission.LOG_GATHERINGS)

    def _both(self, user, permission: Permission):
        scope = user.access.scope(permission)
        if scope.everything or scope.empty:
            return self.none()
        return self.filter(scope.q("record__branch") & scope.q("other__branch"))


class Likeness(models.Model):
    """R6: two records whose texts are nearly the same, the later one first. A prompt for a person, with no consequence."""

    record = models.ForeignKey(
        ActivityRecord, on_delete=models.CASCADE, related_name="+", verbose_name="记录"
    )
    other = models.ForeignKey(
        ActivityRecord, on_delete=models.CASCADE, related_name="+", verbose_name="相近的记录"
    )
    percent = models.PositiveSmallIntegerField("相同比例")
    found_at = models.DateTimeField("比对时间")

    objects = LikenessQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "内容雷同"
        constraints = [
            models.UniqueConstraint(fields=["record", "other"], name="likeness_once"),
            models.CheckConstraint(name="likeness_of_two", condition=~Q(record=F("other"))),
            models.CheckConstraint(name="likeness_is_a_share", condition=Q(percent__lte=100)),
        ]

    def __str__(self):
        return f"雷同 {self.record_id}/{self.other_id}"
