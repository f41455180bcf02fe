"""How each backup, drill and restore ended: what the health page reads."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from branch_portal.permissions import Permission


class BackupRunQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """For whoever keeps the portal running; it says nothing about a person."""
        allowed = user.is_authenticated and user.may(Permission.CONFIGURE)
        return self if allowed else self.none()

    def unscoped(self, reason: str) -> Self:
        """All rows, for the clock and the health page, behind which nobody stands."""
        if not reason:
            raise ValueError("unscoped() needs a reason")
        return self.all()


class BackupRun(models.Model):
    """One backup, drill or restore that has ended, well or not. One that was killed leaves none, and its age is the alarm."""

    class Kind(models.TextChoices):
        BACKUP = "backup", "备份"
        DRILL = "drill", "恢复演练"
        RESTORE = "restore", "恢复"

    class Outcome(models.TextChoices):
        DONE = "done", "成功"
        WARNING = "warning", "成功，有问题"
        FAILED = "failed", "失败"

    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    tool = models.CharField("工具", max_length=20, default="portal")
    name = models.CharField("备份", max_length=120, blank=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("结束时间")
    size_bytes = models.BigIntegerField("字节数", default=0)
    words = models.CharField("说明", max_length=1000, blank=True)

    objects = BackupRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "备份与演练"
        indexes = [models.Index(fields=["kind", "outcome", "-finished_at"], name="backup_run_newest")]
        constraints = [
            models.CheckConstraint(
                name="backup_run_ends_after_it_began", condition=Q(finished_at__gte=F("started_at"))
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.outcome}"
