"""Forms of 填表: a blank form and its new version, a place and what is bound to it, for whom and when it is filled in."""

from itertools import groupby

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import FilterForm, PortalForm
from branch_portal.once import OneTimeFormMixin
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.forms.filters import FIRST_YEAR, year_choices
from supervision.models import FormBinding, FormRun
from supervision.queries.fill_sources import TABLE, sources_for
from supervision.rules.form_period import PARTS, usual_part
from supervision.rules.form_places import read_place

_OUTSIDE = "这个党组织不在您的范围内，请重新选择。"
_FILE_HELP = "Excel 表格（.xlsx）或 Word 文档（.docx），不超过 5 MB，不带宏、外部链接和嵌入对象。"


def fillable(user):
    """Committees, general branches and branches that the user fills in forms for, in the tree's order."""
    return (
        PartyOrganization.objects.permitted(user, Permission.FILL_FORMS)
        .exclude(kind=PartyOrganization.Kind.CELL)
        .filter(abolished_on__isnull=True)
        .order_by("path")
    )


class _FileForm(OneTimeFormMixin, PortalForm):
    file = forms.FileField(
        label="空白表格",
        max_length=300,
        allow_empty_file=True,
        help_text=_FILE_HELP,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.docx"}),
        error_messages={"max_length": "文件名太长，请改短后重新上传。"},
    )


class NewFormForm(_FileForm):
    name = forms.CharField(label="名称", max_length=80, help_text="例如 党支部基本情况月报（2026年版）。")
    organization = forms.ModelChoiceField(
        label="所属党组织",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        empty_label=None,
        help_text="该组织及上级党委的工作人员可以使用这份表格。",
    )
    field_order = ["name", "organization", "file", "submission_key"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["organization"].queryset = fillable(user).above_branches()
        self.fields["organization"].error_messages["invalid_choice"] = _OUTSIDE


class NewVersionForm(_FileForm):
    """The same form, changed by the superior."""


class SheetForm(FilterForm):
    """Which sheet is shown, and which place the side form begins with."""

    sheet = forms.IntegerField(required=False, min_value=1, max_value=100)
    place = forms.CharField(required=False, max_length=60)

    @property
    def number(self) -> int:
        return self.values().get("sheet") or 1


class BindForm(PortalForm):
    """A place and what goes into it. A source and its column are one choice, as people read it: 党员名册·姓名."""

    sheet = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    place = forms.CharField(
        label="位置",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    source = forms.ChoiceField(label="填什么")
    words = forms.CharField(label="固定文字", max_length=200, required=False)
    span = forms.ChoiceField(
        label="时段",
        required=False,
        choices=FormBinding.Span.choices,
        help_text="本期：填表时选的月份、季度等。",
    )
    spare = forms.IntegerField(
        label="预留行数",
        required=False,
        min_value=1,
        max_value=1000,
        initial=1,
        help_text="表格里已留出的空行数；数据更多时自动加行。只用于逐行的数据。",
    )
    whole_row = forms.BooleanField(
        label="同一行其他空格按表头自动绑定", required=False, help_text="只用于逐行的数据。"
    )
    keep = forms.BooleanField(
        label="写在原有文字后面", required=False, help_text="例如“填报单位：”后面接着写名称。"
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["source"].choices = [("", "请选择"), *source_choices(user)]
        self.fields["source"].error_messages["required"] = "请选择填什么数据。"
        self.fields["source"].error_messages["invalid_choice"] = "这项数据不在可选范围内，请重新选择。"
        self.fields["place"].error_messages["required"] = "请点选单元格，或填写位置，例如 B4。"

    def clean_place(self) -> str:
        read = read_place(self.cleaned_data["place"])
        if read is None:
            raise forms.ValidationError("位置看不懂，请写成 B4、表1第2行第3列，或点选表格里的单元格。")
        self.named_table, place = read
        return place

    def clean(self):
        cleaned = super().clean()
        if getattr(self, "named_table", ""):
            cleaned["sheet"] = self.named_table
        cleaned["span"] = cleaned.get("span") or FormBinding.Span.PERIOD
        cleaned["spare"] = cleaned.get("spare") or 1
        cleaned["source"], _, cleaned["column"] = cleaned.get("source", "").partition("|")
        return cleaned


def source_choices(user) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of values, then one group for each table with its columns."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for group, members in groupby(sources_for(user), key=lambda source: source.group):
        values = []
        for source in members:
            if source.kind == TABLE:
                columns = [(f"{source.key}|{key}", label) for key, label in source.columns.items()]
                found.append((f"逐行：{source.label}", columns))
            else:
                values.append((source.key, source.label))
        if values:
            found.append((group, values))
    return found


def choice_of(binding: FormBinding) -> str:
    """The choice that a binding was made with."""
    return f"{binding.source}|{binding.column}" if binding.column else binding.source


class PeriodForm(FilterForm):
    """For whom and when a form is looked at; what does not fit counts as not given."""

    organization = forms.ModelChoiceField(
        label="填报党组织",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=None,
    )
    year = forms.TypedChoiceField(label="年度", coerce=int, required=False, empty_value=None)
    part = forms.ChoiceField(label="时段", required=False, choices=list(PARTS.items()))

    def __init__(self, *args, user, usual: PartyOrganization, **kwargs):
        super().__init__(*args, **kwargs)
        self.usual = usual
        self.fields["organization"].queryset = fillable(user)
        self.fields["year"].choices = year_choices()
        year, part = usual_part(today_shanghai())
        self.initial = {"organization": usual, "year": max(year, FIRST_YEAR), "part": part}

    def chosen(self, name: str):
        return self.values().get(name) or self.initial[name]


class RunForm(OneTimeFormMixin, PortalForm):
    """Whom a worker fills the form in for."""

    organization = forms.ModelChoiceField(
        label="填报党组织",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        empty_label=None,
        error_messages={"invalid_choice": _OUTSIDE},
    )
    year = forms.TypedChoiceField(label="年度", coerce=int)
    part = forms.ChoiceField(label="时段", choices=list(PARTS.items()))
    mode = forms.ChoiceField(label="方式", choices=FormRun.Mode.choices)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["organization"].queryset = fillable(user)
        self.fields["year"].choices = year_choices()
