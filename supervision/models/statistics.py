"""党内统计 that was worked out: by a job for whoever asked, and as it was reported."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


class _OfOrganizationQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.VIEW_STATISTICS
    edit_permission = Permission.VIEW_STATISTICS


class StatisticsReportQuerySet(_OfOrganizationQuerySet):
    def newest_first(self):
        return self.order_by("-as_of", "-pk")

    def in_force(self):
        """The last one of each organisation and day."""
        later = self.model.objects.filter(
            organization=models.OuterRef("organization"),
            as_of=models.OuterRef("as_of"),
            revision__gt=models.OuterRef("revision"),
        )
        return self.filter(~models.Exists(later))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StatisticsReport(UidModel):
    """统计报表: the figures as they were reported, never changed again. A correction is a further revision of the same day.

    `explanation` says why a check did not hold; without one such figures cannot be reported (3.3: 0 or explained).
    """

    organization = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        related_name="statistics_reports",
        verbose_name="填报单位",
    )
    as_of = models.DateField("截止日期")
    revision = models.PositiveSmallIntegerField("版次", default=1)
    figures = models.JSONField("统计数")
    members = models.PositiveIntegerField("党员总数")
    checks_held = models.PositiveSmallIntegerField("校验通过项数")
    checks_failed = models.PositiveSmallIntegerField("校验未通过项数")
    explanation = models.CharField("说明", max_length=500, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="填报人"
    )
    made_at = models.DateTimeField("填报时间", auto_now_add=True)

    objects = StatisticsReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "统计报表"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "as_of", "revision"], name="statistics_report_revision_once"
            ),
            models.CheckConstraint(
                name="statistics_report_explained", condition=Q(checks_failed=0) | ~Q(explanation="")
            ),
            models.CheckConstraint(
                name="statistics_report_half_year_or_year",
                condition=Q(as_of__month=6, as_of__day=30) | Q(as_of__month=12, as_of__day=31),
            ),
        ]

    def __str__(self):
        return f"统计报表 {self.uid}"


class StatisticsRunQuerySet(_OfOrganizationQuerySet):
    def own(self, user):
        """What somebody had worked out is theirs, as long as they may read the organisation's figures."""
        return self.visible_to(user).filter(owner_id=user.pk)

    def for_(self, organization, day):
        return self.filter(organization=organization, as_of=day).order_by("-pk")


class StatisticsRun(UidModel):
    """Figures of a large subtree on a past day, worked out by a job and kept for a day. Numbers only, no names."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="统计人"
    )
    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党组织"
    )
    as_of = models.DateField("截止日期")
    figures = models.JSONField("统计数")
    made_at = models.DateTimeField("统计时间", auto_now_add=True)

    objects = StatisticsRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "统计结果"
        indexes = [
            models.Index(fields=["owner", "organization", "as_of"], name="statistics_run_asked"),
            models.Index(fields=["made_at"], name="statistics_run_made"),
        ]

    def __str__(self):
        return f"统计结果 {self.uid}"
