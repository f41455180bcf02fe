"""表决和选举: a ballot freezes its own electors, numbers and rule, because the base differs from ballot to ballot (promise 2, 3)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from activities.models.kinds import ActivityKind
from activities.models.records import ActivityRecord
from activities.models.voting_rules import VotingRule
from activities.rules import elections, vote_kinds, voters, votes
from activities.rules.states import DRAFT
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class BallotQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.RUN_VOTES

    def visible_to(self, user):
        """Who keeps or supervises the rolls reads every vote; a plain member what a general meeting has decided."""
        told = Q(state=Ballot.State.DECIDED, record__kind=ActivityKind.GENERAL_MEETING) & ~Q(
            record__state=DRAFT
        )
        return self.filter(
            self._in_scope(user, Permission.VIEW_ROLLS) | (self._in_scope(user, self.view_permission) & told)
        )

    def standing(self):
        """Those that were not withdrawn."""
        return self.exclude(state=Ballot.State.WITHDRAWN)

    def in_order(self):
        return self.order_by("number")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Ballot(UidModel):
    """One vote of one meeting. Its numbers are stored with base, thresholds and rule and never computed again.

    `subject_name` is the one person that admission, confirmation or disposal is about; `previous` the election that this
    one continues. A draft of numbers does not exist: a vote is stored with its result, an election when its ballots are made.
    """

    class State(models.TextChoices):
        OPEN = "open", "待计票"
        DECIDED = "decided", "已有结果"
        WITHDRAWN = "withdrawn", "已撤销"

    KINDS = [(key, kind.label) for key, kind in vote_kinds.VOTE_KINDS.items()]
    MEASURES = list(vote_kinds.MEASURE_LABELS.items())
    OFFICES = list(elections.OFFICE_LABELS.items())
    OUTCOMES = [*votes.OUTCOME_LABELS.items(), *elections.OUTCOME_WORDS.items()]

    record = models.ForeignKey(
        ActivityRecord, on_delete=models.PROTECT, related_name="ballots", verbose_name="活动记录"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="ballots", verbose_name="党支部"
    )
    number = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("类别", max_length=20, choices=KINDS)
    title = models.CharField("表决事项", max_length=120)
    subject_member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="表决对象"
    )
    subject_name = models.CharField("表决对象姓名", max_length=60, blank=True)
    measure = models.CharField("转正事项", max_length=10, choices=MEASURES, blank=True)
    method = models.CharField("表决方式", max_length=16, choices=VotingRule.Method.choices)
    on_date = models.DateField("日期")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    rule = models.ForeignKey(VotingRule, on_delete=models.PROTECT, related_name="+", verbose_name="规则版本")
    terms = models.JSONField("规则内容")
    expected_voting = models.PositiveSmallIntegerField("应到会有表决权")
    present_voting = models.PositiveSmallIntegerField("实到会有表决权")
    excluded_count = models.PositiveSmallIntegerField("不计入应到会", default=0)
    quorum_needed = models.PositiveSmallIntegerField("法定到会人数")
    votes_needed = models.PositiveSmallIntegerField("通过所需票数")
    votes_for = models.PositiveSmallIntegerField("赞成", null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField("不赞成", null=True, blank=True)
    votes_abstain = models.PositiveSmallIntegerField("弃权", null=True, blank=True)
    written_for = models.PositiveSmallIntegerField("书面赞成", default=0)
    written_against = models.PositiveSmallIntegerField("书面不赞成", default=0)
    written_abstain = models.PositiveSmallIntegerField("书面弃权", default=0)
    outcome = models.CharField("结果", max_length=10, choices=OUTCOMES, blank=True)
    resolution = models.TextField("决议文字", max_length=1000, blank=True)
    # --- elections ---
    office = models.CharField("选举职务", max_length=20, choices=OFFICES, blank=True)
    seats = models.PositiveSmallIntegerField("应选名额", null=True, blank=True)
    ballots_issued = models.PositiveSmallIntegerField("发出选票", null=True, blank=True)
    ballots_collected = models.PositiveSmallIntegerField("收回选票", null=True, blank=True)
    ballots_valid = models.PositiveSmallIntegerField("有效票", null=True, blank=True)
    ballots_invalid = models.PositiveSmallIntegerField("无效票", null=True, blank=True)
    seats_left = models.PositiveSmallIntegerField("未选足名额", default=0)
    previous = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="further",
        verbose_name="上一次投票",
    )
    reduction_agreed = models.PositiveSmallIntegerField("同意减少名额", null=True, blank=True)
    # --- who and when ---
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="结果登记人",
    )
    decided_at = models.DateTimeField("结果登记时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="撤销人"
    )
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤销原因", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表决"
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="ballot_number_once"),
            models.CheckConstraint(
                name="ballot_decided_by_and_at",
                condition=Q(state="withdrawn")
                | Q(state="open", decided_at__isnull=True, decided_by__isnull=True, outcome="")
                | (Q(state="decided", decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="ballot_withdrawn_has_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                & ~Q(state="withdrawn")
                | Q(state="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_reason=""),
            ),
            models.CheckConstraint(
                name="ballot_present_are_expected",
                condition=Q(
                    expected_voting__gte=F("present_voting")
                    + F("written_for")
                    + F("written_against")
                    + F("written_abstain")
                ),
            ),
            models.CheckConstraint(
                name="ballot_votes_add_up",
                condition=Q(votes_for__isnull=True, votes_against__isnull=True, votes_abstain__isnull=True)
                | Q(
                    votes_for__isnull=False,
                    votes_against__isnull=False,
                    votes_abstain__isnull=False,
                    present_voting=F("votes_for") + F("votes_against") + F("votes_abstain"),
                ),
            ),
            models.CheckConstraint(
                name="ballot_outcome_follows_from_numbers",
                condition=~Q(outcome__in=["passed", "failed"])
                | Q(present_voting__gte=F("quorum_needed"), votes_for__isnull=False)
                & (
                    Q(outcome="passed", votes_for__gte=F("votes_needed") - F("written_for"))
                    | Q(outcome="failed", votes_for__lt=F("votes_needed") - F("written_for"))
                ),
            ),
            models.CheckConstraint(
                name="ballot_election_has_office_and_seats",
                condition=Q(kind="election", seats__isnull=False, seats__gte=1) & ~Q(office="")
                | ~Q(kind="election") & Q(seats__isnull=True, office="", previous__isnull=True),
            ),
            models.CheckConstraint(
                name="ballot_papers_add_up",
                condition=Q(ballots_collected__isnull=True)
                | Q(outcome="void")
                | Q(ballots_valid__isnull=False, ballots_invalid__isnull=False, ballots_issued__isnull=False)
                & Q(ballots_collected=F("ballots_valid") + F("ballots_invalid"))
                & Q(ballots_collected__lte=F("ballots_issued"), ballots_issued__lte=F("present_voting")),
            ),
            models.CheckConstraint(
                name="ballot_reduced_by_half_of_electors",
                condition=Q(reduction_agreed__isnull=True) & ~Q(outcome="reduced")
                | Q(
                    outcome="reduced",
                    reduction_agreed__isnull=False,
                    expected_voting__lte=2 * F("reduction_agreed"),
                ),
            ),
        ]

    def __str__(self):
        return f"表决 {self.uid}"

    @property
    def is_election(self) -> bool:
        return self.kind == vote_kinds.ELECTION

    @property
    def base(self) -> voters.Base:
        """The stored base."""
        return voters.Base(
            self.expected_voting,
            self.present_voting,
            self.excluded_count,
            self.written_for,
            self.written_against,
            self.written_abstain,
        )

    @property
    def rule_terms(self) -> vote_kinds.VoteTerms:
        return vote_kinds.VoteTerms.from_data(self.terms)
