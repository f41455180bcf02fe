"""群机器人: the address of a chat group's robot, which says there what may leave the portal."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from branch_portal.crypto import BlindIndexField, EncryptedTextField
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization
from notices.channels import robot_labels

TAIL = 4


class RobotAddressQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = edit_permission = Permission.MANAGE_ROBOTS

    def on(self):
        return self.filter(enabled=True)

    def without_secrets(self):
        """For pages: what is sealed is not even read."""
        return self.defer("url", "secret")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RobotAddress(UidModel):
    """One robot of one group. Whoever knows its address can write there, so address and secret are sealed and never shown.

    Its address is never changed: another one is another row, and this one is switched off. `rule_keys` are the reminders
    that it says; none named means all.
    """

    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="robots", verbose_name="党组织"
    )
    kind = models.CharField("类型", max_length=10, choices=robot_labels)
    name = models.CharField("名称", max_length=40)
    url = EncryptedTextField("地址", column_label="robot.url")
    url_index = BlindIndexField(source="url")
    url_tail = models.CharField("地址尾号", max_length=TAIL)
    secret = EncryptedTextField("加签密钥", blank=True, column_label="robot.secret")
    rule_keys = ArrayField(models.CharField(max_length=60), verbose_name="提醒种类", default=list, blank=True)
    enabled = models.BooleanField("启用", default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="添加人"
    )
    created_at = models.DateTimeField("添加时间", auto_now_add=True)

    objects = RobotAddressQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "群机器人"
        ordering = ["-enabled", "-created_at", "-pk"]
        constraints = [
            # The same group twice would be told twice.
            models.UniqueConstraint(
                fields=["organization", "url_index"],
                name="robot_one_on_each_address",
                condition=Q(enabled=True),
            ),
        ]

    def __str__(self):
        return f"群机器人 {self.uid}"


class RobotBucket(models.Model):
    """How much the robot may say right now: a bucket of tokens that fills up again, and a pause after a failure.

    Not tracked: it is a brake, not something that anybody decided.
    """

    robot = models.OneToOneField(
        RobotAddress, on_delete=models.CASCADE, primary_key=True, related_name="bucket"
    )
    tokens = models.FloatField()
    filled_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "群机器人发送频率"

    def __str__(self):
        return f"发送频率 {self.robot_id}"
