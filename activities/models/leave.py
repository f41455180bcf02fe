"""参加 or 请假: a member's answer to an announced gathering, and what the branch decided about the leave."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from activities.models.gatherings import GatheringBranch
from activities.models.rolls import RollEntry
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class LeaveRequestQuerySet(ScopedQuerySet):
    """A reason is personal: the member and whoever keeps the roll read it, nobody else."""

    organization_lookups = ("branch", "share__cell")
    member_lookup = "member"
    view_permission = Permission.LOG_GATHERINGS
    edit_permission = Permission.LOG_GATHERINGS

    def waiting(self):
        return self.filter(state=LeaveRequest.State.WAITING)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class LeaveRequest(UidModel):
    """One answer a member and gathering; changing one's mind changes the row, the history keeps what was said before."""

    class Answer(models.TextChoices):
        ATTEND = "attend", "参加"
        LEAVE = "leave", "请假"

    class State(models.TextChoices):
        NOTED = "noted", "已告知"
        WAITING = "waiting", "待批准"
        APPROVED = "approved", "已批准"
        DECLINED = "declined", "未批准"

    share = models.ForeignKey(
        GatheringBranch, on_delete=models.PROTECT, related_name="answers", verbose_name="活动"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="leave_requests", verbose_name="党员"
    )
    answer = models.CharField("答复", max_length=8, choices=Answer.choices)
    leave_type = models.CharField("请假类别", max_length=10, choices=RollEntry.LeaveType.choices, blank=True)
    reason = models.CharField("请假原因", max_length=100, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices)
    answered_at = models.DateTimeField("答复时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审批人",
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)

    objects = LeaveRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "请假"
        constraints = [
            models.UniqueConstraint(fields=["share", "member"], name="leave_answer_once"),
            models.CheckConstraint(
                name="leave_iff_typed",
                condition=Q(answer="attend", leave_type="", reason="", state="noted")
                | (Q(answer="leave") & ~Q(leave_type="") & ~Q(state="noted")),
            ),
            models.CheckConstraint(
                name="leave_other_has_reason", condition=~Q(leave_type="other") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="leave_decided_by_and_at",
                condition=Q(
                    state__in=["approved", "declined"], decided_by__isnull=False, decided_at__isnull=False
                )
                | Q(state__in=["noted", "waiting"], decided_by__isnull=True, decided_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["branch"], name="leave_waiting", condition=Q(state="waiting")),
            models.Index(fields=["member"], name="leave_member"),
        ]

    def __str__(self):
        return f"答复 {self.uid}"
