"""What minutes are made of beside the running text: agenda items, the points of each speaker, resolutions (domain 4.4)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from activities.models.records import ActivityRecord
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class MinutesQuerySet(ScopedQuerySet):
    """Rows that are read with their record: whoever sees that one sees them."""

    organization_lookups = ("branch", "record__cell")
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        return self.filter(record__in=ActivityRecord.objects.visible_to(user))


class _MinutesRow(models.Model):
    record = models.ForeignKey(
        ActivityRecord, on_delete=models.CASCADE, related_name="%(class)s_rows", verbose_name="活动记录"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    position = models.PositiveSmallIntegerField("顺序")

    objects = MinutesQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position"]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AgendaItem(_MinutesRow):
    """议题. An important one is, as a rule, discussed by the branch committee before it comes to the general meeting (Art. 12)."""

    title = models.CharField("议题", max_length=200)
    important = models.BooleanField("重要事项", default=False)
    prior = models.ForeignKey(
        ActivityRecord,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="会前讨论的支部委员会会议",
    )

    class Meta(_MinutesRow.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "议题"
        constraints = [models.UniqueConstraint(fields=["record", "position"], name="agenda_position_once")]

    def __str__(self):
        return f"议题 {self.record_id}/{self.position}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Remark(_MinutesRow):
    """发言要点: what one speaker said, dissent kept as such. The name is a snapshot; observers speak without being members."""

    speaker = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发言人"
    )
    speaker_name = models.CharField("发言人姓名", max_length=60)
    text = models.TextField("发言要点", max_length=3000)
    dissent = models.BooleanField("不同意见", default=False)

    class Meta(_MinutesRow.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "发言要点"
        constraints = [models.UniqueConstraint(fields=["record", "position"], name="remark_position_once")]

    def __str__(self):
        return f"发言 {self.record_id}/{self.position}"


class ResolutionQuerySet(MinutesQuerySet):
    def open(self):
        """Neither done nor dropped; of records that count."""
        return self.filter(closed_on=None).exclude(record__state=ActivityRecord.State.DRAFT)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Resolution(UidModel, _MinutesRow):
    """决议, with who sees to it and by when. It stays open, is carried into later agendas and asked after until it is closed."""

    class Outcome(models.TextChoices):
        DONE = "done", "已落实"
        DROPPED = "dropped", "不再办理"

    text = models.CharField("决议内容", max_length=500)
    owner = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人"
    )
    owner_name = models.CharField("责任人姓名", max_length=60, blank=True)
    due_on = models.DateField("完成时限", null=True, blank=True)
    outcome = models.CharField("办理结果", max_length=10, choices=Outcome.choices, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    closing_note = models.CharField("办理情况", max_length=500, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )

    objects = ResolutionQuerySet.as_manager()

    class Meta(_MinutesRow.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "决议"
        indexes = [
            models.Index(
                fields=["branch", "due_on"], name="resolution_open", condition=Q(closed_on__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["record", "position"], name="resolution_position_once"),
            models.CheckConstraint(
                name="resolution_closed_has_outcome_and_note",
                condition=Q(closed_on__isnull=True, outcome="")
                | (Q(closed_on__isnull=False) & ~Q(outcome="") & ~Q(closing_note="")),
            ),
        ]

    def __str__(self):
        return f"决议 {self.uid}"
