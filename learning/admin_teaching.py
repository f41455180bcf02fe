"""What is taught, in the admin: classes, lessons, plans and yearly files; they are kept on the portal's pages."""

from django.contrib import admin
from django.urls import reverse

from branch_portal.admin_base import ScopedModelAdmin, Section
from branch_portal.admin_filters import YearFilter
from branch_portal.admin_related import Part, attribute
from branch_portal.permissions import Permission
from learning.models import (
    ExternalFile,
    LearningPlan,
    Lesson,
    LessonCompletion,
    LessonSeries,
    PlanTopic,
    TrainingBranch,
    TrainingClass,
    TrainingEnrollment,
    TrainingSession,
)
from members.admin_filters import MemberFilter, SubtreeFilter
from members.admin_of_member import OfMemberAdmin


class _TaughtAdmin(ScopedModelAdmin):
    section = Section.STUDY
    view_permission = Permission.VIEW_STUDY
    ordering = ("-pk",)

    def label(self, row) -> str:
        return row.title


@admin.register(TrainingClass)
class TrainingClassAdmin(_TaughtAdmin):
    list_display = ("title", "organizer", "level", "first_on", "last_on", "place", "state")
    list_filter = (SubtreeFilter, "level", "state", ("first_on", YearFilter))
    search_fields = ("title",)
    search_help_text = "按培训班名称查找。"
    next_step = "在门户的“学习”页登记培训班。"
    fieldsets = (
        (None, {"fields": ("title", "organizer", "level", "state", "cancelled_reason")}),
        (
            "时间和地点",
            {"fields": ("first_on", "last_on", "morning_from", "afternoon_from", "day_hours", "place")},
        ),
        ("内容", {"fields": ("teacher", "topics", "materials")}),
        ("确认", {"fields": ("created_by", "confirmed_by", "confirmed_at")}),
    )
    parts = (
        Part(
            "培训半天",
            TrainingSession,
            "training",
            (
                attribute("日期", "on_date"),
                attribute("上午或下午", "half"),
                attribute("学习分钟", "minutes", numeric=True),
            ),
            ordering=("on_date", "half"),
            permission=Permission.VIEW_STUDY,
        ),
        Part(
            "参加的党支部",
            TrainingBranch,
            "training",
            (attribute("党支部", "branch"),),
            joined=("branch",),
            permission=Permission.VIEW_STUDY,
        ),
    )

    def view_on_site(self, row: TrainingClass) -> str:
        return reverse("learning:training", args=[row.uid])


@admin.register(TrainingEnrollment)
class TrainingEnrollmentAdmin(OfMemberAdmin):
    section = Section.STUDY
    view_permission = rows_permission = Permission.VIEW_STUDY
    organization_lookups = ("branch",)
    list_display = ("member", "branch", "training", "number", "enrolled_at")
    list_filter = (SubtreeFilter, MemberFilter)
    fields = ("member", "branch", "training", "number", "enrolled_by", "enrolled_at")
    next_step = "培训班登记学员以后会列在这里。"


@admin.register(LessonSeries)
class LessonSeriesAdmin(_TaughtAdmin):
    view_permission = Permission.VIEW_RECORDS
    list_display = ("title", "organization", "note")
    list_filter = (SubtreeFilter,)
    search_fields = ("title",)
    search_help_text = "按专题名称查找。"
    fields = ("title", "organization", "note")
    next_step = "在门户的“云端党课”页建立专题。"


@admin.register(Lesson)
class LessonAdmin(_TaughtAdmin):
    view_permission = Permission.VIEW_RECORDS
    list_display = ("title", "organization", "series", "kind", "minutes", "pass_by", "state", "published_at")
    list_filter = (SubtreeFilter, "kind", "state", ("published_at", YearFilter))
    search_fields = ("title",)
    search_help_text = "按课程名称查找。"
    next_step = "在门户的“云端党课”页开设课程。"
    fieldsets = (
        (
            None,
            {"fields": ("title", "organization", "series", "kind", "state", "published_at", "withdrawn_at")},
        ),
        (
            "学时和完成",
            {"fields": ("minutes", "category", "pass_by", "drawn", "pass_mark", "tries", "audience")},
        ),
        ("正文", {"fields": ("text",)}),
    )

    def view_on_site(self, row: Lesson) -> str:
        return reverse("learning:lesson", args=[row.uid])


@admin.register(LessonCompletion)
class LessonCompletionAdmin(OfMemberAdmin):
    section = Section.STUDY
    view_permission = Permission.VIEW_STUDY
    list_display = ("member", "branch", "lesson", "said_on", "completed_on", "how", "minutes")
    list_filter = (SubtreeFilter, MemberFilter, "how", ("completed_on", YearFilter))
    fields = ("member", "branch", "lesson", "said_on", "completed_on", "how", "minutes", "category")
    next_step = "党员学完课程以后会列在这里。"


@admin.register(LearningPlan)
class LearningPlanAdmin(_TaughtAdmin):
    view_permission = Permission.VIEW_RECORDS
    list_display = ("title", "organization", "year", "state", "published_at")
    list_filter = (SubtreeFilter, ("year", YearFilter), "state")
    search_fields = ("title",)
    search_help_text = "按计划名称查找。"
    fields = ("title", "organization", "year", "state", "published_at", "created_by")
    next_step = "在门户的“学习计划”页制定计划。"
    parts = (
        Part(
            "专题",
            PlanTopic,
            "plan",
            (
                attribute("专题", "title"),
                attribute("学时", "hours", numeric=True),
                attribute("适用对象", "audience"),
                attribute("必学", "mandatory"),
                attribute("完成时限", "due_on"),
            ),
            ordering=("position", "pk"),
        ),
    )


@admin.register(ExternalFile)
class ExternalFileAdmin(_TaughtAdmin):
    list_display = ("file_name", "organization", "source", "year", "state", "uploaded_at", "applied_at")
    list_filter = (SubtreeFilter, "source", ("year", YearFilter), "state")
    fields = (
        "file_name",
        "organization",
        "source",
        "year",
        "counted_on",
        "state",
        "uploaded_by",
        "uploaded_at",
        "applied_by",
        "applied_at",
    )
    next_step = "在门户的“学习”页上传学习强国等平台的年度文件。"

    def label(self, row: ExternalFile) -> str:
        return row.file_name

    def view_on_site(self, row: ExternalFile) -> str:
        return reverse("learning:external-file", args=[row.uid])
