"""集中培训班: a class of one or several days, whom it was for, and the roll of each half-day (domain 6.1, 6.2)."""

import datetime
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from learning.keepers import kept_by
from members.models import Member, PartyOrganization


class TrainingClassQuerySet(ScopedQuerySet):
    organization_lookups = ("organizer",)
    view_permission = Permission.VIEW_STUDY

    def visible_to(self, user) -> Self:
        """Whose class it is, the branches that were asked to send people, and whoever may see one of the enrolled."""
        asked = TrainingBranch.objects.permitted(user, Permission.VIEW_STUDY)
        enrolled = TrainingEnrollment.objects.visible_to(user)
        here = {"training": OuterRef("pk")}
        return self.filter(
            self._in_scope(user, self.view_permission)
            | Exists(asked.filter(**here))
            | Exists(enrolled.filter(**here))
        )

    def editable_by(self, user) -> Self:
        return self.filter(kept_by(user, "organizer"))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TrainingClass(UidModel):
    """A class that a branch, general branch or committee holds for its members.

    Planned until the first roll is saved, held until all rolls are signed for; confirming writes the credits. `day_hours`
    is what a full day counts, for the words; the minutes of each half-day are stored with it.
    """

    class Level(models.TextChoices):
        BRANCH = "branch", "党支部"
        SUPERIOR = "superior", "上级党委"
        COUNTY = "county", "县级及以上党组织"

    class State(models.TextChoices):
        PLANNED = "planned", "未开班"
        HELD = "held", "已开班，待确认"
        CONFIRMED = "confirmed", "已确认"
        CANCELLED = "cancelled", "已取消"

    organizer = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="举办单位"
    )
    title = models.CharField("培训班名称", max_length=80)
    level = models.CharField("组织层级", max_length=10, choices=Level.choices)
    place = models.CharField("地点", max_length=80)
    first_on = models.DateField("开始日期")
    last_on = models.DateField("结束日期")
    morning_from = models.TimeField("上午开始时间", default=datetime.time(9))
    afternoon_from = models.TimeField("下午开始时间", default=datetime.time(14))
    day_hours = models.PositiveSmallIntegerField("每天学时", default=8)
    teacher = models.CharField("授课人", max_length=80, blank=True)
    topics = models.TextField("培训内容", max_length=1000, blank=True)
    materials = models.TextField("学习材料", max_length=1000, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PLANNED)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    cancelled_reason = models.CharField("取消原因", max_length=100, blank=True)
    changed_at = models.DateTimeField("修改时间", auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TrainingClassQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "集中培训班"
        indexes = [models.Index(fields=["organizer", "-first_on"], name="training_organizer_day")]
        constraints = [
            models.CheckConstraint(name="training_days_in_order", condition=Q(last_on__gte=F("first_on"))),
            models.CheckConstraint(
                name="training_confirmed_by_somebody",
                condition=Q(state="confirmed", confirmed_by__isnull=False, confirmed_at__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_by__isnull=True, confirmed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="training_cancelled_has_reason",
                condition=Q(state="cancelled") & ~Q(cancelled_reason="")
                | ~Q(state="cancelled") & Q(cancelled_reason=""),
            ),
        ]

    def __str__(self):
        return f"培训班 {self.uid}"

    @property
    def is_open(self) -> bool:
        """Whether its people and half-days may still be changed."""
        return self.state in (self.State.PLANNED, self.State.HELD)


class TrainingBranchQuerySet(ScopedQuerySet):
    organization_lookups = ("branch", "training__organizer")
    view_permission = Permission.VIEW_STUDY
    edit_permission = Permission.LOG_GATHERINGS


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TrainingBranch(models.Model):
    """A branch that was asked to send people to the class; its officers name them themselves."""

    training = models.ForeignKey(
        TrainingClass, on_delete=models.CASCADE, related_name="branches", verbose_name="培训班"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="邀请人"
    )
    asked_at = models.DateTimeField("邀请时间", auto_now_add=True)

    objects = TrainingBranchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "培训班参加党支部"
        constraints = [models.UniqueConstraint(fields=["training", "branch"], name="training_branch_once")]

    def __str__(self):
        return f"参加党支部 {self.training_id}/{self.branch_id}"


class TrainingSessionQuerySet(ScopedQuerySet):
    organization_lookups = ("training__organizer",)
    view_permission = Permission.VIEW_STUDY

    def editable_by(self, user) -> Self:
        return self.filter(kept_by(user, "training__organizer"))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TrainingSession(UidModel):
    """One half-day with the minutes that being there is worth; its roll is taken or not yet."""

    class Half(models.TextChoices):
        MORNING = "am", "上午"
        AFTERNOON = "pm", "下午"

    training = models.ForeignKey(
        TrainingClass, on_delete=models.CASCADE, related_name="sessions", verbose_name="培训班"
    )
    on_date = models.DateField("日期")
    half = models.CharField("上午或下午", max_length=2, choices=Half.choices)
    minutes = models.PositiveSmallIntegerField("学习分钟")
    roll_saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="点名人",
    )
    roll_saved_at = models.DateTimeField("点名时间", null=True, blank=True)

    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "培训半天"
        ordering = ["on_date", "half"]
        constraints = [
            models.UniqueConstraint(fields=["training", "on_date", "half"], name="training_half_day_once"),
            models.CheckConstraint(
                name="training_session_minutes", condition=Q(minutes__gte=1, minutes__lte=480)
            ),
            models.CheckConstraint(
                name="training_roll_saved_by_somebody",
                condition=Q(roll_saved_by__isnull=True, roll_saved_at__isnull=True)
                | Q(roll_saved_by__isnull=False, roll_saved_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.on_date} {self.half}"

    @property
    def label(self) -> str:
        return f"{self.on_date.month}月{self.on_date.day}日{self.get_half_display()}"


class TrainingEnrollmentQuerySet(ScopedQuerySet):
    """The branch that sent a member sees the row, and the one that the member belongs to now, if that is another."""

    organization_lookups = ("branch", "member__branch", "training__organizer")
    member_lookup = "member"
    view_permission = Permission.VIEW_STUDY

    def in_order(self):
        return self.order_by("number")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TrainingEnrollment(UidModel):
    """A member of the class. `number` is the row on the roll and never moves, so that paper and screen stay together."""

    training = models.ForeignKey(
        TrainingClass, on_delete=models.PROTECT, related_name="enrollments", verbose_name="培训班"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="trainings", verbose_name="党员"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="所在党支部"
    )
    number = models.PositiveSmallIntegerField("序号")
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    enrolled_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = TrainingEnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "培训班学员"
        constraints = [
            models.UniqueConstraint(fields=["training", "member"], name="training_member_once"),
            models.UniqueConstraint(fields=["training", "number"], name="training_number_once"),
        ]

    def __str__(self):
        return f"学员 {self.training_id}/{self.number}"


class TrainingMarkQuerySet(ScopedQuerySet):
    organization_lookups = (
        "enrollment__branch",
        "enrollment__member__branch",
        "enrollment__training__organizer",
    )
    member_lookup = "enrollment__member"
    view_permission = Permission.VIEW_STUDY


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TrainingMark(models.Model):
    """Whether one member was there on one half-day, and the minutes that it was worth, stored as they were."""

    class Status(models.TextChoices):
        PRESENT = "present", "到课"
        LATE = "late", "迟到"
        LEAVE = "leave", "请假"
        ABSENT = "absent", "缺席"

    class LeaveType(models.TextChoices):
        PERSONAL = "personal", "事假"
        SICK = "sick", "病假"
        OFFICIAL = "official", "公假"
        OTHER = "other", "其他"

    session = models.ForeignKey(
        TrainingSession, on_delete=models.PROTECT, related_name="marks", verbose_name="半天"
    )
    enrollment = models.ForeignKey(
        TrainingEnrollment, on_delete=models.PROTECT, related_name="marks", verbose_name="学员"
    )
    status = models.CharField("到课情况", max_length=10, choices=Status.choices)
    leave_type = models.CharField("请假类别", max_length=10, choices=LeaveType.choices, blank=True)
    reason = models.CharField("原因", max_length=100, blank=True)
    minutes = models.PositiveSmallIntegerField("学习分钟")
    own_minutes = models.PositiveSmallIntegerField("迟到者本人分钟", null=True, blank=True)

    objects = TrainingMarkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "培训点名"
        constraints = [
            models.UniqueConstraint(fields=["session", "enrollment"], name="training_mark_once"),
            models.CheckConstraint(
                name="training_leave_has_type",
                condition=Q(status="leave") & ~Q(leave_type="") | ~Q(status="leave") & Q(leave_type=""),
            ),
            models.CheckConstraint(
                name="training_absence_has_reason",
                condition=~Q(status__in=["leave", "absent"]) | ~Q(reason="") & Q(minutes=0),
            ),
        ]

    def __str__(self):
        return f"点名 {self.session_id}/{self.enrollment_id}"
