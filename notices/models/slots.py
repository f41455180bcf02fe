"""What is due to be told: one row per rule, subject and due key, written in the transaction of the business change."""

from django.db import models
from django.db.models import Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization
from notices.models.rules import ReminderRule


class ReminderSlotQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.VIEW_SUPERVISION

    def open(self):
        return self.filter(state=ReminderSlot.State.OPEN)

    def editable_by(self, user):
        """Those whose business row the user keeps: who may log gatherings of the branch, or runs the committee itself.

        Nobody changes them; their keeper sees what failed, by name, and may have it sent again.
        """
        own = self._in_scope(user, Permission.MANAGE_ORGANIZATIONS)
        above = Q(
            organization__kind__in=(PartyOrganization.Kind.COMMITTEE, PartyOrganization.Kind.GENERAL_BRANCH)
        )
        return self.filter(self._in_scope(user, Permission.LOG_GATHERINGS) | (own & above))


class ReminderSlot(UidModel):
    """A reminder with its moment. `audience` says who, resolved to people only when the moment has come (G6).

    `subject` names the business row ("activities.gathering:<uid>"); moving or cancelling it cancels its open slots by
    that name. `audience` is {"kind": …, …} as understood by `notices.audiences`.
    """

    class State(models.TextChoices):
        OPEN = "open", "待发"
        TOLD = "told", "已生成"
        CANCELLED = "cancelled", "已取消"
        EXPIRED = "expired", "已过期"
        OFF = "off", "已停用"

    rule = models.ForeignKey(
        ReminderRule, on_delete=models.PROTECT, related_name="slots", verbose_name="提醒规则"
    )
    subject = models.CharField(max_length=120)
    due_key = models.CharField(max_length=80)
    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="reminder_slots", verbose_name="党组织"
    )
    #: The moment that the rule's times count from; None for what was written before it was kept.
    anchor = models.DateTimeField("基准时间", null=True, blank=True)
    due_at = models.DateTimeField("应发时间")
    not_after = models.DateTimeField("过时不发")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    audience = models.JSONField("对象")
    title = models.CharField("标题", max_length=120)
    body = models.CharField("内容", max_length=500, blank=True)
    link = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReminderSlotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject", "due_key"], name="slot_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="slot_due", condition=Q(state="open")),
            models.Index(fields=["subject", "not_after"], name="slot_subject_until"),
        ]

    def __str__(self):
        return f"提醒 {self.uid}"
