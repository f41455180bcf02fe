"""Forms of 决议事项."""

import datetime

from django import forms

from activities.models import Resolution
from branch_portal.dates import format_date_cn, today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm


class ResolutionFilterForm(FilterForm):
    state = forms.ChoiceField(
        label="办理情况",
        required=False,
        choices=[("open", "办理中"), ("late", "逾期"), ("closed", "已办结"), ("all", "全部")],
    )
    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    cursor = forms.CharField(required=False, widget=forms.HiddenInput, max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this_year = today_shanghai().year
        years = [(year, f"{year}年") for year in range(this_year, this_year - 6, -1)]
        self.fields["year"].choices = [("", "全部"), *years]


class CloseResolutionForm(PortalForm):
    """办理情况: what became of it, when, in words."""

    outcome = forms.ChoiceField(label="办理结果", choices=Resolution.Outcome.choices)
    on_date = forms.DateField(label="办结日期", widget=DateInput)
    note = forms.CharField(label="办理情况", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, not_before: datetime.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.not_before = not_before
        self.fields["on_date"].error_messages["invalid"] = "日期看不懂，请写成 2026-04-13。"

    def clean_on_date(self) -> datetime.date:
        day = self.cleaned_data["on_date"]
        if day < self.not_before:
            raise forms.ValidationError(
                f"办结日期不能早于作出决议的日期（{format_date_cn(self.not_before)}）。"
            )
        if day > today_shanghai():
            raise forms.ValidationError("办结日期不能晚于今天。")
        return day

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("outcome", "note", "on_date")}
