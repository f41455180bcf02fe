"""How far a branch's members have come in a year, in one row: what a committee reads of ten thousand branches at once."""

from django.db import models
from django.db.models import F, Q

from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


class BranchStudyYearQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_STUDY


class BranchStudyYear(models.Model):
    """The members who belong to the branch at the end of the year (while it runs: now), counted by what they owe.

    Recomputed from their `MemberYear` rows by the action that changed one of them, a post or an affiliation. A branch
    without a row is counted when asked (`learning.queries.branch_years`), so a missing row is slow and never wrong.

    `officers` owe the hours of secretaries and committee members, `ordinary` the others'. `*_reached` have reached them,
    pending credits included; `waiting` of these only with credits that are still 待确认. `without_hours`: no credit at all.
    """

    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="study_years", verbose_name="党支部"
    )
    year = models.PositiveSmallIntegerField("年度")
    ordinary = models.PositiveIntegerField("其他党员", default=0)
    ordinary_reached = models.PositiveIntegerField("其他党员达标", default=0)
    officers = models.PositiveIntegerField("书记和委员", default=0)
    officers_reached = models.PositiveIntegerField("书记和委员达标", default=0)
    waiting = models.PositiveIntegerField("达标待确认", default=0)
    without_hours = models.PositiveIntegerField("尚无学时", default=0)
    minutes = models.BigIntegerField("分钟", default=0)
    pending_hours = models.DecimalField("待确认学时", max_digits=9, decimal_places=2, default=0)

    objects = BranchStudyYearQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "支部年度学时"
        constraints = [
            models.UniqueConstraint(fields=["year", "branch"], name="branch_study_year_once"),
            models.CheckConstraint(
                name="branch_study_year_parts_fit",
                condition=Q(ordinary_reached__lte=F("ordinary"))
                & Q(officers_reached__lte=F("officers"))
                & Q(waiting__lte=F("ordinary_reached") + F("officers_reached"))
                & Q(without_hours__lte=F("ordinary") + F("officers")),
            ),
        ]

    def __str__(self):
        return f"{self.branch_id} {self.year}"
