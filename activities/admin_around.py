"""What hangs on the records, for the committee to look into: rolls, make-ups, disputes, votes, decisions, appraisals."""

from django.contrib import admin
from django.urls import reverse

from activities.models import (
    Amendment,
    AppraisalEntry,
    AppraisalSheet,
    AttendanceDispute,
    Ballot,
    Candidate,
    MakeUp,
    RedBase,
    Resolution,
    RollEntry,
)
from branch_portal.admin_base import ScopedModelAdmin, Section
from branch_portal.admin_filters import YearFilter
from branch_portal.admin_related import Part, attribute
from branch_portal.permissions import Permission
from members.admin_filters import MemberFilter, SubtreeFilter
from members.admin_of_member import OfMemberAdmin


class _OfRecordAdmin(ScopedModelAdmin):
    """Rows of one record: they lead to its page in the portal."""

    section = Section.RECORDS
    view_permission = Permission.VIEW_RECORDS
    ordering = ("-pk",)

    def view_on_site(self, row) -> str:
        return reverse("activities:record", args=[row.record.uid])

    def label(self, row) -> str:
        return f"{row.record.title}：{self.opts.verbose_name}"


class _OfRollAdmin(OfMemberAdmin):
    """Rows of one member at one gathering."""

    section = Section.RECORDS
    view_permission = rows_permission = Permission.VIEW_ROLLS
    list_select_related = ("share__gathering",)

    @admin.display(description="活动")
    def theme(self, row) -> str:
        return row.share.gathering.theme


@admin.register(RollEntry)
class RollEntryAdmin(_OfRollAdmin):
    rows_permission = None
    list_display = ("member", "branch", "on_date", "theme", "status", "leave_type", "reason", "minutes")
    list_filter = (SubtreeFilter, MemberFilter, "status", ("on_date", YearFilter))
    fields = (
        "member",
        "name",
        "branch",
        "on_date",
        "theme",
        "status",
        "leave_type",
        "reason",
        "minutes",
        "marked_by",
        "marked_at",
    )
    readonly_fields = ("theme",)
    next_step = "党支部登记到会情况以后会列在这里。"


@admin.register(MakeUp)
class MakeUpAdmin(_OfRollAdmin):
    list_display = ("member", "branch", "theme", "material", "due_on", "state", "handed_in_at", "decided_at")
    list_filter = (SubtreeFilter, MemberFilter, "state", ("due_on", YearFilter))
    fieldsets = (
        (None, {"fields": ("member", "branch", "theme", "material", "due_on", "state")}),
        ("完成和审核", {"fields": ("note", "handed_in_at", "returned_reason", "decided_by", "decided_at")}),
        ("布置", {"fields": ("set_by", "set_at")}),
    )
    readonly_fields = ("theme",)


@admin.register(AttendanceDispute)
class AttendanceDisputeAdmin(_OfRollAdmin):
    """The committee that supervises the rolls reads what is asked of them; answering stays with the branch."""

    list_display = ("member", "branch", "theme", "written", "claimed", "raised_at", "due_on", "state")
    list_filter = (SubtreeFilter, MemberFilter, "state", ("raised_at", YearFilter))
    fields = (
        "member", "branch", "theme", "written", "claimed", "statement", "raised_at", "due_on", "state", "answer",
        "answered_by", "answered_at",
    )  # fmt: skip
    readonly_fields = ("theme",)


@admin.register(Resolution)
class ResolutionAdmin(_OfRecordAdmin):
    list_display = ("text", "branch", "record", "owner_name", "due_on", "outcome", "closed_on")
    list_filter = (
        SubtreeFilter,
        "outcome",
        ("due_on", YearFilter),
        ("closed_on", admin.EmptyFieldListFilter),
    )
    search_fields = ("text",)
    search_help_text = "按决议内容查找。"
    fields = (
        "text",
        "branch",
        "record",
        "owner_name",
        "due_on",
        "outcome",
        "closed_on",
        "closing_note",
        "closed_by",
    )


