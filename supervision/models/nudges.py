"""党委提醒: what a committee reminded a branch of, once, and that it does not ask again within the week (C2)."""

import datetime

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from activities.models import ActivityKind
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


class BranchReminderQuerySet(ScopedQuerySet):
    """The committees above read them; the branch's own people are asked for with `permitted(user, LOG_GATHERINGS)`."""

    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_SUPERVISION
    edit_permission = Permission.INSPECT


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class BranchReminder(UidModel):
    """One reminder to one branch, about one or several periods; `sender` is the committee in whose name it went out."""

    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="reminders_got", verbose_name="党支部"
    )
    sender = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="reminders_sent", verbose_name="提醒单位"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="提醒人"
    )
    sent_at = models.DateTimeField("提醒时间")
    note = models.CharField("留言", max_length=200, blank=True)

    objects = BranchReminderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党委提醒"
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["branch", "-sent_at"], name="branch_reminder_latest")]

    def __str__(self):
        return f"党委提醒 {self.uid}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RemindedPeriod(models.Model):
    """One period of one kind that a reminder named; `quiet` are the days in which the same is not asked for again.

    The constraint keeps two people who press at once from reminding twice, whatever the code above it does.
    """

    reminder = models.ForeignKey(
        BranchReminder, on_delete=models.PROTECT, related_name="periods", verbose_name="提醒"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    kind = models.CharField("类型", max_length=24, choices=ActivityKind.choices)
    year = models.PositiveSmallIntegerField("年度")
    period = models.PositiveSmallIntegerField("第几个周期")
    quiet = DateRangeField("不重复提醒的日期")

    objects = BranchReminderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党委提醒的事项"
        ordering = ["pk"]
        indexes = [models.Index(fields=["branch", "year"], name="reminded_period_of_branch")]
        constraints = [
            ExclusionConstraint(
                name="reminded_once_a_week",
                expressions=[
                    ("branch", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("year", RangeOperators.EQUAL),
                    ("period", RangeOperators.EQUAL),
                    ("quiet", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="reminded_period_exists",
                condition=models.Q(period__gte=1, period__lte=12, quiet__lower_inf=False),
            ),
        ]

    def __str__(self):
        return f"{self.branch_id} {self.year} {self.kind} {self.period}"

    @property
    def sent_on(self) -> datetime.date:
        return self.quiet.lower
