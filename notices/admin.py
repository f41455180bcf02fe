"""Reminder rules as they stand; what was told is shown as counts, never whose message it was."""

from django.contrib import admin

from branch_portal.admin_base import ScopedModelAdmin
from branch_portal.permissions import Permission
from notices.models import ReminderRule, ReminderSlot
from notices.queries.receipts import with_counts
from notices.queries.rules import offsets_of
from notices.rules.offsets import say_offsets


@admin.register(ReminderRule)
class ReminderRuleAdmin(ScopedModelAdmin):
    """Shown only: they are changed on 提醒设置, where what waits follows at once."""

    fields = ["key", "name", "clause", "enabled", "times", "email", "urgent", "changed_at"]
    readonly_fields = fields
    list_display = ["name", "key", "clause", "times", "email", "urgent", "enabled"]

    @admin.display(description="提醒时间")
    def times(self, rule) -> str:
        return say_offsets(offsets_of(rule))


@admin.register(ReminderSlot)
class ReminderSlotAdmin(ScopedModelAdmin):
    view_permission = Permission.VIEW_SUPERVISION
    fields = ["rule", "organization", "title", "body", "due_at", "not_after", "state", "told", "read", "mail"]
    readonly_fields = fields
    list_display = ["due_at", "rule", "organization", "title", "state", "told", "read", "mail"]
    list_filter = ["state", "rule"]
    list_select_related = ["rule", "organization"]
    ordering = ["-due_at", "-pk"]

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
