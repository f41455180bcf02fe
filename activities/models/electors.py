"""Who was counted at one ballot, and who stood in one election."""

import pghistory
from django.db import models
from django.db.models import Q

from activities.models.votes import Ballot
from activities.rules import voters
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class ElectorQuerySet(ScopedQuerySet):
    """Like the facts on voting rights: for who runs votes, nobody else, not the member either."""

    organization_lookups = ("branch",)
    member_lookup = None
    view_permission = Permission.RUN_VOTES
    edit_permission = Permission.RUN_VOTES


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Elector(models.Model):
    """One member of the day's roll at one ballot: right, exclusion with both consents, presence, written opinion.

    `present` says whether the member was counted as present at this ballot, `roll_status` what the roll said when it was
    read. How anybody voted is not stored.
    """

    REASONS = list(voters.EXCLUSION_REASONS.items())
    NO_RIGHT = list(voters.WHY_NO_RIGHT.items())
    OPINIONS = list(voters.OPINION_LABELS.items())

    class Duty(models.TextChoices):
        SCRUTINEER = "scrutineer", "监票人"
        TELLER = "teller", "计票人"

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="electors", verbose_name="表决")
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="党员")
    row_number = models.PositiveSmallIntegerField("序号")
    name = models.CharField("姓名", max_length=60)
    roll_status = models.CharField("到会情况", max_length=10)
    why_no_right = models.CharField("无表决权的情形", max_length=20, choices=NO_RIGHT, blank=True)
    present = models.BooleanField("参加表决", default=False)
    left_early = models.BooleanField("未参加本项表决", default=False)
    exclusion_reason = models.CharField("不计入的情形", max_length=20, choices=REASONS, blank=True)
    superior_agreed_on = models.DateField("上级党组织同意日期", null=True, blank=True)
    meeting_agreed = models.BooleanField("经支部党员大会通过", default=False)
    excluded = models.BooleanField("不计入应到会", default=False)
    written = models.CharField("书面意见", max_length=10, choices=OPINIONS, blank=True)
    written_on = models.DateField("提出日期", null=True, blank=True)
    duty = models.CharField("监票计票", max_length=12, choices=Duty.choices, blank=True)

    objects = ElectorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表决应到会人员"
        ordering = ["row_number"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "member"], name="elector_member_once"),
            models.CheckConstraint(
                name="elector_votes_by_right", condition=Q(present=False) | Q(why_no_right="", excluded=False)
            ),
            models.CheckConstraint(
                name="elector_excluded_by_both_consents",
                condition=Q(excluded=False)
                | Q(why_no_right="", superior_agreed_on__isnull=False, meeting_agreed=True)
                & ~Q(exclusion_reason=""),
            ),
            models.CheckConstraint(
                name="elector_opinion_of_an_absent_voter",
                condition=Q(written="", written_on__isnull=True)
                | Q(why_no_right="", present=False, excluded=False, written_on__isnull=False)
                & ~Q(written=""),
            ),
        ]

    def __str__(self):
        return f"应到会 {self.ballot_id}/{self.row_number}"


class CandidateQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.RUN_VOTES

    def visible_to(self, user):
        """Those of a ballot that the user may read."""
        return self.filter(ballot__in=Ballot.objects.visible_to(user).values("pk"))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Candidate(models.Model):
    """One line of a ballot paper with its votes; `write_in` for somebody whom voters wrote themselves.

    `position` is the place on the paper, by surname strokes. Namesakes carry their row number in `name`.
    """

    ballot = models.ForeignKey(
        Ballot, on_delete=models.PROTECT, related_name="candidates", verbose_name="选举"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党员"
    )
    name = models.CharField("姓名", max_length=70)
    position = models.PositiveSmallIntegerField("次序")
    write_in = models.BooleanField("另选他人", default=False)
    votes_for = models.PositiveSmallIntegerField("赞成", null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField("不赞成", null=True, blank=True)
    votes_abstain = models.PositiveSmallIntegerField("弃权", null=True, blank=True)
    place = models.PositiveSmallIntegerField("得票名次", null=True, blank=True)
    passed = models.BooleanField("超过半数", default=False)
    elected = models.BooleanField("当选", default=False)
    tied = models.BooleanField("票数相等待再次投票", default=False)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "候选人"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "position"], name="candidate_position_once"),
            models.UniqueConstraint(fields=["ballot", "name"], name="candidate_name_once"),
            models.UniqueConstraint(fields=["ballot", "member"], name="candidate_member_once"),
            models.CheckConstraint(
                name="candidate_elected_by_majority", condition=Q(elected=False) | Q(passed=True, tied=False)
            ),
            models.CheckConstraint(
                name="candidate_nominated_or_written_in", condition=Q(write_in=True) | Q(member__isnull=False)
            ),
        ]

    def __str__(self):
        return f"候选人 {self.ballot_id}/{self.position}"
