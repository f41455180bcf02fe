"""消息设置: what a person wants by mail. The portal's own inbox has no switch: everything stays there."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet


class OwnRowsQuerySet(ScopedQuerySet):
    """Rows of one person, which nobody else reads or changes."""

    organization_lookups = ()
    view_permission = Permission.VIEW_ORGANIZATION
    owner_lookup = "user"

    def visible_to(self, user):
        return self.filter(**{self.owner_lookup: user.pk}) if user.is_authenticated else self.none()

    editable_by = visible_to


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class MessagePreference(models.Model):
    """One person's wishes; who has no row wants everything. `muted` are keys of `notices.groups`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="message_preference",
        verbose_name="本人",
    )
    email = models.BooleanField("接收电子邮件", default=True)
    daily = models.BooleanField("接收每日汇总", default=True)
    muted = ArrayField(
        models.CharField(max_length=20), verbose_name="不发邮件的种类", default=list, blank=True
    )
    changed_at = models.DateTimeField("修改时间", auto_now=True)

    objects = OwnRowsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息设置"

    def __str__(self):
        return f"消息设置 {self.pk}"


class DailyMailQuerySet(OwnRowsQuerySet):
    owner_lookup = "recipient"


class DailyMail(models.Model):
    """The one mail of a person and day that collects what is not news of a meeting: its row is what makes it one.

    Whoever sends it holds it by a lease and a fencing number of its own, like a delivery; its deliveries end with it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="收件人"
    )
    day = models.DateField("日期")
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)

    objects = DailyMailQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "每日汇总邮件"
        constraints = [models.UniqueConstraint(fields=["recipient", "day"], name="daily_mail_once")]

    def __str__(self):
        return f"每日汇总 {self.pk}"
