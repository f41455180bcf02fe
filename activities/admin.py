"""组织生活 in the admin: rules to configure, gatherings and records to look into, never to change."""

from django.contrib import admin

from activities.models import ActivityRecord, CadenceRule, Gathering, VotingRule
from branch_portal.admin_base import ScopedModelAdmin
from branch_portal.permissions import Permission


@admin.register(CadenceRule)
class CadenceRuleAdmin(ScopedModelAdmin):
    """A change is a new version from a date on; past periods keep the rule that they were judged by."""

    change_permission = Permission.CONFIGURE
    list_display = ("kind", "period", "minimum", "effective_from", "effective_to", "clause")
    list_filter = ("kind",)


@admin.register(Gathering)
class GatheringAdmin(ScopedModelAdmin):
    view_permission = Permission.VIEW_RECORDS
    list_display = ("theme", "host", "on_date", "place", "state")
    list_filter = ("state",)
    list_select_related = ("host",)
    date_hierarchy = "on_date"


@admin.register(ActivityRecord)
class ActivityRecordAdmin(ScopedModelAdmin):
    view_permission = Permission.VIEW_RECORDS
    list_display = ("title", "kind", "branch", "cell", "on_date", "state", "number")
    list_filter = ("kind", "state", "assessment_year")
    list_select_related = ("branch", "cell")
    date_hierarchy = "on_date"


@admin.register(VotingRule)
class VotingRuleAdmin(ScopedModelAdmin):
    """A change is a new version from a day on; every ballot keeps the words of the version that it was judged by."""

    change_permission = Permission.CONFIGURE
    list_display = (
        "effective_from", "election_win_base", "committee_pass_rule", "committee_quorum", "clause",
    )  # fmt: skip
