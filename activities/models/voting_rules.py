"""表决和选举规则: what the regulation leaves open, as versions with a day (domain 13)."""

import pghistory
from django.db import models

from activities.rules import vote_kinds as rules


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class VotingRule(models.Model):
    """One version, in force from its day on; a ballot keeps the version of its meeting's day beside its numbers.

    What the regulation fixes is in `rules/vote_kinds.py` and cannot be configured.
    """

    class WinBase(models.TextChoices):
        EXPECTED = rules.EXPECTED, "应到会人数"
        PRESENT = rules.PRESENT, "实到会人数"

    class CommitteePass(models.TextChoices):
        OF_COMMITTEE = rules.MAJORITY_OF_COMMITTEE, "超过全体委员的半数"
        OF_PRESENT = rules.MAJORITY_OF_PRESENT, "超过到会委员的半数"

    class CommitteeQuorum(models.TextChoices):
        HALF = rules.HALF, "二分之一"
        TWO_THIRDS = rules.TWO_THIRDS, "三分之二"

    class Method(models.TextChoices):
        SECRET = rules.SECRET, "无记名投票"
        SHOW_OF_HANDS = rules.SHOW_OF_HANDS, "举手表决"

    effective_from = models.DateField("生效日期", unique=True)
    clause = models.CharField("依据", max_length=200)
    election_win_base = models.CharField(
        "当选票数以谁的半数为准", max_length=10, choices=WinBase.choices, default=WinBase.EXPECTED
    )
    election_quorum_strict = models.BooleanField(
        "选举到会人数须超过五分之四",
        default=False,
        help_text="现行规定为不少于五分之四；1990年的规定为超过。",
    )
    general_quorum_strict = models.BooleanField("一般决议到会人数须超过半数", default=False)
    committee_pass_rule = models.CharField(
        "支委会通过票数",
        max_length=24,
        choices=CommitteePass.choices,
        default=CommitteePass.OF_COMMITTEE,
    )
    committee_quorum = models.CharField(
        "支委会到会人数",
        max_length=12,
        choices=CommitteeQuorum.choices,
        default=CommitteeQuorum.HALF,
        help_text="条例规定半数以上，只能从严。",
    )
    exclusions_for_members = models.BooleanField("接收预备党员、转正：可有不计入应到会的情形", default=True)
    exclusions_for_disposal = models.BooleanField("组织处置：可有不计入应到会的情形", default=True)
    exclusions_for_election = models.BooleanField("选举：可有不计入应到会的情形", default=True)
    floating_exclusion = models.BooleanField("流动党员不能返回的可以不计入", default=True)
    online_in_secret = models.BooleanField("线上参加计入接收、转正和选举的实到", default=False)
    method_ordinary = models.CharField(
        "一般决议方式", max_length=16, choices=Method.choices, default=Method.SHOW_OF_HANDS
    )
    method_members = models.CharField(
        "接收预备党员、转正方式", max_length=16, choices=Method.choices, default=Method.SECRET
    )
    method_disposal = models.CharField(
        "组织处置方式", max_length=16, choices=Method.choices, default=Method.SECRET
    )
    method_committee = models.CharField(
        "支委会决定方式", max_length=16, choices=Method.choices, default=Method.SHOW_OF_HANDS
    )

    class Meta:
        verbose_name = verbose_name_plural = "表决和选举规则"
        ordering = ["-effective_from"]

    def __str__(self):
        return f"表决规则 {self.effective_from}"

    @property
    def terms(self) -> rules.VoteTerms:
        members, everywhere = (rules.ADMISSION, rules.CONFIRMATION), set()
        if self.exclusions_for_members:
            everywhere |= {*members}
        if self.exclusions_for_disposal:
            everywhere.add(rules.DISPOSAL)
        if self.exclusions_for_election:
            everywhere.add(rules.ELECTION)
        return rules.VoteTerms(
            effective_from=self.effective_from,
            clause=self.clause,
            election_win_base=self.election_win_base,
            election_quorum_strict=self.election_quorum_strict,
            general_quorum_strict=self.general_quorum_strict,
            committee_pass_rule=self.committee_pass_rule,
            committee_quorum=self.committee_quorum,
            exclusions_apply_to=frozenset(everywhere),
            floating_exclusion=self.floating_exclusion,
            online_not_for=frozenset() if self.online_in_secret else frozenset({*members, rules.ELECTION}),
            methods={
                rules.ORDINARY: self.method_ordinary,
                rules.ADMISSION: self.method_members,
                rules.CONFIRMATION: self.method_members,
                rules.DISPOSAL: self.method_disposal,
                rules.COMMITTEE_DECISION: self.method_committee,
                rules.ELECTION: rules.SECRET,
            },
        )
