"""Forms of 记录质量, 抽查 and 退回."""

import datetime

from django import forms

from activities.models import ActivityKind
from activities.rules.quality import CODE_LABELS
from branch_portal.dates import today_shanghai
from branch_portal.forms import CursorFilter, DateInput, PortalForm
from branch_portal.once import OneTimeFormMixin
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.actions.spot_checks import MOST
from supervision.forms.filters import SubtreeYearForm
from supervision.forms.offered import Offered, PlainSelect
from supervision.models import SpotCheckItem
from supervision.queries.spot_checks import Stratum

DATE_ERROR = "日期看不懂，请写成 2026-04-13。"


class QualityForm(SubtreeYearForm):
    """Which records of the chosen part of the tree and year: those with a remark of one kind, or of any."""

    code = forms.ChoiceField(label="提示", required=False)
    cursor = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("organization", "year", "code")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [
            ("", "全部提示"),
            *((code, f"{code} {label}") for code, label in CODE_LABELS.items()),
        ]

    @property
    def code_chosen(self) -> str:
        return self.values().get("code") or ""


def inspected(user, asked: str = "") -> Offered:
    return Offered(PartyOrganization.objects.permitted(user, Permission.INSPECT), asked)


class CompareForm(PortalForm, OneTimeFormMixin):
    """What is to be compared: the filter that the page showed."""

    organization = forms.CharField(required=False, widget=forms.HiddenInput)
    year = forms.IntegerField(widget=forms.HiddenInput, min_value=2018, max_value=2100)

    @property
    def root(self) -> PartyOrganization | None:
        """The chosen organisation, else the highest one that the user inspects."""
        asked = self.cleaned_data["organization"]
        found = inspected(self.user, asked)
        return found.get(asked) or found.first


class CheckListFilter(CursorFilter):
    """Which page of the checks."""


class RootForm(PortalForm):
    """A form about a part of the tree that the user inspects; where not all branches are offered, one is asked for by name."""

    organization = forms.ChoiceField(label="组织范围", widget=PlainSelect)
    branch_name = forms.CharField(
        label="只选一个党支部",
        max_length=120,
        required=False,
        help_text="填写名称或其中几个字，在上面选中的组织范围内查找；不填就是整个范围。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        asked = self.data.get("organization") or self.initial.get("organization") or ""
        self.organizations = inspected(self.user, str(asked))
        self.fields["organization"].choices = self.organizations.choices
        self.fields["organization"].error_messages["invalid_choice"] = "这个组织不在所辖范围，请重新选择。"
        if not self.organizations.shortened:
            del self.fields["branch_name"]

    def clean(self) -> dict:
        values = super().clean()
        name = (values.get("branch_name") or "").strip()
        root = self.organizations.get(values.get("organization") or "")
        if name and root is not None:
            values["branch"] = self._one(self.organizations.named(root, name), name)
        return values

    def _one(self, found: list[PartyOrganization], name: str) -> PartyOrganization | None:
        if len(found) == 1:
            return found[0]
        if found:
            names = "、".join(branch.name for branch in found[:5])
            self.add_error("branch_name", f"名称里有“{name}”的党支部不止一个：{names}。请写全名。")
        else:
            self.add_error("branch_name", f"所选范围内没有找到“{name}”，请核对名称或换一个范围。")
        return None

    @property
    def root(self) -> PartyOrganization:
        return self.cleaned_data.get("branch") or self.organizations[self.cleaned_data["organization"]]


class DrawForm(RootForm, OneTimeFormMixin):
    """抽查: from what, how many."""

    title = forms.CharField(label="名称", max_length=80)
    first_on = forms.DateField(label="活动日期从", widget=DateInput)
    last_on = forms.DateField(label="活动日期到", widget=DateInput)
    kinds = forms.MultipleChoiceField(
        label="活动类型",
        choices=ActivityKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选为全部类型。",
    )
    unit_categories = forms.MultipleChoiceField(
        label="支部类别",
        choices=PartyOrganization.UnitCategory.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选为全部类别。",
    )
    size = forms.IntegerField(
        label="抽取份数", min_value=1, max_value=MOST, help_text="记录不足这个数时全部抽取。"
    )
    field_order = (
        "title",
        "organization",
        "branch_name",
        "first_on",
        "last_on",
        "kinds",
        "unit_categories",
        "size",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("first_on", "last_on"):
            self.fields[name].error_messages["invalid"] = DATE_ERROR
        for name in ("kinds", "unit_categories"):
            self.fields[name].error_messages["invalid_choice"] = "选项已失效，请重新选择。"
        self.fields["size"].error_messages |= {
            "invalid": "抽取份数请填整数。",
            "min_value": "抽取份数至少为 1。",
            "max_value": f"一次最多抽取 {MOST} 份。",
        }

    def clean(self) -> dict:
        values = super().clean()
        first, last = values.get("first_on"), values.get("last_on")
        if first and last and first > last:
            self.add_error("last_on", f"结束日期应不早于开始日期 {first:%Y-%m-%d}。")
        return values

    def stratum(self) -> Stratum:
        cleaned = self.cleaned_data
        return Stratum(
            self.root,
            cleaned["first_on"],
            cleaned["last_on"],
            tuple(cleaned["kinds"]),
            tuple(cleaned["unit_categories"]),
        )


class JudgeItemForm(PortalForm):
    """What was found of one record."""

    result = forms.ChoiceField(label="结果", choices=SpotCheckItem.Result.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="问题说明",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="有问题的，写明是什么、在哪里。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["result"].error_messages |= {
            "required": "请选择“符合”或“有问题”。",
            "invalid_choice": "请选择“符合”或“有问题”。",
        }

    def clean(self) -> dict:
        values = super().clean()
        if values.get("result") == SpotCheckItem.Result.PROBLEM and not values.get("text", "").strip():
            self.add_error("text", "请写明问题是什么、在哪里。")
        return values


class ReturnsForm(SubtreeYearForm):
    """Which returned records: all, or those whose day has passed."""

    only_late = forms.BooleanField(label="只看逾期", required=False)
    cursor = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("organization", "only_late")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["year"]


def coming_day(form: forms.Form, name: str) -> datetime.date | None:
    """A day from today on, within a year; the field says what is wrong with any other."""
    day = form.cleaned_data.get(name)
    today = today_shanghai()
    if day and not today <= day <= today + datetime.timedelta(days=366):
        raise forms.ValidationError("期限应为今天到一年以内的日期。")
    return day
