"""记录质量: what the private checks found of a record, one row each, so that a committee's page reads no minutes (domain 12)."""

from django.db import models
from django.db.models import Q

from activities.models.records import ActivityRecord
from activities.rules.quality import MARK_BITS, RESOLUTIONS, Quality
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization

_ALL_MARKS = sum(MARK_BITS.values())


class RecordQualityQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_SUPERVISION

    @staticmethod
    def remark_lookups(day) -> dict[str, Q]:
        """Which rows have a remark of each kind on the day; only by columns of the index."""
        return {
            code: Q(marks__in=[marks for marks in range(_ALL_MARKS + 1) if marks & bit])
            for code, bit in MARK_BITS.items()
        } | {RESOLUTIONS: Q(late_since__lte=day)}

    @staticmethod
    def any_remark(day) -> Q:
        """A remark of R1 to R5."""
        return Q(marks__gt=0) | Q(late_since__lte=day)


class RecordQuality(models.Model):
    """Of a counted record; written by the action that changed what it was found from, never by hand.

    Lists are kept as text, one thing a line; `counted_since` is the moment of the first signature.
    """

    record = models.OneToOneField(
        ActivityRecord, on_delete=models.CASCADE, related_name="quality", verbose_name="活动记录"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    year = models.PositiveSmallIntegerField("年度")
    counted_since = models.DateTimeField("首次提交时间")
    required = models.PositiveSmallIntegerField("应填项目")
    missing = models.CharField("缺少的项目", max_length=200, blank=True)
    absences = models.PositiveSmallIntegerField("缺席人数", default=0)
    unexplained = models.TextField("没有原因的行", blank=True)
    days_late = models.PositiveIntegerField("记录晚了多少天", default=0)
    sums = models.TextField("对不上的数字", blank=True)
    late_since = models.DateField("决议从哪天起逾期", null=True, blank=True)
    # One bit for each of R1 to R4, so that a committee's page counts half a million rows from the index alone.
    marks = models.PositiveSmallIntegerField("提示", default=0)

    objects = RecordQualityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "记录质量"
        indexes = [
            models.Index(fields=["year", "branch", "marks", "late_since"], name="record_quality_counts")
        ]
        constraints = [
            models.CheckConstraint(name="record_quality_asks_something", condition=Q(required__gte=1)),
            models.CheckConstraint(name="record_quality_marks_known", condition=Q(marks__lte=_ALL_MARKS)),
        ]

    def __str__(self):
        return f"记录质量 {self.record_id}"

    @property
    def found(self) -> Quality:
        """As the rules speak of it."""
        return Quality(
            required=self.required,
            missing=tuple(self.missing.split()),
            absences=self.absences,
            unexplained=tuple(int(number) for number in self.unexplained.split()),
            days_late=self.days_late,
            sums=tuple(line for line in self.sums.split("\n") if line),
            late_since=self.late_since,
        )
