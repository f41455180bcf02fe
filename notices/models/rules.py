import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models

from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ReminderRule(models.Model):
    """One kind of reminder as data: whether it is on, how long before the anchor it fires, by which outside channels.

    What it says, to whom and until when is code, registered under the same key (`notices.reminder_table`), as is what
    the row says at first. `changed_at`: since when it has these times.
    """

    key = models.CharField("键", max_length=60, unique=True)
    name = models.CharField("名称", max_length=60)
    clause = models.CharField("依据", max_length=120, blank=True)
    enabled = models.BooleanField("启用", default=True)
    offsets_minutes = ArrayField(
        models.IntegerField(), verbose_name="提前量（分钟）", default=list, blank=True
    )
    offsets_months = ArrayField(models.IntegerField(), verbose_name="提前量（月）", default=list, blank=True)
    email = models.BooleanField("同时发电子邮件", default=True)
    urgent = models.BooleanField("不避开夜间", default=False)
    changed_at = models.DateTimeField("时间改于", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "提醒规则"
        ordering = ["key"]

    def __str__(self):
        return self.name


class ReminderRuleOverrideQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.VIEW_SUPERVISION
    edit_permission = Permission.MANAGE_ORGANIZATIONS


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ReminderRuleOverride(models.Model):
    """A committee's own times of a rule, for everything below it; the nearest one above an organisation counts.

    `inherits`: it follows the organisations above again. The row stays, because `changed_at` says since when.
    """

    rule = models.ForeignKey(
        ReminderRule, on_delete=models.CASCADE, related_name="overrides", verbose_name="提醒规则"
    )
    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.CASCADE, related_name="+", verbose_name="党组织"
    )
    inherits = models.BooleanField("沿用上级设置", default=False)
    enabled = models.BooleanField("启用", default=True)
    offsets_minutes = ArrayField(
        models.IntegerField(), verbose_name="提前量（分钟）", default=list, blank=True
    )
    offsets_months = ArrayField(models.IntegerField(), verbose_name="提前量（月）", default=list, blank=True)
    changed_at = models.DateTimeField("时间改于")

    objects = ReminderRuleOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党组织的提醒设置"
        constraints = [
            models.UniqueConstraint(fields=["rule", "organization"], name="rule_override_once"),
        ]

    def __str__(self):
        return f"{self.rule_id} {self.organization_id}"
