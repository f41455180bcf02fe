"""Yearly records of platforms outside the portal (学习强国 and others): uploaded by file, matched, counted only by a rule.

Nothing is fetched from anywhere. A file's cells are kept sealed until it is confirmed or a day old; telephone numbers are cut
to their last four figures before anything is stored, and those go with the confirmation.
"""

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from branch_portal.crypto import EncryptedTextField
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from learning.keepers import kept_by
from members.models import Member, PartyOrganization


class ExternalSource(models.TextChoices):
    XUEXI_QIANGGUO = "xuexi_qiangguo", "学习强国"
    OTHER = "other", "其他学习平台"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ExternalRule(models.Model):
    """How a source counts from a year on. Without a cap it is recorded only: there is no national rule (domain 6.3)."""

    source = models.CharField("来源", max_length=20, choices=ExternalSource.choices)
    from_year = models.PositiveSmallIntegerField("自年度")
    points_per_hour = models.DecimalField(
        "每学时所需积分",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="不填时积分只记录，不折算；表中直接写明学时的不受影响。",
    )
    annual_cap = models.DecimalField(
        "年度上限（学时）",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="不填为只记录、不计入；还须在“学时规则”中放开这一类别的年度上限（默认为 0）。",
    )
    clause = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "外部学习折算规则"
        ordering = ["source", "-from_year"]
        constraints = [
            models.UniqueConstraint(fields=["source", "from_year"], name="external_rule_version"),
            models.CheckConstraint(
                name="external_rule_positive",
                condition=(Q(points_per_hour__isnull=True) | Q(points_per_hour__gt=0))
                & (Q(annual_cap__isnull=True) | Q(annual_cap__gte=0)),
            ),
        ]

    def __str__(self):
        return f"{self.source} {self.from_year}"


class ExternalFileQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.VIEW_STUDY

    def editable_by(self, user):
        return self.filter(kept_by(user, "organization"))

    def applied(self):
        return self.filter(state=ExternalFile.State.APPLIED)

    def pending(self):
        return self.filter(state=ExternalFile.State.PENDING)


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["content"]
)
class ExternalFile(UidModel):
    """One upload. `series` is shared by all uploads of an organisation for one source and year: the ledger's source, so
    that a later file corrects the earlier one instead of counting beside it; `counted_on` is the day of its credits."""

    class State(models.TextChoices):
        PENDING = "pending", "待核对"
        APPLIED = "applied", "已登记"
        REPLACED = "replaced", "已被新文件替换"
        WITHDRAWN = "withdrawn", "已撤回"
        EXPIRED = "expired", "已失效"

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党组织"
    )
    source = models.CharField("来源", max_length=20, choices=ExternalSource.choices)
    year = models.PositiveSmallIntegerField("年度")
    file_name = models.CharField("文件名", max_length=200)
    series = models.UUIDField(default=uuid.uuid4, editable=False)
    counted_on = models.DateField("计入日期")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    applied_at = models.DateTimeField("确认时间", null=True, blank=True)
    content = EncryptedTextField("内容", column_label="external_file.content")
    figures = models.JSONField("结果", default=dict)

    objects = ExternalFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "外部学习记录文件"
        indexes = [models.Index(fields=["organization", "-year", "-id"], name="external_file_year")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source", "year"],
                name="external_file_in_force_once",
                condition=Q(state="applied"),
            ),
            models.CheckConstraint(
                name="external_file_applied_by_somebody",
                condition=Q(
                    state__in=["applied", "replaced", "withdrawn"],
                    applied_by__isnull=False,
                    applied_at__isnull=False,
                )
                | Q(state__in=["pending", "expired"], applied_by__isnull=True, applied_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"外部学习记录 {self.uid}"

    @property
    def ledger_source(self) -> str:
        return f"learning.external:{self.series}"


class ExternalRowQuerySet(ScopedQuerySet):
    organization_lookups = ("branch", "file__organization")
    member_lookup = "member"
    view_permission = Permission.VIEW_STUDY

    def in_force(self):
        """Rows of confirmed files."""
        return self.filter(file__state=ExternalFile.State.APPLIED, state=ExternalRow.State.MATCHED)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["tail", "name", "candidates"],
)
class ExternalRow(models.Model):
    """One person of a file. Rows of nobody go with the confirmation and `tail` is emptied; the audit keeps no name."""

    class State(models.TextChoices):
        MATCHED = "matched", "已对应"
        AMBIGUOUS = "ambiguous", "请选择"
        UNMATCHED = "unmatched", "没有对应的党员"
        SKIPPED = "skipped", "不登记"
        TAKEN = "taken", "已由其他党组织登记"

    file = models.ForeignKey(ExternalFile, on_delete=models.CASCADE, related_name="rows", verbose_name="文件")
    row_number = models.PositiveIntegerField("行")
    name = models.CharField("姓名", max_length=60)
    tail = models.CharField("手机尾号", max_length=4, blank=True)
    points = models.DecimalField("积分", max_digits=9, decimal_places=2, null=True, blank=True)
    hours = models.DecimalField("学时", max_digits=6, decimal_places=2, null=True, blank=True)
    state = models.CharField("对应情况", max_length=10, choices=State.choices)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党员"
    )
    branch = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="党支部",
    )
    candidates = models.JSONField("可能是", default=list)
    why = models.CharField("说明", max_length=60, blank=True)

    objects = ExternalRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "外部学习记录"
        ordering = ["row_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "member"], name="external_member_once", condition=Q(state="matched")
            ),
            models.UniqueConstraint(fields=["file", "row_number"], name="external_row_once"),
            models.CheckConstraint(
                name="external_matched_has_member",
                condition=~Q(state="matched") | Q(member__isnull=False, branch__isnull=False),
            ),
            models.CheckConstraint(
                name="external_row_says_something",
                condition=Q(points__isnull=False) | Q(hours__isnull=False),
            ),
        ]

    def __str__(self):
        return f"外部学习记录 {self.file_id}/{self.row_number}"
