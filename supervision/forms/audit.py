"""Filters of the audit's lists."""

from django import forms

from branch_portal.forms import DateInput, FilterForm, PortalFormHelper
from members.models import PartyOrganization, SecurityEvent
from supervision.forms.offered import Offered, PlainSelect
from supervision.queries.audit_fields import LABELS
from supervision.queries.audit_models import tracked_models


class PeriodFilter(FilterForm):
    """From when to when; both days are included."""

    first = forms.DateField(label="自", required=False, widget=DateInput)
    last = forms.DateField(label="至", required=False, widget=DateInput)
    cursor = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()


class ActFilter(PeriodFilter):
    who = forms.CharField(label="操作人", required=False, max_length=60)
    reason = forms.CharField(label="事由包含", required=False, max_length=60)
    field_order = ("who", "reason", "first", "last")


class ChangeFilter(PeriodFilter):
    """Which kind of thing, in which part of the tree."""

    kind = forms.ChoiceField(label="内容", required=False)
    label = forms.ChoiceField(label="动作", required=False, choices=[("", "全部"), *LABELS.items()])
    organization = forms.ChoiceField(label="组织范围", required=False, widget=PlainSelect)
    field_order = ("kind", "label", "organization", "first", "last")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in tracked_models():
            if one.visible(user) is not None:
                groups.setdefault(one.group, []).append((one.key, one.words))
        self.fields["kind"].choices = list(groups.items())
        self.organizations = Offered.supervised(user, self.data.get("organization") or "")
        self.fields["organization"].choices = [("", "全部"), *self.organizations.choices]
        self.first_kind = next((key for choices in groups.values() for key, _ in choices), "")

    @property
    def root(self) -> PartyOrganization | None:
        return self.organizations.get(self.values().get("organization") or "")

    @property
    def chosen_kind(self) -> str:
        return self.values().get("kind") or self.first_kind


class AccessFilter(PeriodFilter):
    who = forms.CharField(label="查看人", required=False, max_length=60)
    action = forms.ChoiceField(
        label="动作", required=False, choices=[("", "全部"), ("reveal", "查看完整信息"), ("export", "导出")]
    )
    field_order = ("who", "action", "first", "last")


class SecurityFilter(PeriodFilter):
    who = forms.CharField(label="账号", required=False, max_length=60)
    kind = forms.ChoiceField(
        label="事件", required=False, choices=[("", "全部"), *SecurityEvent.Kind.choices]
    )
    field_order = ("who", "kind", "first", "last")
