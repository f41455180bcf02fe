"""What is true of a member for a while: suspended, away, out of contact; and the contacts kept meanwhile (domain 9.2, 9.3)."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models.people import Member


class _OfMemberQuerySet(ScopedQuerySet):
    """Rows of a member's history go with the member: whoever keeps the card today keeps them."""

    organization_lookups = ("member__branch", "member__cell", "member__left_branch")
    member_lookup: ClassVar[str | None] = "member"
    view_permission = Permission.VIEW_ROSTER
    edit_permission = Permission.EDIT_ROSTER

    def on(self, day):
        return self.filter(period__contains=day)

    def open(self):
        return self.filter(period__upper_inf=True)


class MemberStatusQuerySet(_OfMemberQuerySet):
    pass


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class MemberStatus(UidModel):
    """A status over `[from, to)`; of one kind one at a time. Begun and ended by people only, never by the portal.

    `reason` is a code: of `floating_reason` for FLOATING, `lost_contact_reason` for OUT_OF_CONTACT, `suspension_reason` for
    SUSPENDED. `place` is where a floating member went.
    """

    class Kind(models.TextChoices):
        SUSPENDED = "suspended", "停止党籍"
        FLOATING = "floating", "外出流动"
        OUT_OF_CONTACT = "out_of_contact", "失去联系"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="statuses", verbose_name="党员")
    kind = models.CharField("情形", max_length=16, choices=Kind.choices)
    period = DateRangeField("起止日期")
    reason = models.CharField("原因", max_length=4, blank=True)
    place = models.CharField("流向", max_length=80, blank=True)
    abroad = models.BooleanField("在国（境）外", default=False)
    reference = models.CharField("批准文号", max_length=60, blank=True)

    objects = MemberStatusQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员情形"
        indexes = [models.Index(fields=["member", "kind"], name="status_member_kind")]
        constraints = [
            ExclusionConstraint(
                name="status_one_of_a_kind_at_a_time",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="status_has_start", condition=models.Q(period__lower_inf=False)),
        ]

    def __str__(self):
        return f"{self.kind} {self.uid}"


class VotingRightFactQuerySet(_OfMemberQuerySet):
    # Not the member's own page either: whose rights rest was told by the organisation, not by a screen.
    member_lookup = None
    view_permission = Permission.RUN_VOTES
    edit_permission = Permission.RUN_VOTES


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class VotingRightFact(UidModel):
    """表决权情形: why a member does not vote, or may be left out of the base, over `[from, to)` (domain 5.1, 5.2).

    A code and two days, nothing else: no diagnosis, no penalty, no free text. Seen by those who run votes.
    """

    class Code(models.TextChoices):
        NO_RIGHTS = "no_rights", "期间无表决权、选举权和被选举权"
        RIGHTS_SUSPENDED = "rights_suspended", "期间中止表决权、选举权和被选举权"
        EXCLUSION_1 = "exclusion_1", "可不计入应到会人数（第一种情形）"
        EXCLUSION_2 = "exclusion_2", "可不计入应到会人数（第二种情形）"
        EXCLUSION_3 = "exclusion_3", "可不计入应到会人数（第三种情形）"
        EXCLUSION_4 = "exclusion_4", "可不计入应到会人数（第四种情形）"
        EXCLUSION_5 = "exclusion_5", "可不计入应到会人数（第五种情形）"
        EXCLUSION_6 = "exclusion_6", "可不计入应到会人数（第六种情形）"
        EXCLUSION_7 = "exclusion_7", "可不计入应到会人数（流动党员不能返回）"

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="voting_facts", verbose_name="党员"
    )
    code = models.CharField("情形", max_length=20, choices=Code.choices)
    period = DateRangeField("起止日期")

    objects = VotingRightFactQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表决权情形"
        constraints = [
            ExclusionConstraint(
                name="voting_fact_once_at_a_time",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="voting_fact_has_start", condition=models.Q(period__lower_inf=False)),
        ]

    def __str__(self):
        return f"表决权情形 {self.uid}"


class ContactLogQuerySet(_OfMemberQuerySet):
    pass


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ContactLog(UidModel):
    """联系记录: a contact kept with a member who is away or out of reach; the latest one moves the dates of 9.2 and 9.3."""

    class Method(models.TextChoices):
        PHONE = "phone", "电话"
        MESSAGE = "message", "短信或微信"
        VISIT = "visit", "走访或面谈"
        LETTER = "letter", "信函"
        RELATIVES = "relatives", "经亲属联系"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="contacts", verbose_name="党员")
    on_date = models.DateField("联系日期")
    method = models.CharField("方式", max_length=12, choices=Method.choices)
    reached = models.BooleanField("联系上本人", default=True)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = ContactLogQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联系记录"
        indexes = [models.Index(fields=["member", "-on_date"], name="contact_member_day")]

    def __str__(self):
        return f"联系记录 {self.uid}"
