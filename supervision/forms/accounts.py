"""Accounts: the list's filter, whom to open, a colleague, a reason."""

import datetime

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import FilterForm, PortalForm, PortalFormHelper
from branch_portal.once import OneTimeFormMixin
from branch_portal.permissions import ROLE_LABELS
from members.actions.delegation import roles_to_lend
from members.forms.fields import WrittenDateField
from members.models import Member, PartyOrganization
from members.queries.account_list import areas_of, organizations_with_colleagues

STATES = (
    ("", "全部"),
    ("never", "从未登录"),
    ("stale_link", "链接过期未用"),
    ("dormant", "90 天未登录"),
    ("locked", "暂停登录"),
    ("disabled", "已停用"),
    ("one_step", "应开未开两步验证"),
)


class AccountFilter(FilterForm):
    organization = forms.ChoiceField(label="组织范围", required=False)
    role = forms.ChoiceField(label="角色", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=STATES)
    q = forms.CharField(label="姓名或用户名", required=False, max_length=60)
    cursor = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()
        self.organizations = {str(found.uid): found for found in areas_of(user)}
        top = min((found.depth for found in self.organizations.values()), default=1)
        self.fields["organization"].choices = [
            ("", "全部"),
            *((uid, "　" * (found.depth - top) + found.name) for uid, found in self.organizations.items()),
        ]
        roles = [(role.value, label) for role, label in ROLE_LABELS.items() if role.value != "member"]
        self.fields["role"].choices = [("", "全部"), *roles]

    @property
    def root(self) -> PartyOrganization | None:
        return self.organizations.get(self.values().get("organization") or "")


class BranchFilter(FilterForm):
    """Which part of the tree, which page of its branches."""

    organization = forms.ChoiceField(label="组织范围", required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.organizations = {str(found.uid): found for found in areas_of(user)}
        self.fields["organization"].choices = [
            ("", "全部"),
            *((uid, found.name) for uid, found in self.organizations.items()),
        ]

    @property
    def root(self) -> PartyOrganization | None:
        return self.organizations.get(self.values().get("organization") or "")

    @property
    def page_number(self) -> int:
        return self.values().get("page") or 1


class OpenForm(OneTimeFormMixin, PortalForm):
    """The ticked members of one branch."""

    members = forms.ModelMultipleChoiceField(
        label="党员", queryset=Member.objects.none(), to_field_name="uid", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = candidates
        self.fields["members"].error_messages = {
            "required": "请至少选择一名党员。",
            "invalid_choice": "所选党员已有账号，或已不在这个党支部，请重新选择。",
            "invalid_pk_value": "所选党员已有账号，或已不在这个党支部，请重新选择。",
        }


class ColleagueForm(OneTimeFormMixin, PortalForm):
    """An account for who works for a committee: a name, and rights between two days."""

    display_name = forms.CharField(label="姓名", max_length=60)
    organization = forms.ModelChoiceField(
        label="党组织（含下级）",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        empty_label="请选择",
    )
    role = forms.ChoiceField(label="权限", choices=[])
    valid_from = WrittenDateField(label="开始日期")
    valid_to = WrittenDateField(
        label="截止日期", help_text="当天仍有效，最长一年；到期前在“授权委托”里再办。"
    )
    reason = forms.CharField(
        label="事由",
        min_length=4,
        max_length=100,
        help_text="例如：镇党委组织干事，负责党员教育。",
        error_messages={"min_length": "请写明事由，至少 4 个字。"},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        places = organizations_with_colleagues(user)
        self.fields["organization"].queryset = places
        roles: dict[str, str] = {}
        for place in places:
            roles |= dict(roles_to_lend(user, place))
        self.fields["role"].choices = list(roles.items())
        today = today_shanghai()
        self.fields["valid_from"].initial = today
        self.fields["valid_to"].initial = today + datetime.timedelta(days=364)


class AccountReasonForm(PortalForm):
    """Why something is done to another one's account."""

    reason = forms.CharField(
        label="原因",
        min_length=4,
        max_length=100,
        error_messages={"min_length": "请写明原因，至少 4 个字。"},
    )


class AccountLinkForm(OneTimeFormMixin, PortalForm):
    """One press, one link."""
