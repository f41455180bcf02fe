"""民主评议党员: one sheet per record of that kind, one row per member who took part, as the branch was on the day.

Grades, votes and reasons are sealed ([ADR 5]): a copy of the database gives nobody's appraisal away.
"""

import pghistory
from django.db import models
from django.db.models import F, Q

from activities.models.records import ActivityRecord
from activities.rules.appraisal import BASE_LABELS, FULL_MEMBERS, GRADE_LABELS, Rated, read_tally
from branch_portal.crypto import EncryptedTextField
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import Member, PartyOrganization


class AppraisalSheetQuerySet(ScopedQuerySet):
    """Of the branch alone: who leads a cell keeps no appraisals."""

    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_APPRAISALS
    edit_permission = Permission.LOG_GATHERINGS


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AppraisalSheet(UidModel):
    """What the whole meeting shares: the ballots, whom the cap counts, and how the committee's own work was appraised."""

    record = models.OneToOneField(
        ActivityRecord, on_delete=models.CASCADE, related_name="appraisal", verbose_name="活动记录"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    ballots_issued = models.PositiveSmallIntegerField("发出测评票", null=True, blank=True)
    ballots_collected = models.PositiveSmallIntegerField("收回测评票", null=True, blank=True)
    excellent_base = models.CharField(
        "优秀比例的基数", max_length=12, choices=list(BASE_LABELS.items()), default=FULL_MEMBERS
    )
    over_cap_reason = models.CharField("超过上限的原因", max_length=300, blank=True)
    committee_opinion = models.CharField("对支部委员会工作的评议", max_length=300, blank=True)
    saved_at = models.DateTimeField("保存时间", auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AppraisalSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "民主评议表"
        constraints = [
            models.CheckConstraint(
                name="appraisal_ballots_within_issued",
                condition=Q(ballots_issued__isnull=True)
                | Q(ballots_collected__isnull=True)
                | Q(ballots_collected__lte=F("ballots_issued")),
            )
        ]

    def __str__(self):
        return f"评议 {self.uid}"


class AppraisalEntryQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_APPRAISALS
    edit_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        """Whoever keeps or confirms the branch's records, and the committee; a member the own row, once fed back."""
        condition = self._in_scope(user, self.view_permission)
        member_id = getattr(user, "member_id", None)
        if member_id is not None:
            condition |= Q(member_id=member_id) & self.told()
        return self.filter(condition)

    @staticmethod
    def told() -> Q:
        """Fed back, of a record that is somebody's word."""
        return Q(fed_back_on__isnull=False) & ~Q(sheet__record__state=ActivityRecord.State.DRAFT)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AppraisalEntry(UidModel):
    """One member's appraisal: self-rating, votes, the opinion, its reason and what follows, and the day of feedback.

    Number, name and category are a snapshot of the record's day. `tally` is four numbers (rules.appraisal.read_tally).
    """

    class Category(models.TextChoices):
        FULL = "full", "正式党员"
        PROBATIONARY = "probationary", "预备党员"

    #: The member's uid where rows stand in a form; no column.
    key: str = ""

    SEALED = ("self_grade", "tally", "grade", "reason", "follow_up")

    sheet = models.ForeignKey(
        AppraisalSheet, on_delete=models.CASCADE, related_name="entries", verbose_name="评议表"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="appraisals", verbose_name="党员"
    )
    row_number = models.PositiveSmallIntegerField("序号")
    name = models.CharField("姓名", max_length=60)
    category = models.CharField("人员类别", max_length=12, choices=Category.choices)
    self_grade = EncryptedTextField("自评", blank=True, column_label="appraisal.self_grade")
    tally = EncryptedTextField("测评得票", blank=True, column_label="appraisal.tally")
    grade = EncryptedTextField("评定等次", blank=True, column_label="appraisal.grade")
    reason = EncryptedTextField("主要问题", blank=True, column_label="appraisal.reason")
    follow_up = EncryptedTextField("后续措施", blank=True, column_label="appraisal.follow_up")
    fed_back_on = models.DateField("反馈日期", null=True, blank=True)

    objects = AppraisalEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评议结果"
        ordering = ["row_number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "member"], name="appraisal_member_once"),
            # Sealed: nothing written is the empty string of bytes, so the database can keep this without a key.
            models.CheckConstraint(
                name="appraisal_probationary_not_graded",
                condition=Q(category="full")
                | Q(category="probationary", self_grade=b"", tally=b"", grade=b"", fed_back_on__isnull=True),
            ),
            models.CheckConstraint(
                name="appraisal_feedback_of_a_grade",
                condition=Q(fed_back_on__isnull=True) | ~Q(grade=b""),
            ),
        ]
        indexes = [models.Index(fields=["member", "sheet"], name="appraisal_member")]

    def __str__(self):
        return f"评议 {self.sheet_id}/{self.row_number}"

    @property
    def grade_label(self) -> str:
        return GRADE_LABELS.get(str(self.grade), "")

    @property
    def rated(self) -> Rated:
        """The row as the rules take it."""
        return Rated(
            name=self.name,
            category=self.category,
            grade=str(self.grade),
            self_grade=str(self.self_grade),
            tally=read_tally(str(self.tally)),
            reason=str(self.reason),
            follow_up=str(self.follow_up),
        )
