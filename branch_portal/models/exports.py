"""What was taken out of a list by a worker: kept sealed for a day, for whoever asked."""

from typing import Self

from django.conf import settings
from django.db import models

from branch_portal.crypto import EncryptedTextField
from branch_portal.models.base import UidModel


class KeptExportQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """What was taken out belongs to whoever asked for it, and to nobody else."""
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()

    def kept(self) -> Self:
        """Those whose filter and file have not been emptied."""
        return self.exclude(asked=b"")


class KeptExport(UidModel):
    """What was asked (filters may hold a name, so it is sealed), and the workbook until it is a day old.

    A model gives both sealed columns a label of its own. `scope` is what the owner might read when the file was written: whoever may read something else by now gets no file.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="导出人"
    )
    reason = models.CharField("导出事由", max_length=200)
    ip = models.GenericIPAddressField("来源", null=True, blank=True)
    asked = EncryptedTextField("筛选")
    content = EncryptedTextField("文件")
    file_name = models.CharField("文件名", max_length=200, blank=True)
    row_count = models.PositiveIntegerField("条数", default=0)
    scope = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField("申请时间", auto_now_add=True)

    objects = KeptExportQuerySet.as_manager()

    class Meta:
        abstract = True


class ListExport(KeptExport):
    """A list of the admin site. `model_label` says which; `asked` holds its query string and the keys that were chosen."""

    model_label = models.CharField("列表", max_length=80)
    asked = EncryptedTextField("筛选", column_label="list_export.asked")
    content = EncryptedTextField("文件", column_label="list_export.content")

    class Meta:
        verbose_name = verbose_name_plural = "列表导出"
        indexes = [models.Index(fields=["created_at"], name="list_export_created")]

    def __str__(self):
        return f"列表导出 {self.uid}"
