import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Affiliation, Member, MemberStatus, PartyOrganization


class MemberYearQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    member_lookup = "member"
    view_permission = Permission.VIEW_STUDY

    @staticmethod
    def reached_lookup() -> Q:
        """Hours and, where they are owed, central trainings."""
        return Q(hours__gte=F("required_hours"), central_trainings__gte=F("required_trainings"))

    def still_there(self, year: int):
        """Years of who belongs to the branch at the year's end (in the running one: has not left), as `BranchStudyYear` counts."""
        last = datetime.date(year, 12, 31)
        own = {"member": OuterRef("member")}
        stopped = MemberStatus.objects.on(last).filter(kind=MemberStatus.Kind.SUSPENDED, **own)
        there = Affiliation.objects.on(last).filter(branch=OuterRef("branch"), **own)
        return self.filter(Exists(there), ~Exists(stopped), year=year)


class MemberYear(models.Model):
    """A member's study year in one row, recomputed from the ledger in the transaction that changed it.

    `hours` counts confirmed and pending credits after annual caps; `pending_hours` is the part still 待确认.
    `month_hours` has twelve numbers; `category_hours` maps category to hours before caps. `central_trainings` counts
    confirmed trainings, however many days each lasted.
    """

    # No index for the keys alone: the two below begin with them, and each more is a quarter of what a rebuild writes.
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="years", db_index=False, verbose_name="党员"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name="党支部"
    )
    year = models.PositiveSmallIntegerField("年度")
    is_officer = models.BooleanField("书记或委员", default=False)
    required_hours = models.DecimalField("应完成", max_digits=5, decimal_places=2)
    hours = models.DecimalField("已完成", max_digits=6, decimal_places=2, default=0)
    pending_hours = models.DecimalField("其中待确认", max_digits=6, decimal_places=2, default=0)
    minutes = models.IntegerField("分钟", default=0)
    month_hours = models.JSONField("各月学时", default=list)
    category_hours = models.JSONField("各类学时", default=dict)
    central_trainings = models.PositiveSmallIntegerField("集中培训次数", default=0)
    required_trainings = models.PositiveSmallIntegerField("应参加集中培训次数", default=0)

    objects = MemberYearQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员年度学时"
        constraints = [models.UniqueConstraint(fields=["member", "year"], name="member_year_once")]
        indexes = [models.Index(fields=["branch", "year"], name="member_year_branch")]

    def __str__(self):
        return f"{self.member_id} {self.year}"

    @property
    def missing_hours(self):
        return max(self.required_hours - self.hours, 0)
