"""学习 in the admin: rules to configure, the ledger and the years to look into, never to change."""

from django.contrib import admin

from branch_portal.admin_base import ScopedModelAdmin
from branch_portal.permissions import Permission
from learning.actions.external import recount_external
from learning.actions.years import recompute_years_from
from learning.models import ExternalRule, MemberYear, StudyCredit, StudyRequirement, StudyRule


class _VersionAdmin(ScopedModelAdmin):
    """A version changes what the stored years from its year on say: they follow in the same transaction."""

    change_permission = Permission.CONFIGURE

    def save_model(self, request, obj, form, change):
        earliest = min(obj.from_year, form.initial.get("from_year") or obj.from_year)
        super().save_model(request, obj, form, change)
        recompute_years_from(by=request.user, year=earliest)


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


@admin.register(ExternalRule)
class ExternalRuleAdmin(ScopedModelAdmin):
    """How 学习强国 and other platforms count from a year on; files in force are counted anew in the same transaction.

    What a category may add in a year stays the study rule's word: a rule here counts once that cap allows it.
    """

    change_permission = Permission.CONFIGURE
    list_display = ("source", "from_year", "points_per_hour", "annual_cap", "clause")
    list_filter = ("source",)

    def save_model(self, request, obj, form, change):
        before = (form.initial.get("source"), form.initial.get("from_year"))
        super().save_model(request, obj, form, change)
        for source, year in {before, (obj.source, obj.from_year)}:
            if source and year:
                recount_external(by=request.user, source=source, from_year=year)


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
