"""附件: photographs, scans and documents of a record, never asked for (domain 0.1.3)."""

import pghistory
from django.conf import settings
from django.db import models

from activities.models.records import ActivityRecord
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


class AttachmentQuerySet(ScopedQuerySet):
    organization_lookups = ("branch", "record__cell")
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        """Whoever may read the record may have its files, nobody else."""
        return self.filter(record__in=ActivityRecord.objects.visible_to(user).values("pk"))

    def kept(self):
        return self.filter(removed_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Attachment(UidModel):
    """One file of a record. The bytes lie in the media folder under names that say nothing; pictures have a small copy."""

    # A draft that is discarded takes its files along (`actions.attachments.drop_all` removes the bytes first).
    record = models.ForeignKey(
        ActivityRecord, on_delete=models.CASCADE, related_name="attachments", verbose_name="活动记录"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    caption = models.CharField("说明", max_length=100, blank=True)
    file_name = models.CharField("文件名", max_length=120)
    stored_name = models.CharField(max_length=120, unique=True, editable=False)
    thumb_name = models.CharField(max_length=120, blank=True, editable=False)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动附件"
        ordering = ["pk"]

    def __str__(self):
        return f"附件 {self.uid}"

    @property
    def is_picture(self) -> bool:
        return bool(self.thumb_name)
