"""Forms of 表彰."""

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import FilterForm, PortalForm, PortalFormHelper
from branch_portal.once import OneTimeFormMixin
from members.forms.fields import WrittenDateField
from members.queries.dictionaries import choices_of

ENTERED = ("title", "level", "awarded_by", "awarded_on", "reference")


class CommendationForm(OneTimeFormMixin, PortalForm):
    title = forms.CharField(label="表彰名称", max_length=80, help_text="例如：优秀共产党员。")
    level = forms.ChoiceField(label="表彰级别", choices=[], required=False)
    awarded_by = forms.CharField(label="授予单位", max_length=80)
    awarded_on = WrittenDateField(label="表彰日期")
    reference = forms.CharField(label="文号", max_length=60, required=False)

    def __init__(self, *args, commendation=None, **kwargs):
        if commendation is not None:
            kwargs.setdefault("initial", {name: getattr(commendation, name) for name in ENTERED})
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [("", "未登记"), *choices_of("commendation_level")]

    def clean_awarded_on(self):
        day = self.cleaned_data["awarded_on"]
        if day > today_shanghai():
            raise forms.ValidationError("表彰日期晚于今天，请核对。")
        return day

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ENTERED}


class YearFilter(FilterForm):
    year = forms.TypedChoiceField(label="年度", coerce=int, required=False, empty_value=None)
    cursor = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()
        this = today_shanghai().year
        self.fields["year"].choices = [(year, f"{year}年") for year in range(this, this - 30, -1)]

    @property
    def chosen(self) -> int:
        """The year asked for, else this one."""
        return self.values().get("year") or today_shanghai().year


class RemovalForm(PortalForm):
    reason = forms.CharField(
        label="移除原因",
        min_length=4,
        max_length=100,
        error_messages={"min_length": "请写明原因，至少 4 个字。"},
    )
