"""Asking for deletion or for a stop of processing (PIPL §47), and what was erased."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models.people import Member


class ErasureRequestQuerySet(ScopedQuerySet):
    organization_lookups = ("member__branch", "member__cell", "member__left_branch")
    member_lookup = "member"
    view_permission = Permission.VIEW_ROSTER
    #: The branch decides, or the committee above it: a dissolved branch, or one without a secretary, owes an answer too.
    edit_permission = Permission.DECIDE_ERASURE

    def open(self):
        return self.filter(state=ErasureRequest.State.OPEN)

    def stopping(self):
        """Those by which everything but storing has stopped."""
        return self.filter(state=ErasureRequest.State.STOPPED, lifted_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ErasureRequest(UidModel):
    """删除或停止处理申请: asked by the member, decided in words by whoever keeps the roster; both are kept."""

    class Kind(models.TextChoices):
        ERASE = "erase", "删除个人信息"
        STOP = "stop", "停止处理个人信息"

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        ERASED = "erased", "已删除"
        STOPPED = "stopped", "停止除存储和必要安全保护以外的处理"
        REFUSED = "refused", "未采纳"
        WITHDRAWN = "withdrawn", "已撤回"

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="erasure_requests", verbose_name="党员"
    )
    kind = models.CharField("申请事项", max_length=6, choices=Kind.choices)
    reason = models.CharField("申请理由", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    due_on = models.DateField("答复期限")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)
    clause = models.CharField("依据", max_length=120, blank=True)
    reply = models.CharField("答复", max_length=200, blank=True)
    lifted_at = models.DateTimeField("恢复处理时间", null=True, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "删除或停止处理申请"
        constraints = [
            models.UniqueConstraint(
                name="erasure_one_open_per_member", fields=["member"], condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="erasure_decided_iff_dated",
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="erasure_refused_with_clause",
                condition=~Q(state__in=["refused", "stopped"]) | (~Q(clause="") & ~Q(reply="")),
            ),
            models.CheckConstraint(
                name="erasure_lifted_only_if_stopped",
                condition=Q(lifted_at__isnull=True) | Q(state="stopped"),
            ),
        ]

    def __str__(self):
        return f"删除或停止处理申请 {self.uid}"


class PersonalDataErasureQuerySet(ScopedQuerySet):
    organization_lookups = ("member__branch", "member__cell", "member__left_branch")
    member_lookup = "member"
    view_permission = Permission.VIEW_ROSTER


class PersonalDataErasure(models.Model):
    """One erasure of a member's sealed items: when, on which ground, by whom (nobody: the retention job). Append-only."""

    class Ground(models.TextChoices):
        RETENTION = "retention", "保存期限届满"
        REQUEST = "request", "本人申请"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="erasures", verbose_name="党员")
    ground = models.CharField("原因", max_length=10, choices=Ground.choices)
    at = models.DateTimeField("清除时间", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )

    objects = PersonalDataErasureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "个人信息清除记录"
        indexes = [models.Index(fields=["member", "-at"], name="erasure_of_member")]

    def __str__(self):
        return f"个人信息清除记录 {self.pk}"
