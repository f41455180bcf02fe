"""Paper: the committees' own Word forms, binders that were asked for, and the seals of what is archived."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from activities.models.amendments import Amendment
from activities.models.kinds import ActivityKind
from activities.models.minutes import MinutesQuerySet
from activities.models.records import ActivityRecord
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


class RecordSealQuerySet(MinutesQuerySet):
    """Read with their record."""


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RecordSeal(models.Model):
    """The content hash of an archived record at one time: one from archiving, one more from every amendment after it."""

    record = models.ForeignKey(
        ActivityRecord, on_delete=models.PROTECT, related_name="seals", verbose_name="活动记录"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    content_hash = models.CharField("内容校验值", max_length=64)
    amendment = models.ForeignKey(
        Amendment, on_delete=models.PROTECT, null=True, blank=True, related_name="seals", verbose_name="更正"
    )
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="办理人"
    )
    sealed_at = models.DateTimeField("时间")

    objects = RecordSealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "归档校验"
        ordering = ["pk"]

    def __str__(self):
        return f"校验 {self.record_id}"


class PaperTemplateQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.EDIT_DICTIONARIES
    edit_permission = Permission.EDIT_DICTIONARIES

    def in_use(self):
        return self.filter(withdrawn_at=None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PaperTemplate(UidModel):
    """A committee's own .docx form of a kind of record, for its subtree and for records from a day on.

    A change is a new version from a day; an empty `kind` stands for all kinds that have no form of their own.
    """

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="paper_templates", verbose_name="党组织"
    )
    kind = models.CharField("类型", max_length=24, choices=ActivityKind.choices, blank=True)
    name = models.CharField("名称", max_length=80)
    active_from = models.DateField("启用日期")
    stored_name = models.CharField(max_length=120)
    file_name = models.CharField("文件名", max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField("大小")
    placeholders = models.JSONField("所用占位符", default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间")
    withdrawn_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = PaperTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "记录表模板"
        ordering = ["-active_from", "-pk"]
        indexes = [models.Index(fields=["organization", "kind", "-active_from"], name="paper_template_of")]

    def __str__(self):
        return f"模板 {self.uid}"

    @property
    def kind_label(self) -> str:
        return self.get_kind_display() if self.kind else "全部类型"


class BinderQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_ROLLS

    def visible_to(self, user):
        """Whoever asked for it, as long as they may still read the branch's rolls."""
        return super().visible_to(user).filter(owner_id=user.pk)


class Binder(UidModel):
    """A branch's records of a quarter or year bound into one .docx, for who asked for it; its bytes go after a day."""

    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="binders", verbose_name="党支部"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="申请人"
    )
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度", null=True, blank=True)
    record_count = models.PositiveSmallIntegerField("记录数")
    person_count = models.PositiveIntegerField("到会名单行数")
    stored_name = models.CharField(max_length=120, blank=True)
    file_name = models.CharField("文件名", max_length=120)
    created_at = models.DateTimeField("生成时间")

    objects = BinderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "记录册"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="binder_quarter_1_to_4", condition=Q(quarter=None) | Q(quarter__range=(1, 4))
            )
        ]

    def __str__(self):
        return f"记录册 {self.uid}"

    @property
    def period_label(self) -> str:
        return f"{self.year}年第{'一二三四'[self.quarter - 1]}季度" if self.quarter else f"{self.year}年度"
