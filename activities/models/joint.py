"""共建: a host branch asks other branches to take part; who accepts gets a share of its own."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from activities.models.gatherings import Gathering, GatheringBranch
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization


class InvitationQuerySet(ScopedQuerySet):
    # Both sides know of it; what each of them may do with it, the pages ask.
    organization_lookups = ("branch", "gathering__host")
    view_permission = Permission.LOG_GATHERINGS
    edit_permission = Permission.LOG_GATHERINGS

    def pending(self):
        return self.filter(state=Invitation.State.PENDING)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Invitation(UidModel):
    """One invited branch. `share` is its own part of the gathering once it has accepted.

    The invited branch reads theme, time and place from the gathering; the host reads nothing of the guest but the answer
    and the counts of its roll.
    """

    class State(models.TextChoices):
        PENDING = "pending", "待答复"
        ACCEPTED = "accepted", "已接受"
        DECLINED = "declined", "未参加"
        WITHDRAWN = "withdrawn", "已撤回"

    gathering = models.ForeignKey(
        Gathering, on_delete=models.CASCADE, related_name="invitations", verbose_name="活动"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="invitations", verbose_name="受邀党支部"
    )
    kind = models.CharField("类型", max_length=24)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    share = models.OneToOneField(
        GatheringBranch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitation",
        verbose_name="参加情况",
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="邀请人"
    )
    invited_at = models.DateTimeField("邀请时间")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    reply = models.CharField("答复说明", max_length=100, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "共建邀请"
        constraints = [
            models.UniqueConstraint(fields=["gathering", "branch"], name="invitation_branch_once"),
            models.CheckConstraint(
                name="invitation_share_iff_accepted",
                condition=Q(state="accepted", share__isnull=False)
                | (~Q(state="accepted") & Q(share__isnull=True)),
            ),
            models.CheckConstraint(
                name="invitation_answered_iff_dated",
                condition=Q(state__in=["accepted", "declined"], answered_at__isnull=False)
                | Q(state__in=["pending", "withdrawn"], answered_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["branch", "state"], name="invitation_branch_state")]

    def __str__(self):
        return f"共建邀请 {self.uid}"
