"""What is registered of people and organisations over time: looked into here, changed on the portal's pages."""

from typing import ClassVar

from django.contrib import admin

from branch_portal.admin_base import ScopedModelAdmin, Section
from branch_portal.admin_filters import YearFilter
from branch_portal.permissions import Permission
from members.admin_filters import MemberFilter, SubtreeFilter
from members.admin_of_member import OfMemberAdmin
from members.models import (
    Affiliation,
    AffiliationTransfer,
    Commendation,
    CommitteeTerm,
    ContactLog,
    MemberStatus,
    OrganizationChange,
    PostTenure,
)
from members.queries.dictionaries import label_of as word_of


@admin.register(Affiliation)
class AffiliationAdmin(OfMemberAdmin):
    section = Section.PEOPLE
    list_display = ["member", "branch", "cell", "start", "end", "gain", "loss", "reason"]
    list_filter = [SubtreeFilter, MemberFilter, "gain", "loss"]
    fields = ["member", "branch", "cell", "start", "end", "gain", "loss", "reason"]
    readonly_fields = ["start", "end"]


@admin.register(AffiliationTransfer)
class AffiliationTransferAdmin(OfMemberAdmin):
    section = Section.PEOPLE
    list_display = [
        "member",
        "from_branch",
        "to_label",
        "state",
        "requested_on",
        "letter_no",
        "issued_on",
        "closed_on",
    ]
    list_select_related = ["to_branch"]
    list_filter = [SubtreeFilter, MemberFilter, "state", ("requested_on", YearFilter)]
    next_step = "组织关系转接在门户的“党员”页办理。"
    fieldsets = [
        (None, {"fields": ["member", "from_branch", "to_label", "state", "reason_label"]}),
        (
            "介绍信",
            {"fields": ["requested_on", "dues_paid_until", "letter_no", "issued_on", "valid_until"]},
        ),
        ("办结", {"fields": ["closed_on", "closing_note"]}),
    ]
    readonly_fields = ["to_label", "reason_label"]

    @admin.display(description="转入党组织")
    def to_label(self, row) -> str:
        return row.to_branch.name if row.to_branch else row.to_name

    @admin.display(description="转接原因")
    def reason_label(self, row) -> str:
        return word_of("transfer_reason", row.reason)


@admin.register(PostTenure)
class PostTenureAdmin(OfMemberAdmin):
    section = Section.PEOPLE
    list_display = ["member", "post", "organization", "start", "end"]
    list_filter = [SubtreeFilter, MemberFilter, "post"]
    fields = ["member", "post", "organization", "start", "end"]
    readonly_fields = ["start", "end"]


@admin.register(CommitteeTerm)
class CommitteeTermAdmin(ScopedModelAdmin):
    section = Section.PEOPLE
    view_permission = Permission.VIEW_ORGANIZATION
    list_display = ["organization", "origin", "elected_on", "years", "ends_on", "extended_until", "ended_on"]
    list_filter = [SubtreeFilter, "origin", ("ends_on", YearFilter), ("ended_on", admin.EmptyFieldListFilter)]
    search_fields = ["organization__name"]
    search_help_text = "按党组织名称查找。"
    ordering = ["-pk"]
    next_step = "在门户的组织页登记本届班子。"
    fields = [
        "organization", "origin", "elected_on", "years", "ends_on", "approval_reference", "extended_until",
        "extension_reference", "ended_on",
    ]  # fmt: skip

    def label(self, row: CommitteeTerm) -> str:
        return f"{row.organization.name}：{row.elected_on.year}年任期"


@admin.register(OrganizationChange)
class OrganizationChangeAdmin(ScopedModelAdmin):
    section = Section.PEOPLE
    headings: ClassVar = {"organization": "党组织"}
    view_permission = Permission.VIEW_ORGANIZATION
    list_display = ["organization", "kind", "effective_on", "name", "parent", "other", "reason"]
    list_filter = [SubtreeFilter, "kind", ("effective_on", YearFilter)]
    search_fields = ["organization__name", "name"]
    search_help_text = "按党组织的现名或变动后的名称查找。"
    ordering = ["-pk"]
    fieldsets = [
        (None, {"fields": ["organization", "kind", "effective_on", "reason"]}),
        (
            "变动后（空着的没有变）",
            {
                "fields": [
                    "name",
                    "short_name",
                    "parent",
                    "formation",
                    "unit_category",
                    "has_committee",
                    "other",
                ]
            },
        ),
    ]

    def label(self, row: OrganizationChange) -> str:
        return f"{row.organization.name}：{row.get_kind_display()}"


@admin.register(MemberStatus)
class MemberStatusAdmin(OfMemberAdmin):
    section = Section.PEOPLE
    organization_lookups = ("member__branch", "member__cell")
    list_display = ["member", "kind", "start", "end", "place", "abroad", "reference"]
    list_select_related = ["member__branch"]
    list_filter = [SubtreeFilter, MemberFilter, "kind"]
    fields = ["member", "kind", "start", "end", "place", "abroad", "reference"]
    readonly_fields = ["start", "end"]


@admin.register(ContactLog)
class ContactLogAdmin(OfMemberAdmin):
    section = Section.PEOPLE
    organization_lookups = ("member__branch", "member__cell")
    list_display = ["member", "on_date", "method", "reached", "by_user"]
    list_filter = [SubtreeFilter, MemberFilter, "method", "reached", ("on_date", YearFilter)]
    fields = ["member", "on_date", "method", "reached", "by_user", "recorded_at"]


@admin.register(Commendation)
class CommendationAdmin(OfMemberAdmin):
    section = Section.PEOPLE
    organization_lookups = ("member__branch", "member__cell")
    list_display = ["member", "awarded_on", "title", "level_label", "awarded_by", "reference"]
    list_filter = [SubtreeFilter, MemberFilter, ("awarded_on", YearFilter)]
    fields = ["member", "awarded_on", "title", "level_label", "awarded_by", "reference"]
    readonly_fields = ["level_label"]

    @admin.display(description="表彰级别")
    def level_label(self, row) -> str:
        return word_of("commendation_level", row.level)
