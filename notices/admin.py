"""Reminder rules as they stand; what was told is shown as counts, never whose message it was."""

from django.contrib import admin

from branch_portal.admin_base import ScopedModelAdmin, Section
from branch_portal.admin_filters import YearFilter
from branch_portal.permissions import Permission
from members.admin_filters import SubtreeFilter
from notices.models import ReminderRule, ReminderRuleOverride, ReminderSlot
from notices.queries.receipts import with_counts
from notices.queries.rules import offsets_of
from notices.rules.offsets import say_offsets


@admin.register(ReminderRule)
class ReminderRuleAdmin(ScopedModelAdmin):
    """Shown only: they are changed on 提醒设置, where what waits follows at once."""

    section = Section.REMINDERS
    fields = ["key", "name", "clause", "enabled", "times", "email", "urgent", "changed_at"]
    readonly_fields = fields
    list_display = ["name", "clause", "times", "email", "urgent", "enabled"]
    ordering = ["pk"]

    def label(self, row: ReminderRule) -> str:
        return row.name

    @admin.display(description="提醒时间")
    def times(self, rule) -> str:
        return say_offsets(offsets_of(rule))


@admin.register(ReminderRuleOverride)
class ReminderRuleOverrideAdmin(ScopedModelAdmin):
    """What a committee set for its own; changed on 提醒设置."""

    section = Section.REMINDERS
    view_permission = Permission.VIEW_SUPERVISION
    list_display = ["rule", "organization", "inherits", "enabled", "changed_at"]
    list_filter = [SubtreeFilter, "enabled"]
    ordering = ["-pk"]
    fields = ["rule", "organization", "inherits", "enabled", "changed_at"]
    next_step = "各种提醒都按统一规则发出；要为所属党组织另行设置，请用“提醒设置”页。"

    def label(self, row: ReminderRuleOverride) -> str:
        return f"{row.organization.name}：{row.rule.name}"


@admin.register(ReminderSlot)
class ReminderSlotAdmin(ScopedModelAdmin):
    section = Section.REMINDERS
    view_permission = Permission.VIEW_SUPERVISION
    fields = ["rule", "organization", "title", "body", "due_at", "not_after", "state", "told", "read", "mail"]
    readonly_fields = fields
    list_display = ["title", "rule", "organization", "due_at", "state", "told", "read", "mail"]
    list_filter = [SubtreeFilter, "state", "rule", ("due_at", YearFilter)]
    search_fields = ["title"]
    search_help_text = "按标题查找。"
    ordering = ["-due_at", "-pk"]
    next_step = "提醒按规则自动产生。"

    def label(self, row: ReminderSlot) -> str:
        return row.title

    def get_queryset(self, request):
        return with_counts(super().get_queryset(request))

    @admin.display(description="已告知")
    def told(self, slot) -> int:
        return slot.told_count

    @admin.display(description="已阅")
    def read(self, slot) -> int:
        return slot.read_count

    @admin.display(description="站外（已送出/待发/未送达）")
    def mail(self, slot) -> str:
        return f"{slot.out_sent_count} / {slot.out_waiting_count} / {slot.out_failed_count}"
