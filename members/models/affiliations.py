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
    organization_lookups = ("branch", "cell")
    member_lookup = "member"
    view_permission = Permission.VIEW_ROSTER
    edit_permission = Permission.EDIT_ROSTER

    def on(self, day):
        return self.filter(period__contains=day)

    def open(self):
        return self.filter(period__upper_inf=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Affiliation(UidModel):
    """组织关系: a member's place in one branch (and cell) over `[from, to)`; one at a time, kept by the database (2019 Reg. Art. 25).

    `gain` and `loss` say how it began and ended, in the words of the yearly change table (3.3).
    """

    class Gain(models.TextChoices):
        INITIAL = "initial", "建立名册"
        ADMITTED = "admitted", "发展党员"
        RESTORED = "restored", "恢复党籍"
        TRANSFERRED_IN = "transferred_in", "转入组织关系"
        MOVED = "moved", "支部间调整"
        WHOLE_UNIT = "whole_unit", "整建制转入"
        OTHER = "other", "其他原因增加"

    class Loss(models.TextChoices):
        MOVED = "moved", "支部间调整"
        WHOLE_UNIT = "whole_unit", "整建制转出"
        TRANSFERRED_OUT = "transferred_out", "转出组织关系"
        EXITED = "exited", "出党"
        DECEASED = "deceased", "死亡"
        OTHER = "other", "其他原因减少"

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
    gain = models.CharField("增加方式", max_length=16, choices=Gain.choices, default=Gain.INITIAL)
    loss = models.CharField("减少方式", max_length=16, choices=Loss.choices, blank=True)
    exit_type = models.CharField("出党方式", max_length=4, blank=True)
    reason = models.CharField("原因", max_length=100, blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织关系"
        indexes = [
            models.Index(fields=["branch", "member"], name="affiliation_branch_member"),
            # Whom a branch once had: row-level security asks it in many statements (`members.row_security`).
            models.Index(
                fields=["branch"], include=["member"], condition=~models.Q(loss=""), name="affiliation_ended"
            ),
        ]
        constraints = [
            ExclusionConstraint(
                name="affiliation_one_at_a_time",
                expressions=[("member", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="affiliation_has_start", condition=models.Q(period__lower_inf=False)),
            # Nobody leaves for no reason, and nobody who is here has left (3.3).
            models.CheckConstraint(
                name="affiliation_ended_has_loss",
                condition=models.Q(period__upper_inf=True, loss="")
                | (models.Q(period__upper_inf=False) & ~models.Q(loss="")),
            ),
        ]

    def __str__(self):
        return f"组织关系 {self.uid}"
