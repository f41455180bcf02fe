"""A roster too long to be written within a request: asked for, written by a worker, kept sealed for a day."""

from typing import Self

from django.conf import settings
from django.db import models

from branch_portal.crypto import EncryptedTextField
from branch_portal.models import UidModel


class RosterExportQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """What was taken out belongs to whoever asked for it, and to nobody else."""
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()

    def kept(self) -> Self:
        """Those whose filter and file have not been emptied."""
        return self.exclude(asked=b"")


class RosterExport(UidModel):
    """What was asked (filters may hold a name, so they are sealed), and the workbook until it is a day old.

    `scope` is what the owner might read when the file was written: whoever may read something else by now gets no file.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="导出人"
    )
    day = models.DateField("截至日期")
    asked = EncryptedTextField("筛选", column_label="roster_export.asked")
    reason = models.CharField("导出事由", max_length=200)
    ip = models.GenericIPAddressField("来源", null=True, blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True)
    row_count = models.PositiveIntegerField("人数", default=0)
    scope = models.CharField(max_length=64, blank=True)
    content = EncryptedTextField("文件", column_label="roster_export.content")
    created_at = models.DateTimeField("申请时间", auto_now_add=True)

    objects = RosterExportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名册导出"
        indexes = [models.Index(fields=["created_at"], name="roster_export_created")]

    def __str__(self):
        return f"名册导出 {self.uid}"
