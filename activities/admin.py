"""组织生活 in the admin: rules to configure, gatherings and records to look into, never to change."""

from django.contrib import admin
from django.urls import reverse

from activities.models import (
    ActivityRecord,
    AgendaItem,
    CadenceRule,
    Gathering,
    GatheringBranch,
    Remark,
    Resolution,
    VotingRule,
)
from activities.queries.trials import cadence_trial, voting_trial
from branch_portal.admin_base import ScopedModelAdmin, Section
from branch_portal.admin_filters import YearFilter
from branch_portal.admin_related import Part, attribute
from branch_portal.dates import to_local, today_shanghai
from branch_portal.permissions import Permission
from branch_portal.tables import Column
from members.admin_filters import SubtreeFilter
from members.admin_rules import Effect, PreviewedRuleAdmin


@admin.register(CadenceRule)
class CadenceRuleAdmin(PreviewedRuleAdmin):
    """A change is a new version from a date on; past periods keep the rule that they were judged by."""

    list_display = ("kind", "period", "minimum", "effective_from", "effective_to", "clause")
    list_filter = ("kind",)

    def label(self, row: CadenceRule) -> str:
        return f"{row.get_kind_display()}：自 {row.effective_from} 起"

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


@admin.register(VotingRule)
class VotingRuleAdmin(PreviewedRuleAdmin):
    """A change is a new version from a day on; every ballot keeps the words of the version that it was judged by."""

    list_display = (
        "effective_from", "election_win_base", "committee_pass_rule", "committee_quorum", "clause",
    )  # fmt: skip

    def label(self, row: VotingRule) -> str:
        return f"表决和选举规则：自 {row.effective_from} 起"

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


def _on(moment) -> str:
    return f"{to_local(moment):%Y-%m-%d %H:%M}" if moment else ""


_ROLL = (
    attribute("应到", "expected_count", numeric=True),
    attribute("实到", "present_count", numeric=True),
    attribute("请假", "leave_count", numeric=True),
    attribute("缺席", "absent_count", numeric=True),
)


@admin.register(Gathering)
class GatheringAdmin(ScopedModelAdmin):
    section = Section.RECORDS
    view_permission = Permission.VIEW_RECORDS
    list_display = ("theme", "host", "on_date", "place", "state")
    list_filter = (SubtreeFilter, "state", ("on_date", YearFilter))
    search_fields = ("theme",)
    search_help_text = "按主题查找。"
    ordering = ("-on_date", "-pk")
    next_step = "党支部在门户的“组织生活”页发起活动或补记记录。"
    fieldsets = (
        (None, {"fields": ("theme", "host", "state", "state_reason")}),
        ("时间和地点", {"fields": ("started_at", "ended_at", "place", "red_base", "announced_at", "note")}),
    )
    parts = (
        Part(
            "参加的党支部和到会情况",
            GatheringBranch,
            "gathering",
            (
                attribute("党支部", "branch"),
                attribute("党小组", "cell"),
                attribute("主持人", "chair"),
                attribute("记录人", "recorder"),
                *_ROLL,
            ),
            joined=("branch", "cell", "chair", "recorder"),
        ),
        Part(
            "形成的记录",
            ActivityRecord,
            "share__gathering",
            (
                attribute("党支部", "branch"),
                attribute("类型", "kind"),
                attribute("主题", "title"),
                attribute("状态", "state"),
                Column("确认时间", lambda row: _on(row.confirmed_at)),
            ),
            joined=("branch",),
        ),
    )

    def label(self, row: Gathering) -> str:
        return f"{row.theme}（{row.on_date}）"


@admin.register(ActivityRecord)
class ActivityRecordAdmin(ScopedModelAdmin):
    """What was written down stands; returning one for correction is done on the record's own page."""

    section = Section.RECORDS
    view_permission = Permission.VIEW_RECORDS
    list_display = ("title", "kind", "branch", "cell", "on_date", "state", "number", "assessment_year")
    list_filter = (SubtreeFilter, "kind", "state", ("assessment_year", YearFilter))
    search_fields = ("title",)
    search_help_text = "按主题查找；查找记录正文请用门户的“组织生活”页。"
    ordering = ("-on_date", "-pk")
    next_step = "党支部在门户的“组织生活”页记录活动。"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    "kind",
                    "branch",
                    "cell",
                    "on_date",
                    "held_as",
                    "assessment_year",
                    "number",
                )
            },
        ),
        ("内容", {"fields": ("preparation", "content", "summary", "lecturer", "material", "study_minutes")}),
        (
            "状态",
            {
                "fields": (
                    "state",
                    "recorded_by",
                    "recorded_at",
                    "confirmed_by",
                    "confirmed_at",
                    "archived_at",
                    "returned_reason",
                    "returned_at",
                )
            },
        ),
    )
    parts = (
        Part(
            "主持、记录和到会情况",
            GatheringBranch,
            "records",
            (
                attribute("主持人", "chair"),
                attribute("记录人", "recorder"),
                attribute("列席", "observers"),
                *_ROLL,
            ),
            joined=("chair", "recorder"),
        ),
        Part(
            "议题",
            AgendaItem,
            "record",
            (attribute("议题", "title"), attribute("重要事项", "important"), attribute("会前讨论", "prior")),
            ordering=("position",),
            joined=("prior",),
        ),
        Part(
            "发言要点",
            Remark,
            "record",
            (
                attribute("发言人", "speaker_name"),
                attribute("发言要点", "text"),
                attribute("不同意见", "dissent"),
            ),
            ordering=("position",),
        ),
        Part(
            "决议",
            Resolution,
            "record",
            (
                attribute("决议内容", "text"),
                attribute("责任人", "owner_name"),
                attribute("完成时限", "due_on"),
                attribute("办理结果", "outcome"),
            ),
            ordering=("position",),
        ),
    )

    def label(self, row: ActivityRecord) -> str:
        return f"{row.title}（{row.on_date}）"

    def view_on_site(self, row: ActivityRecord) -> str:
        return reverse("activities:record", args=[row.uid])


# Lists around the records stand in a module of their own; Django looks for this one.
from activities import admin_around  # noqa: E402, F401
