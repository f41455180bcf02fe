"""An uploaded roster between its preview and its confirmation."""

from typing import Self

from django.conf import settings
from django.db import models

from branch_portal.crypto import EncryptedTextField
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models.affiliations import Affiliation
from members.models.organizations import PartyOrganization


class ImportBatchQuerySet(ScopedQuerySet):
    view_permission = Permission.EDIT_ROSTER
    edit_permission = Permission.EDIT_ROSTER

    def visible_to(self, user) -> Self:
        """An upload belongs to the person who made it, as long as the branch's roster is theirs to keep."""
        return super().visible_to(user).filter(owner_id=user.pk)

    def with_content(self) -> Self:
        """Uploads whose cells are still kept."""
        return self.exclude(content=b"")

    def pending(self) -> Self:
        return self.filter(state=ImportBatch.State.PENDING)


class ImportBatch(UidModel):
    """The cells of one upload, sealed, until all of them are taken or it is a day old; then only the figures stay.

    `branch` is the branch that every row is for, or a committee or general branch whose rows name their branch.
    `mapping` is header text → field for columns that the portal did not know by name; `preview` what a worker found
    (figures, first problems) when the sheet is too long to be judged within a request; it holds no cell of a sealed item.
    """

    class State(models.TextChoices):
        PENDING = "pending", "待确认"
        QUEUED = "queued", "处理中"
        APPLIED = "applied", "已导入"
        EXPIRED = "expired", "已失效"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党组织"
    )
    file_name = models.CharField("文件名", max_length=200)
    since = models.DateField("组织关系起始日期")
    gain = models.CharField("增加方式", max_length=16, choices=Affiliation.Gain.choices, blank=True)
    content = EncryptedTextField("内容", column_label="import_batch.content")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    mapping = models.JSONField("列的对应", default=dict)
    preview = models.JSONField("核对结果", default=dict)
    figures = models.JSONField("结果", default=dict)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名册导入"
        indexes = [
            models.Index(
                fields=["created_at"],
                name="import_unfinished",
                condition=~models.Q(state="expired"),
            )
        ]

    def __str__(self):
        return f"名册导入 {self.uid}"


class ColumnMappingQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.EDIT_ROSTER
    edit_permission = Permission.EDIT_ROSTER


class ColumnMapping(UidModel):
    """What the columns of a foreign sheet mean, remembered per organisation and header, so that it is asked once."""

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党组织"
    )
    signature = models.CharField("表头", max_length=64)
    mapping = models.JSONField("对应", default=dict)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ColumnMappingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "列名对应"
        constraints = [
            models.UniqueConstraint(name="column_mapping_once", fields=["organization", "signature"])
        ]

    def __str__(self):
        return f"列名对应 {self.uid}"