@admin.register(Amendment)
class AmendmentAdmin(_OfRecordAdmin):
    list_display = ("record", "branch", "number", "field", "reason", "state", "proposed_at", "signed_at")
    list_filter = (SubtreeFilter, "state", ("proposed_at", YearFilter))
    fieldsets = (
        (None, {"fields": ("record", "branch", "number", "field", "old_text", "new_text", "reason")}),
        ("签署", {"fields": ("state", "proposed_by", "proposed_at", "signed_by", "signed_at")}),
    )


@admin.register(Ballot)
class BallotAdmin(_OfRecordAdmin):
    """What was decided stands; who voted how is nowhere."""

    list_display = (
        "title",
        "branch",
        "kind",
        "on_date",
        "state",
        "outcome",
        "votes_for",
        "votes_against",
        "votes_abstain",
    )
    list_select_related = ("record",)
    list_filter = (SubtreeFilter, "kind", "state", "outcome", ("on_date", YearFilter))
    search_fields = ("title",)
    search_help_text = "按表决事项查找。"
    fieldsets = (
        (None, {"fields": ("title", "record", "branch", "kind", "method", "on_date", "state")}),
        (
            "到会和票数",
            {
                "fields": (
                    "expected_voting",
                    "present_voting",
                    "excluded_count",
                    "quorum_needed",
                    "votes_needed",
                    "votes_for",
                    "votes_against",
                    "votes_abstain",
                    "outcome",
                )
            },
        ),
        (
            "选举",
            {
                "fields": (
                    "office",
                    "seats",
                    "ballots_issued",
                    "ballots_collected",
                    "ballots_valid",
                    "ballots_invalid",
                    "seats_left",
                )
            },
        ),
        (
            "决议和登记",
            {"fields": ("resolution", "decided_by", "decided_at", "withdrawn_at", "withdrawn_reason")},
        ),
    )
    parts = (
        Part(
            "候选人",
            Candidate,
            "ballot",
            (
                attribute("姓名", "name"),
                attribute("赞成", "votes_for", numeric=True),
                attribute("不赞成", "votes_against", numeric=True),
                attribute("弃权", "votes_abstain", numeric=True),
                attribute("当选", "elected"),
            ),
            ordering=("position",),
        ),
    )

    def label(self, row: Ballot) -> str:
        return row.title


@admin.register(AppraisalSheet)
class AppraisalSheetAdmin(_OfRecordAdmin):
    """Who took part; grades are sealed and opened on the record's page alone."""

    view_permission = Permission.VIEW_APPRAISALS
    list_display = ("record", "branch", "ballots_issued", "ballots_collected", "excellent_base", "saved_at")
    list_filter = (SubtreeFilter, ("saved_at", YearFilter))
    personal = True
    fields = (
        "record", "branch", "ballots_issued", "ballots_collected", "excellent_base", "over_cap_reason",
        "committee_opinion", "saved_at",
    )  # fmt: skip
    parts = (
        Part(
            "参加评议的党员",
            AppraisalEntry,
            "sheet",
            (
                attribute("姓名", "name"),
                attribute("人员类别", "category"),
                attribute("反馈日期", "fed_back_on"),
            ),
            ordering=("row_number",),
            permission=Permission.VIEW_APPRAISALS,
        ),
    )


@admin.register(RedBase)
class RedBaseAdmin(ScopedModelAdmin):
    section = Section.RECORDS
    view_permission = Permission.VIEW_RECORDS
    list_display = ("name", "organization", "place", "contact", "in_use")
    list_filter = (SubtreeFilter, "in_use")
    search_fields = ("name", "place")
    search_help_text = "按名称或地址查找。"
    ordering = ("-pk",)
    next_step = "在门户的“组织生活”页登记红色教育基地。"
    fields = ("name", "organization", "place", "contact", "opening_hours", "note", "in_use")

    def label(self, row: RedBase) -> str:
        return row.name
