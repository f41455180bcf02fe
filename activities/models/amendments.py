"""更正: what is put right in a record after its confirmation, the old text kept beside the new one (domain 4.5)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from activities.models.minutes import MinutesQuerySet
from activities.models.records import ActivityRecord
from activities.rules.amendments import FIELDS
from branch_portal.models import UidModel
from members.models import PartyOrganization


class AmendmentQuerySet(MinutesQuerySet):
    """Read and written with the record that it belongs to."""

    def signed(self):
        return self.filter(state=Amendment.State.SIGNED)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Amendment(UidModel):
    """One text of one record: proposed by who keeps the record, in force once who confirms has signed it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待签署"
        SIGNED = "signed", "已签署"
        WITHDRAWN = "withdrawn", "已撤回"

    record = models.ForeignKey(
        ActivityRecord, on_delete=models.PROTECT, related_name="amendments", verbose_name="活动记录"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    number = models.PositiveSmallIntegerField("序号")
    field = models.CharField(
        "更正内容", max_length=20, choices=[(field.key, field.label) for field in FIELDS.values()]
    )
    old_text = models.TextField("原文", max_length=20000, blank=True)
    new_text = models.TextField("更正为", max_length=20000, blank=True)
    reason = models.CharField("更正原因", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    proposed_at = models.DateTimeField("提出时间")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="签署人",
    )
    signed_at = models.DateTimeField("签署时间", null=True, blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="amendment_number_once"),
            models.UniqueConstraint(
                fields=["record", "field"], name="amendment_one_open_a_field", condition=Q(state="proposed")
            ),
            models.CheckConstraint(
                name="amendment_signed_iff_by_and_at",
                condition=Q(state="signed", signed_by__isnull=False, signed_at__isnull=False)
                | (~Q(state="signed") & Q(signed_by__isnull=True, signed_at__isnull=True)),
            ),
            models.CheckConstraint(name="amendment_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="amendment_changes_something", condition=~Q(old_text=F("new_text"))),
        ]

    def __str__(self):
        return f"更正 {self.record_id}/{self.number}"
