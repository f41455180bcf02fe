"""组织生活 in the admin: rules to configure, gatherings and records to look into, never to change."""

from django.contrib import admin

from activities.models import ActivityRecord, CadenceRule, Gathering, VotingRule
from activities.queries.trials import cadence_trial, voting_trial
from branch_portal.admin_base import ScopedModelAdmin
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from members.admin_rules import Effect, PreviewedRuleAdmin


@admin.register(CadenceRule)
class CadenceRuleAdmin(PreviewedRuleAdmin):
    """A change is a new version from a date on; past periods keep the rule that they were judged by."""

    list_display = ("kind", "period", "minimum", "effective_from", "effective_to", "clause")
    list_filter = ("kind",)

    def effect(self, request, rule) -> Effect:
        day = today_shanghai()
        before, after = cadence_trial(rule, day)
        when = f"{rule.effective_from:%Y}年{rule.effective_from.month}月{rule.effective_from.day}日"
        return Effect(
            [
                f"自{when}起适用；以前的各期仍按当时的规定。",
                f"假如自 {day.year} 年 1 月 1 日起适用，按今年已有的记录试算：",
            ],
            [
                ("应开的党支部", before.branches, after.branches),
                ("已到期的应开次数", before.owed, after.owed),
                ("其中已开", before.held, after.held),
                ("有缺的党支部", before.lacking, after.lacking),
            ],
        )


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
class VotingRuleAdmin(PreviewedRuleAdmin):
    """A change is a new version from a day on; every ballot keeps the words of the version that it was judged by."""

    list_display = (
        "effective_from", "election_win_base", "committee_pass_rule", "committee_quorum", "clause",
    )  # fmt: skip

    def effect(self, request, rule) -> Effect:
        return Effect(
            [
                "已经进行的表决和选举不变，各按会议当天的版本；自生效日期起召开的会议按新规定。",
                "以应到 30 人、实到 26 人为例，人数或票数会变化的有："
                if (figures := voting_trial(rule))
                else "以应到 30 人、实到 26 人为例，各类表决所需的人数和票数都不变。",
            ],
            list(figures),
        )
