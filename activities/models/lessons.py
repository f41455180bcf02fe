"""Which lessons stand for a record: the lecture that the absent can make up online."""

import pghistory
from django.conf import settings
from django.db import models

from activities.models.records import ActivityRecord
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from learning.models import Lesson
from members.models import PartyOrganization


class RecordLessonQuerySet(ScopedQuerySet):
    organization_lookups = ("branch",)
    view_permission = Permission.VIEW_RECORDS
    edit_permission = Permission.LOG_GATHERINGS

    def visible_to(self, user):
        """Who may read the record and open the lesson."""
        return self.filter(
            record__in=ActivityRecord.objects.visible_to(user).values("pk"),
            lesson__in=Lesson.objects.visible_to(user).values("pk"),
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RecordLesson(models.Model):
    """One lesson of one record."""

    record = models.ForeignKey(
        ActivityRecord, on_delete=models.CASCADE, related_name="lesson_links", verbose_name="活动记录"
    )
    branch = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="+", verbose_name="党支部"
    )
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+", verbose_name="课程")
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="关联人"
    )
    linked_at = models.DateTimeField("关联时间", auto_now_add=True)

    objects = RecordLessonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动记录的云端党课"
        constraints = [models.UniqueConstraint(fields=["record", "lesson"], name="record_lesson_once")]

    def __str__(self):
        return f"关联 {self.pk}"
