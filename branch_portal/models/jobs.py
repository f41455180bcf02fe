"""Long work as a row: queued by the web, claimed with a lease by a worker, shown by polling."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from branch_portal.models.base import UidModel
from branch_portal.permissions import Permission


class JobQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """A job and its result belong to the person who asked for it, and to nobody else."""
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()

    def permitted(self, user, permission: Permission) -> Self:
        """Jobs that were set aside wait for whoever keeps the portal running; nobody else reaches another's job."""
        allowed = permission == Permission.CONFIGURE and user.is_authenticated and user.may(permission)
        return self.set_aside() if allowed else self.none()

    def set_aside(self) -> Self:
        return self.filter(state=Job.State.QUARANTINED)

    def unfinished(self) -> Self:
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])


class Job(UidModel):
    """One piece of long work.

    `attempt` is the fencing token: a worker that lost its lease finds a higher number and its writes change no row, so
    it never falls. `forgiven` attempts were made before an administrator let the job run again and count no more.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "处理中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"
        CANCELLED = "cancelled", "已取消"
        QUARANTINED = "quarantined", "已搁置"

    MAX_ATTEMPTS = 2

    kind = models.CharField("类型", max_length=60)
    title = models.CharField("名称", max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs", verbose_name="发起人"
    )
    arguments = models.JSONField("参数", default=dict)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField("次数", default=0)
    forgiven = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    done_count = models.PositiveIntegerField("已处理", default=0)
    total_count = models.PositiveIntegerField("总数", default=0)
    result = models.JSONField("结果", default=dict)
    result_url = models.CharField(max_length=300, blank=True)
    error = models.CharField("原因", max_length=500, blank=True)
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        indexes = [
            models.Index(
                fields=["created_at"], name="job_unfinished", condition=Q(state__in=["queued", "running"])
            ),
            models.Index(fields=["owner", "-created_at", "-id"], name="job_of_owner"),
            models.Index(fields=["finished_at"], name="job_set_aside", condition=Q(state="quarantined")),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_finished_iff_ended",
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed", "cancelled", "quarantined"], finished_at__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.uid}"

    @property
    def number(self) -> str:
        """What people say on the telephone."""
        return str(self.uid)[:8]

    @property
    def again(self) -> bool:
        """Whether the worker that runs it has taken it over from one that was lost."""
        return self.state == self.State.RUNNING and self.attempt - self.forgiven > 1

    @property
    def percent(self) -> int:
        return 100 if self.state == self.State.DONE else self.done_count * 100 // max(self.total_count, 1)
