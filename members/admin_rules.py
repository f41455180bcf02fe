"""Rules in the admin: what a change would alter is worked out and shown before it takes effect, and the reason is kept."""

from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from branch_portal.admin_base import ScopedModelAdmin, Section
from branch_portal.forms import UnmarkedMixin
from branch_portal.permissions import Permission
from branch_portal.typed import TypedTextMixin
from members.actions.audit import note_reason


@dataclass(frozen=True)
class Effect:
    """What a change of a rule would alter: sentences, and figures before and after with what they count."""

    sentences: list[str] = field(default_factory=list)
    figures: list[tuple[str, object, object]] = field(default_factory=list)


class RuleForm(UnmarkedMixin, TypedTextMixin, forms.ModelForm):
    """The rule itself; on the second page the reason, and which button was pressed."""

    reason = forms.CharField(
        label="修改原因", required=False, max_length=200, help_text="例如发文字号，会写入修改记录。"
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    back = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get(
            "back"
        ):  # an error is what makes the admin show the form again with all that was typed
            raise forms.ValidationError("还没有保存。请修改后重新试算。")
        if cleaned.get("confirmed") and not cleaned.get("reason"):
            self.add_error("reason", "请填写修改原因。")
        return cleaned


_ASIDE = ("reason", "confirmed", "back")


class PreviewedRuleAdmin(ScopedModelAdmin):
    """Saves in two steps: 试算影响 shows what would change, 确认生效 saves with a reason.

    `effect(request, rule)` says what an unsaved valid rule would alter; it may write, because what it writes is undone.
    """

    section = Section.RULES
    change_permission: Permission | None = Permission.CONFIGURE
    form = RuleForm
    change_form_template = "admin/rule_change_form.html"

    def effect(self, request: HttpRequest, rule) -> Effect:
        raise NotImplementedError

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        if request.method == "POST":
            preview = self._preview(request, object_id)
            if preview is not None:
                return preview
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _preview(self, request, object_id) -> HttpResponse | None:
        """The second page; None where the form has to be shown again or may be saved."""
        found = self.get_object(request, object_id) if object_id else None
        allowed = (
            self.has_change_permission(request, found) if object_id else self.has_add_permission(request)
        )
        if not allowed:
            raise PermissionDenied
        if object_id and found is None:
            return None
        before = self.get_queryset(request).filter(pk=found.pk).values()[0] if found else {}
        form = self.get_form(request, found, change=found is not None)(request.POST, instance=found)
        valid = form.is_valid()
        if valid and form.cleaned_data["confirmed"]:
            return None
        if not valid and set(form.errors) != {"reason"}:
            return None
        changed = [
            (name, before.get(name), getattr(form.instance, name))
            for name in form.changed_data
            if name not in _ASIDE
        ]
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": f"试算影响：{self.opts.verbose_name}",
            "form": form,
            "new": found is None,
            "changes": [self._in_words(name, then, now) for name, then, now in changed],
            "effect": self.effect(request, form.instance),
            "asked": not valid,
            "aside": _ASIDE,
        }
        return TemplateResponse(request, "admin/rule_preview.html", context)

    def _in_words(self, name: str, then, now) -> tuple[str, str, str]:
        found = self.model._meta.get_field(name)
        words = dict(getattr(found, "flatchoices", ()))

        def say(value) -> str:
            if value is None or value == "":
                return "（空）"
            return ("是" if value else "否") if isinstance(value, bool) else str(words.get(value, value))

        return str(found.verbose_name), say(then), say(now)

    def save_model(self, request, obj, form, change):
        if form.cleaned_data.get("reason"):
            note_reason(form.cleaned_data["reason"])
        super().save_model(request, obj, form, change)
