"""Reminder rules can be switched and timed; what was told is shown as counts, never whose message it was."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from branch_portal.admin_base import ScopedModelAdmin
from branch_portal.permissions import Permission
from notices.models import ReminderRule, ReminderSlot
from notices.queries.receipts import with_counts

_MOST_DAYS = 366
_MOST_MONTHS = 12


class ReminderRuleForm(forms.ModelForm):
    class Meta:
        model = ReminderRule
        fields = ["enabled", "offsets_minutes", "offsets_months", "email", "urgent"]
        help_texts = {
            "offsets_minutes": "以英文逗号分隔的分钟数，如 4320,60 表示提前 3 天和提前 1 小时；负数表示过后多久。",
            "offsets_months": "以英文逗号分隔的月数，如 6,3,1,0 表示提前 6、3、1 个月和当天；按日历月计算。",
            "urgent": "夜间（21:00–次日 8:00）默认不发电子邮件，勾选后照发；站内通知不受影响。",
        }

    def clean_offsets_minutes(self):
        offsets = self.cleaned_data["offsets_minutes"] or []
        if any(abs(minutes) > _MOST_DAYS * 24 * 60 for minutes in offsets):
            raise ValidationError(f"提前量不能超过 {_MOST_DAYS} 天，请检查分钟数。")
        return sorted(set(offsets), reverse=True)

    def clean_offsets_months(self):
        offsets = self.cleaned_data["offsets_months"] or []
        if any(abs(months) > _MOST_MONTHS for months in offsets):
            raise ValidationError(f"提前量不能超过 {_MOST_MONTHS} 个月，请检查月数。")
        return sorted(set(offsets), reverse=True)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["offsets_minutes"] and not cleaned["offsets_months"]:
            raise ValidationError("请至少填写一个提前量（分钟或月）；不需要这种提醒时请取消“启用”。")
        return cleaned


@admin.register(ReminderRule)
class ReminderRuleAdmin(ScopedModelAdmin):
    change_permission = Permission.CONFIGURE
    form = ReminderRuleForm
    fields = ["key", "name", "clause", "enabled", "offsets_minutes", "offsets_months", "email", "urgent"]
    readonly_fields = ["key", "name", "clause"]
    list_display = [
        "name",
        "key",
        "clause",
        "offsets_minutes",
        "offsets_months",
        "email",
        "urgent",
        "enabled",
    ]

    def has_add_permission(self, request) -> bool:
        return False  # a rule without code behind its key would never fire


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

    @admin.display(description="邮件（已送出/待发/未送达）")
    def mail(self, slot) -> str:
        return f"{slot.mail_sent_count} / {slot.mail_waiting_count} / {slot.mail_failed_count}"
