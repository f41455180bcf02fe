"""The ledger of study hours. Rows are added, never changed in what they say: a correction is a reversal and a new row."""

import pghistory
from django.db import models
from django.db.models import Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from learning.models.rules import StudyCategory, StudyRule
from members.models import Member, PartyOrganization


class StudyCreditQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    member_lookup = "member"
    view_permission = Permission.VIEW_STUDY

    def standing(self):
        """Credits that still stand: neither reversed nor reversals."""
        return self.filter(reversal__isnull=True, reverses__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StudyCredit(UidModel):
    """Minutes of one member on one day from one source, and the hours they made under the rule then in force.

    `source` names the row that earned it ("activities.record:<uid>"); `revision` counts the corrections of that source for
    that member and day, so the same source can never count twice. A training of several days is a row a day, so that New
    Year divides it. A reversal carries the negated minutes and hours.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "待确认"
        CONFIRMED = "confirmed", "已确认"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="credits", verbose_name="党员")
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    on_date = models.DateField("日期")
    year = models.PositiveSmallIntegerField("年度")
    category = models.CharField("类别", max_length=30, choices=StudyCategory.choices)
    title = models.CharField("内容", max_length=120)
    minutes = models.IntegerField("分钟")
    hours = models.DecimalField("学时", max_digits=6, decimal_places=2)
    rule = models.ForeignKey(StudyRule, on_delete=models.PROTECT, related_name="+", verbose_name="规则")
    source = models.CharField(max_length=120)
    source_url = models.CharField(max_length=200, blank=True)
    revision = models.PositiveSmallIntegerField("版次", default=1)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal"
    )
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.PENDING)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StudyCreditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学时记录"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "member", "category", "on_date", "revision"],
                name="credit_once_per_source",
                condition=Q(reverses__isnull=True),
            ),
            models.CheckConstraint(
                name="credit_sign",
                condition=Q(reverses__isnull=True, minutes__gte=0)
                | Q(reverses__isnull=False, minutes__lte=0),
            ),
        ]
        indexes = [
            models.Index(fields=["member", "year", "on_date", "id"], name="credit_member_year"),
            models.Index(fields=["source"], name="credit_source"),
            # Few rows, asked of everybody: who attended a central training.
            models.Index(
                fields=["year", "member"], name="credit_training", condition=Q(category="central_training")
            ),
        ]

    def __str__(self):
        return f"学时 {self.uid}"
