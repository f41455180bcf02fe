"""“这条不对” about a row of the ledger that has no roll behind it: a question, answered by the branch in time (M2)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from learning.models.credits import StudyCredit
from members.models import Member, PartyOrganization


class StudyQuestionQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    member_lookup = "member"
    view_permission = Permission.LOG_GATHERINGS
    edit_permission = Permission.LOG_GATHERINGS

    def open(self):
        return self.filter(state=StudyQuestion.State.OPEN)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StudyQuestion(UidModel):
    """What the member says of one credit, by when the branch answers, and its answer in words.

    The ledger is put right where the row comes from (a submission, a class); the answer says that this was done, or why not.
    """

    class State(models.TextChoices):
        OPEN = "open", "待答复"
        ACCEPTED = "accepted", "已更正"
        DECLINED = "declined", "不予更正"

    credit = models.ForeignKey(
        StudyCredit, on_delete=models.PROTECT, related_name="questions", verbose_name="学时记录"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="study_questions", verbose_name="党员"
    )
    statement = models.CharField("说明", max_length=300)
    raised_at = models.DateTimeField("提出时间")
    due_on = models.DateField("答复时限")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.CharField("答复", max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="答复人",
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = StudyQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学时疑问"
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit"], name="study_question_one_open", condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="study_question_answered_with_words",
                condition=Q(state="open", answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (
                    ~Q(state="open") & ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "due_on"], name="study_question_open", condition=Q(state="open")),
        ]

    def __str__(self):
        return f"学时疑问 {self.uid}"
