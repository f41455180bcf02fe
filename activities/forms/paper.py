"""Forms of paper: layout of a download, binders, the year's archive, amendments, the committees' own Word forms, codes."""

from django import forms

from activities.models import ActivityKind
from activities.rules.amendments import AmendableField
from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm
from branch_portal.once import OneTimeFormMixin
from branch_portal.permissions import Permission
from members.forms import offered
from members.models import PartyOrganization

FIRST_YEAR = 2000


class LayoutForm(FilterForm):
    layout = forms.ChoiceField(choices=[("", ""), ("portal", "")], required=False)


class CodeForm(FilterForm):
    code = forms.CharField(label="查验码", max_length=40, required=False)


class YearForm(FilterForm):
    """Which branch's year is looked at."""

    branch = forms.UUIDField(required=False)
    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=2100, required=False)


class _BranchYearForm(PortalForm):
    """A branch within the reach of one permission, and a year."""

    permission: Permission

    branch = forms.ModelChoiceField(
        label="党支部", queryset=PartyOrganization.objects.none(), to_field_name="uid", empty_label=None
    )
    year = forms.TypedChoiceField(label="年度", coerce=int)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        this_year = today_shanghai().year
        reach = PartyOrganization.objects.permitted(user, self.permission)
        field = self.fields["branch"]
        field.queryset = reach.branches().in_official_order()
        field.error_messages["invalid_choice"] = "这个党支部不在您的范围内，请重新选择。"
        found = list(field.queryset[: offered.MOST + 1])
        field.choices = [(str(branch.uid), str(branch)) for branch in found]
        if len(found) > offered.MOST:
            self._offer_by_level(field, reach)
        self.fields["year"].choices = [(year, f"{year}年") for year in range(this_year, this_year - 11, -1)]
        self.fields["year"].error_messages["invalid_choice"] = "请选择年度。"

    def _offer_by_level(self, field: forms.ModelChoiceField, reach) -> None:
        field.queryset = reach.exclude(kind=PartyOrganization.Kind.CELL)
        offered.offer(field, offered.given(field, self.data.get("branch")))

    def clean_branch(self) -> PartyOrganization:
        """Where very many are offered level by level, an upper organisation opens its own; the paper is of a branch."""
        chosen = self.cleaned_data["branch"]
        if not chosen.is_branch:
            raise forms.ValidationError(f"已列出{chosen}的下级，请选择党支部。")
        return chosen


class BinderForm(OneTimeFormMixin, _BranchYearForm):
    permission = Permission.VIEW_ROLLS

    quarter = forms.TypedChoiceField(
        label="时段",
        required=False,
        empty_value=None,
        coerce=int,
        choices=[("", "全年"), ("1", "第一季度"), ("2", "第二季度"), ("3", "第三季度"), ("4", "第四季度")],
    )


class ArchiveYearForm(_BranchYearForm):
    permission = Permission.CONFIRM_RECORDS


class AmendmentForm(OneTimeFormMixin, PortalForm):
    """One text put right, with its reason."""

    new_text = forms.CharField(label="更正为", required=False, strip=True)
    reason = forms.CharField(label="更正原因", max_length=200)

    def __init__(self, *args, info: AmendableField, **kwargs):
        super().__init__(*args, **kwargs)
        longest = info.longest
        self.fields["new_text"] = forms.CharField(
            label=f"{info.label}更正为",
            required=not info.may_be_empty,
            max_length=longest,
            widget=forms.Textarea(attrs={"rows": 12 if longest > 5000 else 6})
            if info.several_lines
            else forms.TextInput(),
            error_messages={"required": f"请填写更正后的{info.label}。"},
        )
        self.order_fields(["new_text", "reason"])


class TemplateForm(OneTimeFormMixin, PortalForm):
    organization = forms.ModelChoiceField(
        label="适用党组织",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        empty_label=None,
        help_text="本组织及下级党支部的记录表都用这个模板。",
    )
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部类型"), *ActivityKind.choices])
    name = forms.CharField(label="名称", max_length=80, help_text="例如 镇党委会议记录表（2026年版）。")
    active_from = forms.DateField(
        label="启用日期",
        widget=DateInput,
        help_text="这一天及以后召开的会议、活动使用本模板。",
        error_messages={"invalid": "日期看不懂，请写成 2026-04-13。"},
    )
    file = forms.FileField(
        label="模板文件",
        max_length=300,
        allow_empty_file=False,
        help_text="Word 文档（.docx），不超过 5 MB，不带宏、外部链接和嵌入对象。",
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        error_messages={"empty": "文件是空的，请重新选择。", "max_length": "文件名太长，请改短后重新上传。"},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["organization"].queryset = (
            PartyOrganization.objects.permitted(user, Permission.EDIT_DICTIONARIES)
            .exclude(kind__in=(PartyOrganization.Kind.BRANCH, PartyOrganization.Kind.CELL))
            .filter(abolished_on=None)
            .order_by("path")
        )
        self.fields["organization"].error_messages["invalid_choice"] = (
            "这个党组织不在您的范围内，请重新选择。"
        )
        self.fields["file"].error_messages["required"] = "请选择文件。"
        self.fields["active_from"].initial = today_shanghai
