"""Filters of the roster, and what an export asks for."""

import datetime

from django import forms
from django.core.exceptions import ValidationError

from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm, PortalFormHelper
from branch_portal.permissions import Permission
from members.forms.offered import offer
from members.models import Member, PartyOrganization
from members.queries.dictionaries import choices_of
from members.queries.roster import cells_of_branch, roster_branches, roster_organizations

_ALL = ("", "全部")


class RosterFilter(FilterForm):
    day = forms.DateField(label="截至日期", required=False, widget=DateInput)
    branch = forms.ModelChoiceField(
        label="党组织",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label="全部",
    )
    cell = forms.ModelChoiceField(
        label="党小组",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label="全部",
    )
    category = forms.ChoiceField(label="人员类别", choices=[_ALL, *Member.Category.choices], required=False)
    situation = forms.ChoiceField(
        label="情形",
        choices=[_ALL, ("floating", "流动"), ("lost", "失联"), ("suspended", "停止党籍")],
        required=False,
    )
    gender = forms.ChoiceField(label="性别", choices=[_ALL, *Member.Gender.choices], required=False)
    education = forms.ChoiceField(label="学历", required=False)
    age = forms.ChoiceField(
        label="年龄",
        choices=[
            _ALL,
            ("35", "35岁及以下"),
            ("45", "36–45岁"),
            ("54", "46–54岁"),
            ("60", "55–60岁"),
            ("61", "61岁及以上"),
        ],
        required=False,
    )
    q = forms.CharField(
        label="姓名",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "姓名、拼音或尾号"}),
    )
    cursor = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()
        self.fields["education"].choices = [_ALL, *choices_of("education")]
        branches = list(roster_branches(user)[:2])
        self.several = len(branches) > 1
        self.only_branch = branches[0] if len(branches) == 1 else None
        chosen = self.only_branch
        if self.several:
            field = self.fields["branch"]
            field.queryset = roster_organizations(user, day=self._given("day") or today_shanghai())
            chosen = self._given("branch")
            offer(field, chosen, first=[_ALL])
        else:
            del self.fields["branch"]
        if chosen is not None and chosen.is_branch:
            self.fields["cell"].queryset = cells_of_branch(user, chosen)
        else:
            del self.fields["cell"]

    def _given(self, name: str):
        """The value of one field ahead of the rest, because others depend on it; None when it does not validate."""
        try:
            return self.fields[name].clean(self.data.get(name))
        except ValidationError:
            return None

    def clean_day(self) -> datetime.date | None:
        day = self.cleaned_data["day"]
        if day is not None and not datetime.date(1921, 7, 1) <= day <= today_shanghai():
            raise ValidationError("截至日期不能晚于今天，也不能早于 1921-07-01。")
        return day


class LeftFilter(FilterForm):
    cursor = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)


class TakeOutForm(PortalForm):
    """Why a list of people is taken out."""

    reason = forms.CharField(
        label="导出事由",
        min_length=4,
        max_length=200,
        help_text="事由和导出的人数一并记入日志，并写入文件的导出说明。",
        error_messages={"min_length": "请写明导出事由，至少 4 个字。"},
    )


class ExportForm(TakeOutForm):
    """And how much of each."""

    content = forms.ChoiceField(label="内容", widget=forms.RadioSelect, initial="masked")

    field_order = ["content", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("masked", "遮盖（不含证件号码、住址，手机只留尾号）")]
        if self.user.may(Permission.REVEAL_PERSONAL_DATA):
            choices.append(("full", "完整（含公民身份号码、出生日期、电话、住址）"))
        self.fields["content"].choices = choices
