"""Organisations and the audit in the admin: to look into, read-only."""

from django.contrib import admin
from django.urls import reverse

from branch_portal.admin_base import ScopedModelAdmin, Section
from branch_portal.admin_filters import YearFilter
from branch_portal.admin_related import Part, attribute
from branch_portal.permissions import Permission
from members import admin_accounts  # noqa: F401 - its lists come before the audit's
from members.admin_filters import SubtreeFilter
from members.models import (
    CommitteeTerm,
    OrganizationChange,
    PartyOrganization,
    PersonalDataAccess,
    SecurityEvent,
)


@admin.register(PartyOrganization)
class PartyOrganizationAdmin(ScopedModelAdmin):
    section = Section.PEOPLE
    view_permission = Permission.VIEW_ORGANIZATION
    list_display = [
        "name",
        "code",
        "kind",
        "unit_category",
        "formation",
        "has_committee",
        "founded_on",
        "abolished_on",
    ]
    list_filter = [
        SubtreeFilter,
        "kind",
        "unit_category",
        "formation",
        ("abolished_on", admin.EmptyFieldListFilter),
    ]
    search_fields = ["name", "short_name", "code"]
    search_help_text = "按名称、简称或组织代码查找。"
    ordering = ["path"]
    fieldsets = [
        (
            None,
            {"fields": ["name", "short_name", "code", "kind", "formation", "unit_category", "sort_number"]},
        ),
        (
            "成立和撤销",
            {"fields": ["applied_on", "replied_on", "founded_on", "abolished_on", "has_committee"]},
        ),
        (
            "所在单位",
            {"fields": ["unit_name", "unit_credit_code", "units_covered", "contact_name", "contact_phone"]},
        ),
        (
            "主题党日",
            {
                "fields": [
                    "theme_day_rule",
                    "theme_day_number",
                    "theme_day_weekday",
                    "theme_day_shift",
                    "usual_place",
                ]
            },
        ),
    ]
    parts = (
        Part(
            "班子任期",
            CommitteeTerm,
            "organization",
            (
                attribute("产生方式", "origin"),
                attribute("选举或批准日期", "elected_on"),
                attribute("届满日期", "ends_on"),
                attribute("延期至", "extended_until"),
                attribute("实际结束日期", "ended_on"),
            ),
            ordering=("-elected_on", "-pk"),
        ),
        Part(
            "组织变动",
            OrganizationChange,
            "organization",
            (
                attribute("生效日期", "effective_on"),
                attribute("变动", "kind"),
                attribute("变动后全称", "name"),
                attribute("原因", "reason"),
            ),
            ordering=("-effective_on", "-pk"),
        ),
    )

    def label(self, row: PartyOrganization) -> str:
        return row.name

    def view_on_site(self, organization: PartyOrganization) -> str:
        """Changes of the tree are made on the portal's page, with a date and a reason."""
        return reverse("organizations:detail", args=[organization.uid])


@admin.register(PersonalDataAccess)
class PersonalDataAccessAdmin(ScopedModelAdmin):
    """Who opened or took out personal data; nobody changes it."""

    section = Section.ACCOUNTS
    view_permission = Permission.VIEW_AUDIT
    list_display = ["at", "user_label", "action", "field", "row_count", "reason", "ip"]
    list_filter = ["action", ("at", YearFilter)]
    search_fields = ["user_label", "reason"]
    search_help_text = "按用户或事由查找。"
    ordering = ["-at", "-id"]
    fields = ["at", "user_label", "action", "field", "row_count", "reason", "ip"]

    def label(self, row: PersonalDataAccess) -> str:
        return f"{row.user_label}：{row.get_action_display()}"


@admin.register(SecurityEvent)
class SecurityEventAdmin(ScopedModelAdmin):
    """What happened at the door and to accounts; nobody changes it."""

    section = Section.ACCOUNTS
    view_permission = Permission.VIEW_AUDIT
    list_display = ["at", "kind", "user_label", "by_label", "detail", "device", "ip", "request"]
    list_filter = ["kind", ("at", YearFilter)]
    search_fields = ["user_label", "by_label", "ip"]
    search_help_text = "按账号、操作人或来源查找。"
    ordering = ["-at", "-id"]
    fields = ["at", "kind", "user_label", "by_label", "detail", "device", "ip", "request"]

    def label(self, row: SecurityEvent) -> str:
        return f"{row.user_label}：{row.get_kind_display()}"


# Lists of people stand in modules of their own; Django looks for this one.
from members import admin_people, admin_histories  # noqa: E402, F401, I001
