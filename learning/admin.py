"""学习 in the admin: rules to configure, the ledger and the years to look into, never to change."""

from django.contrib import admin

from branch_portal.admin_base import ScopedModelAdmin
from branch_portal.permissions import Permission
from learning.actions.years import rebuild_years
from learning.models import MemberYear, StudyCredit, StudyRequirement, StudyRule


class _VersionAdmin(ScopedModelAdmin):
    """A version changes what the stored years from its year on say: they follow in the same transaction."""

    change_permission = Permission.CONFIGURE

    def save_model(self, request, obj, form, change):
        earliest = min(obj.from_year, form.initial.get("from_year") or obj.from_year)
        super().save_model(request, obj, form, change)
        rebuild_years(by=request.user, since=earliest)


@admin.register(StudyRule)
class StudyRuleAdmin(_VersionAdmin):
    """A change is a new version from a year on; hours already posted keep the rule that they were counted by."""

    list_display = (
        "category", "from_year", "minutes_per_hour", "step", "per_item_cap", "annual_cap",
        "counts_toward_required", "clause",
    )  # fmt: skip
    list_filter = ("category",)


@admin.register(StudyRequirement)
class StudyRequirementAdmin(_VersionAdmin):
    list_display = ("from_year", "member_hours", "officer_hours", "clause")


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
