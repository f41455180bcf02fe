"""报名: what a branch offers for an announced gathering, and who wants to come, in order."""

import datetime

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from activities.models.gatherings import GatheringBranch
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class SignUpOfferQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.LOG_GATHERINGS


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SignUpOffer(models.Model):
    """The branch's offer: how many may come and until when. Its row is the lock that everyone signing up waits for."""

    share = models.OneToOneField(
        GatheringBranch, on_delete=models.CASCADE, related_name="offer", verbose_name="活动"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    capacity = models.PositiveSmallIntegerField("名额", null=True, blank=True)
    closes_at = models.DateTimeField("报名截止", null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="开放人"
    )
    opened_at = models.DateTimeField("开放时间", auto_now_add=True)

    objects = SignUpOfferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动报名设置"
        constraints = [
            models.CheckConstraint(
                name="offer_capacity_positive", condition=Q(capacity__isnull=True) | Q(capacity__gt=0)
            )
        ]

    def __str__(self):
        return f"报名设置 {self.share_id}"

    def closing(self, started_at: datetime.datetime) -> datetime.datetime:
        """Until when one may sign up: never beyond the start, also when the gathering was moved forward."""
        return started_at if self.closes_at is None else min(self.closes_at, started_at)


class SignUpQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    member_lookup = "member"
    view_permission = Permission.VIEW_ROLLS
    edit_permission = Permission.LOG_GATHERINGS

    def going(self):
        return self.filter(state=SignUp.State.GOING)

    def waiting(self):
        """The waiting list in its order."""
        return self.filter(state=SignUp.State.WAITING).order_by("place")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SignUp(UidModel):
    """One member's answer. `place` counts up per gathering: who signs up again after withdrawing stands last."""

    #: How many wait before this one; only where a query said so.
    ahead: int

    class State(models.TextChoices):
        GOING = "going", "已报名"
        WAITING = "waiting", "候补"
        WITHDRAWN = "withdrawn", "已取消"
        ON_LEAVE = "on_leave", "报名后请假"

    share = models.ForeignKey(
        GatheringBranch, on_delete=models.CASCADE, related_name="signups", verbose_name="活动"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="signups", verbose_name="党员")
    state = models.CharField("状态", max_length=10, choices=State.choices)
    place = models.PositiveIntegerField("顺序")
    reason = models.CharField("请假原因", max_length=100, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="操作人"
    )
    signed_at = models.DateTimeField("报名时间")
    moved_up_at = models.DateTimeField("递补时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("取消时间", null=True, blank=True)

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报名"
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["share", "member"], name="signup_member_once"),
            models.UniqueConstraint(fields=["share", "place"], name="signup_place_once"),
            models.CheckConstraint(
                name="signup_withdrawn_iff_dated",
                condition=Q(state__in=["withdrawn", "on_leave"], withdrawn_at__isnull=False)
                | Q(state__in=["going", "waiting"], withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="signup_leave_has_reason", condition=~Q(state="on_leave") | ~Q(reason="")
            ),
        ]

    def __str__(self):
        return f"报名 {self.uid}"
