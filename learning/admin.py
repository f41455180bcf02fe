"""学习 in the admin: versions of rules and requirements to configure; ledger, years, certificates and questions to look into,
never to change."""

from django.contrib import admin, messages

from branch_portal.admin_base import ScopedModelAdmin
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from learning.actions.years import rebuild_years
from learning.models import (
    MemberYear,
    StudyCertificate,
    StudyCredit,
    StudyQuestion,
    StudyRequirement,
    StudyRule,
)


class _VersionAdmin(ScopedModelAdmin):
    """A version changes what the stored years from its year on say: they follow in the same transaction.

    Its first year stays: another year is another version, else hours counted by it would have no rule any more.
    """

    change_permission = Permission.CONFIGURE

    def get_readonly_fields(self, request, obj=None):
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else (*fixed, *self.fixed_once_made)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        rebuilt = rebuild_years(by=request.user, since=obj.from_year)
        messages.info(
            request, f"已按新规定重算 {obj.from_year} 年起的年度学时，{rebuilt.changed} 人次的结果有变化。"
        )
        if obj.from_year < today_shanghai().year:
            messages.warning(
                request,
                f"您改动的规定自 {obj.from_year} 年起适用，已过去年度的达标情况可能随之变化。"
                "只想从今年起改变的，请把这一版改回原值，另加一个今年的版本。",
            )


@admin.register(StudyRule)
class StudyRuleAdmin(_VersionAdmin):
    """A change is a new version from a year on; hours already posted keep the rule that they were counted by."""

    fixed_once_made = ("category", "from_year")
    list_display = (
        "category", "from_year", "minutes_per_hour", "step", "factor", "per_item_cap", "annual_cap",
        "counts_toward_required", "clause",
    )  # fmt: skip
    list_filter = ("category",)
    fieldsets = (
        (None, {"fields": ("category", "from_year", "clause")}),
        (
            "怎样折算",
            {
                "fields": ("minutes_per_hour", "step", "factor", "block_minutes", "block_hours"),
                "description": "已经记入的学时仍按当时的规定折算；改动只影响以后记入的学时和各年度的上限。",
            },
        ),
        ("怎样计入", {"fields": ("counts_toward_required", "annual_cap", "per_item_cap")}),
        ("到会情况", {"fields": ("partial_attendance", "online_counts", "made_up_counts")}),
    )


@admin.register(StudyRequirement)
class StudyRequirementAdmin(_VersionAdmin):
    fixed_once_made = ("from_year",)
    list_display = (
        "from_year", "member_hours", "officer_hours", "officer_trainings", "officer_test", "prorate", "clause",
    )  # fmt: skip
    fieldsets = (
        (
            None,
            {"fields": ("from_year", "member_hours", "officer_hours", "officer_test", "prorate", "clause")},
        ),
        (
            "集中培训",
            {
                "fields": (
                    "officer_trainings",
                    "new_secretary_months",
                    "probation_training",
                    "first_year_training",
                ),
                "description": "书记和委员的集中培训计入是否达到；新任书记、预备期和转正后的培训只作提示。",
            },
        ),
        ("发展对象", {"fields": ("prospect_hours",)}),
    )


@admin.register(StudyCredit)
class StudyCreditAdmin(ScopedModelAdmin):
    view_permission = Permission.VIEW_STUDY
    list_display = (
        "on_date",
        "member_name",
        "branch",
        "category",
        "title",
        "minutes",
        "hours",
        "status",
        "revision",
    )
    list_filter = ("status", "category", "year")
    list_select_related = ("member", "branch")
    date_hierarchy = "on_date"

    @admin.display(description="党员")
    def member_name(self, credit):
        return credit.member.name


@admin.register(MemberYear)
class MemberYearAdmin(ScopedModelAdmin):
    view_permission = Permission.VIEW_STUDY
    list_display = ("year", "member_name", "branch", "is_officer", "required_hours", "hours", "pending_hours")
    list_filter = ("year", "is_officer")
    list_select_related = ("member", "branch")

    @admin.display(description="党员")
    def member_name(self, row):
        return row.member.name


@admin.register(StudyCertificate)
class StudyCertificateAdmin(ScopedModelAdmin):
    view_permission = Permission.VIEW_STUDY
    list_display = ("issued_at", "member_name", "branch", "year", "code")
    list_filter = ("year",)
    list_select_related = ("member", "branch")

    @admin.display(description="党员")
    def member_name(self, certificate):
        return certificate.member.name


@admin.register(StudyQuestion)
class StudyQuestionAdmin(ScopedModelAdmin):
    view_permission = Permission.VIEW_STUDY
    list_display = ("raised_at", "member_name", "branch", "state", "due_on", "answered_at")
    list_filter = ("state",)
    list_select_related = ("member", "branch")

    def get_queryset(self, request):
        """The committee that reads the hours reads what is asked of them; answering stays with the branch."""
        return StudyQuestion.objects.permitted(request.user, Permission.VIEW_STUDY)

    @admin.display(description="党员")
    def member_name(self, question):
        return question.member.name
