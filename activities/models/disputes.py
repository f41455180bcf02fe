"""“这条不对”: a member says that a row of the roll is wrong, the branch answers in time (M2)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from activities.models.gatherings import GatheringBranch
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class AttendanceDisputeQuerySet(ScopedQuerySet):
    organization_lookups = ("branch", "share__cell")
    member_lookup = "member"
    view_permission = Permission.LOG_GATHERINGS
    edit_permission = Permission.LOG_GATHERINGS

    def open(self):
        return self.filter(state=AttendanceDispute.State.OPEN)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AttendanceDispute(UidModel):
    """What the member says (`claimed`, in words), by when the branch answers, and its answer in words."""

    class State(models.TextChoices):
        OPEN = "open", "待答复"
        ACCEPTED = "accepted", "已更正"
        DECLINED = "declined", "不予更正"

    class Claim(models.TextChoices):
        PRESENT = "present", "我到会了"
        LATE = "late", "我到会了，只是迟到"
        ONLINE = "online", "我是线上参加的"
        PERSONAL = "personal", "我请过事假"
        SICK = "sick", "我请过病假"
        OFFICIAL = "official", "我因公请过假"

    share = models.ForeignKey(
        GatheringBranch, on_delete=models.PROTECT, related_name="disputes", verbose_name="活动"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="attendance_disputes", verbose_name="党员"
    )
    written = models.CharField("原登记", max_length=20)
    claimed = models.CharField("实际情况", max_length=10, choices=Claim.choices)
    statement = models.CharField("说明", max_length=300)
    raised_at = models.DateTimeField("提出时间")
    due_on = models.DateField("答复时限")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.CharField("答复", max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="答复人",
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = AttendanceDisputeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "到会情况异议"
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["share", "member"], name="dispute_one_open", condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="dispute_answered_with_words",
                condition=Q(state="open", answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (
                    ~Q(state="open") & ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "due_on"], name="dispute_open", condition=Q(state="open")),
            models.Index(fields=["member"], name="dispute_member"),
        ]

    def __str__(self):
        return f"异议 {self.uid}"
