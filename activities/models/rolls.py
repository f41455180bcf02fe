"""到会情况: the members who were eligible on the day, one row each, as it was then (promise 3)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from activities.models.gatherings import GatheringBranch
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class RollEntryQuerySet(ScopedQuerySet):
    organization_lookups = ("branch", "share__cell")
    member_lookup = "member"
    view_permission = Permission.VIEW_ROLLS
    edit_permission = Permission.LOG_GATHERINGS

    def present(self):
        return self.filter(status__in=RollEntry.PRESENT_STATUSES)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RollEntry(models.Model):
    """One eligible member at one gathering: row number and name are a snapshot, `minutes` are the member's own."""

    class Status(models.TextChoices):
        PRESENT = "present", "到会"
        LATE = "late", "迟到"
        ONLINE = "online", "线上"
        LEAVE = "leave", "请假"
        ABSENT = "absent", "缺席"
        EXEMPT = "exempt", "免到"
        MADE_UP = "made_up", "已补课"

    class LeaveType(models.TextChoices):
        PERSONAL = "personal", "事假"
        SICK = "sick", "病假"
        OFFICIAL = "official", "公假"
        OTHER = "other", "其他"

    PRESENT_STATUSES = (Status.PRESENT, Status.LATE, Status.ONLINE)

    share = models.ForeignKey(
        GatheringBranch, on_delete=models.PROTECT, related_name="roll", verbose_name="活动"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="roll_entries", verbose_name="党员"
    )
    on_date = models.DateField("日期")
    row_number = models.PositiveSmallIntegerField("序号")
    name = models.CharField("姓名", max_length=60)
    status = models.CharField("到会情况", max_length=10, choices=Status.choices, default=Status.PRESENT)
    leave_type = models.CharField("请假类别", max_length=10, choices=LeaveType.choices, blank=True)
    reason = models.CharField("原因", max_length=100, blank=True)
    minutes = models.PositiveSmallIntegerField("本人分钟数", default=0)
    own_minutes = models.PositiveSmallIntegerField("迟到者本人学习分钟", null=True, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    marked_at = models.DateTimeField("登记时间")

    objects = RollEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "到会登记"
        ordering = ["row_number"]
        constraints = [
            models.UniqueConstraint(fields=["share", "member"], name="roll_member_once"),
            models.UniqueConstraint(fields=["share", "row_number"], name="roll_row_once"),
            models.CheckConstraint(
                name="roll_leave_has_type",
                condition=Q(status="leave") & ~Q(leave_type="") | ~Q(status="leave") & Q(leave_type=""),
            ),
            models.CheckConstraint(
                name="roll_absence_has_reason", condition=~Q(status__in=["leave", "absent"]) | ~Q(reason="")
            ),
        ]
        indexes = [models.Index(fields=["member", "-on_date", "-id"], name="roll_member_date")]

    def __str__(self):
        return f"到会 {self.share_id}/{self.row_number}"
