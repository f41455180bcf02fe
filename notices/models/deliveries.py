"""Who was told what by which channel. An `inapp` row is the inbox itself: inserting it is delivering it."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization
from notices.channels import channel_labels
from notices.models.robots import RobotAddress
from notices.models.slots import ReminderSlot


class DeliveryQuerySet(ScopedQuerySet):
    view_permission = Permission.VIEW_SUPERVISION

    def visible_to(self, user):
        """A person's messages are that person's alone; of others only counts are shown (`notices.queries.receipts`)."""
        return self.filter(recipient_id=user.pk) if user.is_authenticated else self.none()

    editable_by = visible_to

    def inbox(self):
        return self.filter(channel=Delivery.Channel.INAPP)

    def unread(self):
        return self.inbox().filter(read_at__isnull=True)


class Delivery(models.Model):
    """One message to one person by one channel, or to one group's robot; `attempts` is the fencing token of its sender.

    `daily`: waits for the one mail of the day. Whatever goes out as one message ends with the same `provider_id`
    (reliability 6.2).
    """

    class Channel(models.TextChoices):
        """The channels that code names; those of robots are known to `notices.channels` alone."""

        INAPP = "inapp", "站内"
        EMAIL = "email", "电子邮件"

    class Status(models.TextChoices):
        PENDING = "pending", "待发"
        SENDING = "sending", "发送中"
        SENT = "sent", "已送出"
        CANCELLED = "cancelled", "已取消"
        EXPIRED = "expired", "已过期"
        SUPPRESSED = "suppressed", "未发送"
        UNKNOWN = "unknown", "结果不明"
        DEAD = "dead", "未送达"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slot = models.ForeignKey(ReminderSlot, on_delete=models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    robot = models.ForeignKey(
        RobotAddress, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    branch = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField("渠道", max_length=10, choices=channel_labels)
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    daily = models.BooleanField("随每日汇总", default=False)
    next_at = models.DateTimeField("下次发送", null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField("原因", max_length=300, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField("送达时间", null=True, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "送达记录"
        constraints = [
            models.UniqueConstraint(fields=["slot", "recipient", "channel"], name="delivery_once"),
            models.UniqueConstraint(fields=["slot", "robot"], name="delivery_robot_once"),
            models.CheckConstraint(
                name="delivery_to_a_person_or_a_robot",
                condition=Q(recipient__isnull=False, robot__isnull=True)
                | Q(recipient__isnull=True, robot__isnull=False, daily=False),
            ),
            models.CheckConstraint(
                name="delivery_sent_iff_sent_at",
                condition=Q(status="sent", sent_at__isnull=False)
                | (~Q(status="sent") & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="delivery_sending_has_lease",
                condition=~Q(status="sending") | Q(lease_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=Q(status="pending")),
            models.Index(
                fields=["recipient", "next_at"],
                name="delivery_daily",
                condition=Q(status="pending", daily=True),
            ),
            models.Index(
                fields=["robot", "-created_at", "-id"],
                name="delivery_robot",
                condition=Q(robot__isnull=False),
            ),
            models.Index(fields=["lease_until"], name="delivery_leased", condition=Q(status="sending")),
            models.Index(
                fields=["recipient", "-created_at", "-id"],
                name="delivery_inbox",
                condition=Q(channel="inapp"),
            ),
            # For the health page alone: rows of the last hour and day without reading the years before.
            BrinIndex(fields=["created_at"], name="delivery_recent", autosummarize=True),
            models.Index(fields=["created_at"], name="delivery_dead", condition=Q(status="dead")),
        ]

    def __str__(self):
        return f"送达 {self.pk}"
