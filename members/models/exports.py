"""A roster too long to be written within a request: asked for, written by a worker, kept sealed for a day."""

from django.db import models

from branch_portal.crypto import EncryptedTextField
from branch_portal.models import KeptExport


class RosterExport(KeptExport):
    """The roster as of a day, with the filter that was asked for."""

    day = models.DateField("截至日期")
    asked = EncryptedTextField("筛选", column_label="roster_export.asked")
    content = EncryptedTextField("文件", column_label="roster_export.content")
    row_count = models.PositiveIntegerField("人数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "名册导出"
        indexes = [models.Index(fields=["created_at"], name="roster_export_created")]

    def __str__(self):
        return f"名册导出 {self.uid}"
