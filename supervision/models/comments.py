"""批注: what a committee's staff says of a record to the branch's officers, and their answers. Nobody else reads it."""

import datetime

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from activities.models import ActivityRecord
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization

#: How long its writer may still mend or take back what was said.
MENDABLE = datetime.timedelta(hours=1)


class RecordCommentQuerySet(ScopedQuerySet):
    """Read by the staff above the branch and by the branch's own officers; a cell's leader and plain members never."""

    organization_lookups = ("branch",)
    view_permission = Permission.INSPECT
    edit_permission = Permission.INSPECT

    def visible_to(self, user):
        return self.filter(
            self._in_scope(user, Permission.INSPECT) | self._in_scope(user, Permission.LOG_GATHERINGS)
        )

    def editable_by(self, user):
        """One's own, within the hour and while nobody has answered; the action asks the clock again."""
        return self.visible_to(user).filter(author_id=user.pk, answers__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RecordComment(UidModel):
    """One comment, or an answer to one (`answers_to`). After an hour it stays as it is."""

    class Side(models.TextChoices):
        COMMITTEE = "committee", "上级党组织"
        BRANCH = "branch", "党支部"

    record = models.ForeignKey(
        ActivityRecord, on_delete=models.PROTECT, related_name="comments", verbose_name="活动记录"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    answers_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name="答复的批注",
    )
    side = models.CharField("发表方", max_length=10, choices=Side.choices)
    text = models.CharField("内容", max_length=1000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="发表人"
    )
    written_at = models.DateTimeField("发表时间")
    edited_at = models.DateTimeField("修改时间", null=True, blank=True)

    objects = RecordCommentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批注"
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["record", "written_at"], name="comment_record")]
        constraints = [
            models.CheckConstraint(name="comment_says_something", condition=~Q(text="")),
            models.CheckConstraint(name="comment_side_known", condition=Q(side__in=["committee", "branch"])),
            # A branch answers; it does not begin.
            models.CheckConstraint(
                name="comment_of_branch_is_an_answer",
                condition=~Q(side="branch") | Q(answers_to__isnull=False),
            ),
            models.CheckConstraint(
                name="comment_mended_within_the_hour",
                condition=Q(edited_at__isnull=True) | Q(edited_at__lte=F("written_at") + MENDABLE),
            ),
        ]

    def __str__(self):
        return f"批注 {self.uid}"
