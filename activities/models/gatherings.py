"""活动: when, where and under which theme people came together, and each branch's own share of it."""

import pghistory
from django.db import models
from django.db.models import F, Q

from activities.models.kinds import ActivityKind
from activities.models.redbases import RedBase
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class GatheringQuerySet(ScopedQuerySet):
    organization_lookups = ("host",)
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.LOG_GATHERINGS

    def _in_scope(self, user, permission: Permission) -> Q:
        """The host's, and those of a cell in reach; asked apart, because a join would repeat one for each of its shares."""
        condition = super()._in_scope(user, permission)
        if not condition:
            return condition
        of_cells = GatheringBranch.objects.permitted(user, permission).exclude(cell=None)
        return condition | Q(pk__in=of_cells.values("gathering"))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Gathering(UidModel):
    """Time, place and theme; what each branch does with it is a `GatheringBranch` (one, unless the gathering is joint)."""

    class State(models.TextChoices):
        PLANNED = "planned", "计划"
        ANNOUNCED = "announced", "已通知"
        HELD = "held", "已召开"
        POSTPONED = "postponed", "延期"
        CANCELLED = "cancelled", "取消"

    host = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="gatherings", verbose_name="主办组织"
    )
    theme = models.CharField("主题", max_length=120)
    on_date = models.DateField("日期")
    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间")
    place = models.CharField("地点", max_length=80)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.PLANNED)
    state_reason = models.CharField("延期或取消的原因", max_length=200, blank=True)
    note = models.CharField("准备事项", max_length=300, blank=True)
    # Set by the first notice and never taken back: what members were told of stays visible to them, whatever became of it.
    announced_at = models.DateTimeField("通知时间", null=True, blank=True, editable=False)
    red_base = models.ForeignKey(
        RedBase,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="gatherings",
        verbose_name="红色教育基地",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = GatheringQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动"
        ordering = ["-on_date", "-pk"]
        indexes = [
            models.Index(fields=["host", "-on_date", "-id"], name="gathering_host_date"),
            # The list of a whole committee has no single host to begin with.
            models.Index(fields=["-on_date", "-id"], name="gathering_recent"),
        ]
        constraints = [
            models.CheckConstraint(
                name="gathering_ends_after_start", condition=Q(ended_at__gt=F("started_at"))
            ),
            models.CheckConstraint(
                name="gathering_change_has_reason",
                condition=~Q(state__in=["postponed", "cancelled"]) | ~Q(state_reason=""),
            ),
        ]

    def __str__(self):
        return f"活动 {self.uid}"

    @property
    def minutes(self) -> int:
        return int((self.ended_at - self.started_at).total_seconds() // 60)


class GatheringBranchQuerySet(ScopedQuerySet):
    organization_lookups = ("branch", "cell")
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        """Plans are the officers' until they are announced; what came out is every member's, but for committee meetings:
        their records are not for everybody, and their themes say whom they were about."""
        came_out = Q(gathering__state__in=(Gathering.State.ANNOUNCED, Gathering.State.HELD)) | Q(
            gathering__announced_at__isnull=False
        )
        committee = ActivityKind.COMMITTEE_MEETING
        of_committee = Q(records__kind=committee) | Q(records__held_as="committee")
        return self.filter(
            self._in_scope(user, Permission.VIEW_ROLLS)
            | (self._in_scope(user, self.view_permission) & came_out & ~of_committee)
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class GatheringBranch(UidModel):
    """One branch's share of a gathering: its chair, recorder, roll and records; another branch's people are never shown.

    `expected`, `present` and the other counts are stored when the roll is saved and never recomputed from the roster.
    """

    gathering = models.ForeignKey(
        Gathering, on_delete=models.PROTECT, related_name="shares", verbose_name="活动"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="shares", verbose_name="党支部"
    )
    cell = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cell_shares",
        verbose_name="党小组",
    )
    chair = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主持人"
    )
    recorder = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="记录人"
    )
    observers = models.CharField("列席", max_length=200, blank=True)
    expected_count = models.PositiveSmallIntegerField("应到", default=0)
    present_count = models.PositiveSmallIntegerField("实到", default=0)
    leave_count = models.PositiveSmallIntegerField("请假", default=0)
    absent_count = models.PositiveSmallIntegerField("缺席", default=0)
    roll_saved_at = models.DateTimeField("到会情况保存时间", null=True, blank=True)

    objects = GatheringBranchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "支部参加情况"
        constraints = [
            models.UniqueConstraint(
                fields=["gathering", "branch", "cell"], name="share_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="share_counts_close",
                condition=Q(expected_count=F("present_count") + F("leave_count") + F("absent_count")),
            ),
        ]

    def __str__(self):
        return f"参加 {self.uid}"
