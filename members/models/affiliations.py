import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models.organizations import PartyOrganization
from members.models.people import Member


class AffiliationQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    member_lookup = "member"
    view_permission = Permission.VIEW_ROSTER
    edit_permission = Permission.EDIT_ROSTER

    def on(self, day):
        return self.filter(period__contains=day)

    def open(self):
        return self.filter(period__upper_inf=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Affiliation(UidModel):
    """组织关系: a member's place in one branch (and cell) over `[from, to)`; one at a time, kept by the database (2019 Reg. Art. 25)."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="affiliations", verbose_name="党员"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="affiliations", verbose_name="党支部"
    )
    cell = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="党小组",
    )
    period = DateRangeField("起止日期")
    reason = models.CharField("原因", max_length=100, blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织关系"
        indexes = [models.Index(fields=["branch", "member"], name="affiliation_branch_member")]
        constraints = [
            ExclusionConstraint(
                name="affiliation_one_at_a_time",
                expressions=[("member", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="affiliation_has_start", condition=models.Q(period__lower_inf=False)),
        ]

    def __str__(self):
        return f"组织关系 {self.uid}"
