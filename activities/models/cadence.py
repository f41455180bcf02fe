"""应开尽开: what each branch owes in a year as rules, and what it held as one summary row a year."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import models

from activities.models.kinds import ActivityKind
from activities.rules.cadence import MONTHS_IN
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CadenceRule(models.Model):
    """How often one kind is due, from a date on (domain 4.1); the clause is shown wherever the rule is."""

    class Period(models.TextChoices):
        MONTH = "month", "每月"
        QUARTER = "quarter", "每季度"
        YEAR = "year", "每年"

    kind = models.CharField("类型", max_length=24, choices=ActivityKind.choices)
    period = models.CharField("周期", max_length=10, choices=Period.choices)
    minimum = models.PositiveSmallIntegerField("至少次数", default=1)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    clause = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "组织生活频次规则"
        ordering = ["kind", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "effective_from"], name="cadence_rule_version")
        ]

    def __str__(self):
        return f"{self.kind} {self.effective_from}"

    def clean(self):
        # The stored year knows which months had one, not how many: more could never be met.
        months = MONTHS_IN.get(self.period, 1)
        if self.minimum is not None and not 1 <= self.minimum <= months:
            raise ValidationError(
                {"minimum": f"各月按是否召开统计，{self.get_period_display()}的次数应为 1–{months}。"}
            )


class BranchYearQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_RECORDS


class BranchYear(models.Model):
    """One branch's year as twelve-month bit masks (bit 0 is January), recomputed with every change of its records.

    For each kind: `due_` marks the months of the periods in which one is owed, `held_` the months with a counted record,
    `confirmed_` those with a confirmed one. A cell meeting month is held (confirmed) when every cell that owed one in it
    has met (has a confirmed record); `cells_partly` marks months where only some have met. A year's org-life meeting
    and appraisal may be held early in the next one: they stand under the year they belong to (`assessment_year`).
    """

    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="years", verbose_name="党支部"
    )
    year = models.PositiveSmallIntegerField("年度")
    due_theme_day = models.PositiveSmallIntegerField(default=0)
    held_theme_day = models.PositiveSmallIntegerField(default=0)
    confirmed_theme_day = models.PositiveSmallIntegerField(default=0)
    due_general_meeting = models.PositiveSmallIntegerField(default=0)
    held_general_meeting = models.PositiveSmallIntegerField(default=0)
    confirmed_general_meeting = models.PositiveSmallIntegerField(default=0)
    due_committee_meeting = models.PositiveSmallIntegerField(default=0)
    held_committee_meeting = models.PositiveSmallIntegerField(default=0)
    confirmed_committee_meeting = models.PositiveSmallIntegerField(default=0)
    due_cell_meeting = models.PositiveSmallIntegerField(default=0)
    held_cell_meeting = models.PositiveSmallIntegerField(default=0)
    confirmed_cell_meeting = models.PositiveSmallIntegerField(default=0)
    cells_partly = models.PositiveSmallIntegerField(default=0)
    due_party_lecture = models.PositiveSmallIntegerField(default=0)
    held_party_lecture = models.PositiveSmallIntegerField(default=0)
    confirmed_party_lecture = models.PositiveSmallIntegerField(default=0)
    due_org_life_meeting = models.PositiveSmallIntegerField(default=0)
    held_org_life_meeting = models.PositiveSmallIntegerField(default=0)
    confirmed_org_life_meeting = models.PositiveSmallIntegerField(default=0)
    due_appraisal = models.PositiveSmallIntegerField(default=0)
    held_appraisal = models.PositiveSmallIntegerField(default=0)
    confirmed_appraisal = models.PositiveSmallIntegerField(default=0)

    objects = BranchYearQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "支部年度组织生活"
        constraints = [models.UniqueConstraint(fields=["branch", "year"], name="branch_year_once")]
        indexes = [models.Index(fields=["year", "branch"], name="branch_year_by_year")]

    def __str__(self):
        return f"{self.branch_id} {self.year}"

    def masks(self, kind: str) -> tuple[int, int, int]:
        """(due, held, confirmed) month masks of one kind."""
        return tuple(getattr(self, f"{name}_{kind}") for name in ("due", "held", "confirmed"))
