"""签到: the printed sheet as it was, and the optional rotating code with who used it. Neither decides the roll."""

import pghistory
from django.conf import settings
from django.db import models

from activities.models.gatherings import GatheringBranch
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class SignInQuerySet(ScopedQuerySet):
    organization_lookups = ("branch", "share__cell")
    view_permission = Permission.LOG_GATHERINGS
    edit_permission = Permission.LOG_GATHERINGS


class _ShareRow(models.Model):
    """What hangs on one branch's share of a gathering."""

    share = models.ForeignKey(
        GatheringBranch, on_delete=models.PROTECT, related_name="%(class)s_rows", verbose_name="活动"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )

    objects = SignInQuerySet.as_manager()

    class Meta:
        abstract = True


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RollSheet(UidModel, _ShareRow):
    """A list that was printed: `rows` are [member uid, name] in the order of the paper, `code` stands on it.

    The numbers that come back from the paper are read with this list, whatever the roster says by then.
    """

    code = models.CharField("签到表编号", max_length=8)
    rows = models.JSONField("名单")
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="打印人"
    )
    printed_at = models.DateTimeField("打印时间")

    class Meta(_ShareRow.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "签到表"
        constraints = [
            models.UniqueConstraint(fields=["share", "code"], name="roll_sheet_once"),
        ]
        indexes = [models.Index(fields=["branch", "code"], name="roll_sheet_code")]

    def __str__(self):
        return f"签到表 {self.uid}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SignInOpening(UidModel, _ShareRow):
    """Sign-in by code is open for one gathering. The codes follow from its uid, the hour and the server's key; none is stored."""

    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="开启人"
    )
    opened_at = models.DateTimeField("开启时间")
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta(_ShareRow.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "扫码签到"
        constraints = [models.UniqueConstraint(fields=["share"], name="sign_in_opening_once")]

    def __str__(self):
        return f"扫码签到 {self.uid}"


class OwnSignInQuerySet(SignInQuerySet):
    member_lookup = "member"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SignIn(_ShareRow):
    """Somebody on the list signed in, by the server's clock. No place, no picture, no device."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="sign_ins", verbose_name="党员")
    signed_at = models.DateTimeField("签到时间")

    objects = OwnSignInQuerySet.as_manager()

    class Meta(_ShareRow.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "签到"
        ordering = ["signed_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["share", "member"], name="sign_in_once")]

    def __str__(self):
        return f"签到 {self.pk}"
