"""补课: who was not there gets the material and a deadline, hands in, and the branch accepts or returns it."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from activities.models.gatherings import GatheringBranch
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class MakeUpQuerySet(ScopedQuerySet):
    organization_lookups = ("branch", "share__cell")
    member_lookup = "member"
    view_permission = Permission.LOG_GATHERINGS
    edit_permission = Permission.LOG_GATHERINGS

    def open_for_member(self):
        """What the member still has to do."""
        return self.filter(state__in=MakeUp.MEMBERS_TURN)

    def handed_in(self):
        return self.filter(state=MakeUp.State.HANDED_IN)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class MakeUp(UidModel):
    """One absent member's make-up of one gathering. It hangs on share and member, not on the row of the roll, because a
    roll whose list changes is written anew; accepting it changes that row, and the audit keeps what it said before."""

    class State(models.TextChoices):
        SET = "set", "待补课"
        HANDED_IN = "handed_in", "待审核"
        RETURNED = "returned", "退回补充"
        ACCEPTED = "accepted", "已通过"

    MEMBERS_TURN = (State.SET, State.RETURNED)

    share = models.ForeignKey(
        GatheringBranch, on_delete=models.PROTECT, related_name="make_ups", verbose_name="活动"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="make_ups", verbose_name="党员")
    material = models.CharField("补课内容", max_length=500)
    due_on = models.DateField("完成时限")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.SET)
    note = models.CharField("学习情况", max_length=500, blank=True)
    handed_in_at = models.DateTimeField("提交时间", null=True, blank=True)
    returned_reason = models.CharField("退回意见", max_length=200, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="布置人"
    )
    set_at = models.DateTimeField("布置时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审核人",
    )
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)

    objects = MakeUpQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补课"
        constraints = [
            models.UniqueConstraint(fields=["share", "member"], name="make_up_once"),
            models.CheckConstraint(
                name="make_up_handed_in_at",
                condition=Q(state="set", handed_in_at__isnull=True)
                | (~Q(state="set") & Q(handed_in_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="make_up_decided_by_and_at",
                condition=~Q(state__in=["accepted", "returned"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="make_up_returned_has_reason", condition=~Q(state="returned") | ~Q(returned_reason="")
            ),
        ]
        indexes = [
            models.Index(fields=["branch"], name="make_up_handed_in", condition=Q(state="handed_in")),
            models.Index(
                fields=["member"], name="make_up_member_open", condition=Q(state__in=["set", "returned"])
            ),
        ]

    def __str__(self):
        return f"补课 {self.uid}"
