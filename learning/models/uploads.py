"""A large file on its way: received in parts, resumed where it broke off."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from branch_portal.models import UidModel
from learning.models.lessons import Lesson


class LessonUploadQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An upload belongs to the person who began it, and to nobody else."""
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()

    def unfinished(self):
        return self.filter(finished_at__isnull=True)


class LessonUpload(UidModel):
    """How much of which file has arrived. The bytes lie in the media folder under the row's uid until the last part.

    `received` bytes are on the disk for certain; what the file holds beyond them is of a part that never ended. `crc32`
    runs along with them. The file is known again by its owner, lesson, name, size and `modified` (ms since 1970).
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="uploads", verbose_name="课程")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    file_name = models.CharField("文件名", max_length=120)
    size = models.PositiveBigIntegerField("大小（字节）")
    modified = models.PositiveBigIntegerField("文件修改时间")
    received = models.PositiveBigIntegerField("已收到", default=0)
    crc32 = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField("开始时间", auto_now_add=True)
    touched_at = models.DateTimeField("最近一次", auto_now=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = LessonUploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "课程上传"
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "owner", "file_name", "size", "modified"],
                condition=Q(finished_at__isnull=True),
                name="upload_known_again",
            ),
            models.CheckConstraint(
                name="upload_received", condition=Q(received__lte=F("size")) & Q(size__gte=1)
            ),
        ]

    def __str__(self):
        return f"上传 {self.uid}"

    @property
    def percent(self) -> int:
        return self.received * 100 // self.size
