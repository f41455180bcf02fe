"""Delegating: where, to whom, what, from when to when, and why."""

import datetime

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import FilterForm, PortalForm
from branch_portal.once import OneTimeFormMixin
from members.actions.delegation import roles_to_lend
from members.forms.fields import WrittenDateField
from members.models import PartyOrganization, User
from members.queries.delegations import accounts_to_delegate, organizations_to_delegate


class WhereForm(FilterForm):
    """The organisation that a delegation is for; one's own when nothing is asked."""

    organization = forms.ModelChoiceField(
        queryset=PartyOrganization.objects.none(), to_field_name="uid", required=False
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations_to_delegate(user)


class DelegationForm(OneTimeFormMixin, PortalForm):
    user = forms.ModelChoiceField(
        label="受委托人",
        queryset=User.objects.none(),
        to_field_name="uid",
        widget=forms.Select(attrs={"data-search": ""}),
        empty_label="请选择",
    )
    role = forms.ChoiceField(label="委托的权限", choices=[])
    valid_from = WrittenDateField(label="开始日期")
    valid_to = WrittenDateField(label="截止日期", help_text="当天仍有效，最长一年。")
    reason = forms.CharField(
        label="事由",
        min_length=4,
        max_length=100,
        help_text="例如：书记外出学习期间代为记录。",
        error_messages={"min_length": "请写明事由，至少 4 个字。"},
    )

    def __init__(self, *args, user, organization, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["user"].queryset = accounts_to_delegate(organization).exclude(pk=user.pk)
        self.fields["user"].label_from_instance = lambda account: account.display_name
        self.fields["role"].choices = roles_to_lend(user, organization)
        today = today_shanghai()
        self.fields["valid_from"].initial = today
        self.fields["valid_to"].initial = today + datetime.timedelta(days=30)


class EndDelegationForm(PortalForm):
    reason = forms.CharField(
        label="收回原因",
        min_length=4,
        max_length=100,
        error_messages={"min_length": "请写明原因，至少 4 个字。"},
    )
