"""组织关系转接: the letter between two branches, from the request to the return slip (domain 9.1)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models.organizations import PartyOrganization
from members.models.people import Member


class AffiliationTransferQuerySet(ScopedQuerySet):
    """Seen by both sides: the branch that the member leaves, the one that is to receive, and the committees above."""

    organization_lookups = ("from_branch", "to_branch")
    member_lookup = "member"
    view_permission = Permission.VIEW_ROSTER
    edit_permission = Permission.EDIT_ROSTER

    def open(self):
        return self.filter(state__in=AffiliationTransfer.OPEN_STATES)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AffiliationTransfer(UidModel):
    """组织关系转接: the member counts in the old branch until it is accepted; at most one open per member.

    `to_branch` is a branch of this portal, or null with `to_name` for an organisation outside of it.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", "已申请"
        ISSUED = "issued", "介绍信已开出"
        ACCEPTED = "accepted", "已接收"
        RETURNED = "returned", "已退回"
        WITHDRAWN = "withdrawn", "已撤回"
        EXPIRED = "expired", "已过期"

    OPEN_STATES = ("requested", "issued")

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="transfers", verbose_name="党员"
    )
    from_branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="转出党支部"
    )
    to_branch = models.ForeignKey(
        PartyOrganization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="转入党支部",
    )
    to_name = models.CharField("转往党组织全称", max_length=120, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.REQUESTED)
    reason = models.CharField("转接原因", max_length=4, blank=True)
    requested_on = models.DateField("申请日期")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    dues_paid_until = models.DateField("党费交至", null=True, blank=True)
    letter_no = models.CharField("介绍信编号", max_length=40, blank=True)
    issued_on = models.DateField("开出日期", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_on = models.DateField("接收或退回日期", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closing_note = models.CharField("退回或撤回原因", max_length=100, blank=True)

    objects = AffiliationTransferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织关系转接"
        constraints = [
            models.UniqueConstraint(
                name="transfer_one_open_per_member",
                fields=["member"],
                condition=Q(state__in=["requested", "issued"]),
            ),
            models.CheckConstraint(
                name="transfer_goes_somewhere_else",
                condition=(Q(to_branch__isnull=False, to_name="") & ~Q(to_branch=F("from_branch")))
                | (Q(to_branch__isnull=True) & ~Q(to_name="")),
            ),
            models.CheckConstraint(
                name="transfer_issued_has_letter",
                condition=Q(state__in=["requested", "withdrawn", "returned"])
                | (Q(issued_on__isnull=False, valid_until__isnull=False) & ~Q(letter_no="")),
            ),
            models.CheckConstraint(
                name="transfer_closed_iff_dated",
                condition=Q(state__in=["requested", "issued"], closed_on__isnull=True)
                | (~Q(state__in=["requested", "issued"]) & Q(closed_on__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"组织关系转接 {self.uid}"
