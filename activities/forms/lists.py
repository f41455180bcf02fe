"""Query strings: what a new form is pre-filled with, and the filters of the list."""

from django import forms

from activities.models import ActivityKind, ActivityRecord
from branch_portal.dates import today_shanghai
from branch_portal.forms import FilterForm


class PrefillForm(FilterForm):
    """`?for=<branch or cell>&date=…`: which organisation a form is for, and the day that a due line means."""

    date = forms.DateField(required=False)
    cell = forms.CharField(required=False, max_length=32)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["for"] = forms.UUIDField(required=False)


class RollQueryForm(FilterForm):
    """The day and cell whose roll the page asks for after a change of date."""

    on_date = forms.DateField(required=False)
    cell = forms.CharField(required=False, max_length=32)
    held_as = forms.ChoiceField(required=False, choices=ActivityRecord.HeldAs.choices)
    roll_signature = forms.CharField(required=False, max_length=32)


class RecordFilterForm(FilterForm):
    """Filters of 活动记录; `branches` are offered only to whom several are visible."""

    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *ActivityKind.choices])
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *ActivityRecord.State.choices]
    )
    text = forms.CharField(
        label="主题、正文",
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "几个词用空格隔开"}),
    )
    cursor = forms.CharField(required=False, widget=forms.HiddenInput, max_length=300)

    def __init__(self, *args, branches=(), **kwargs):
        super().__init__(*args, **kwargs)
        this_year = today_shanghai().year
        years = [(year, f"{year}年") for year in range(this_year + 1, this_year - 6, -1)]
        self.fields["year"].choices = [("", "全部"), *years]
        if len(branches) > 1:
            choices = [("", "全部"), *((branch.uid.hex, str(branch)) for branch in branches)]
            self.fields["branch"] = forms.ChoiceField(label="党支部", required=False, choices=choices)
            self.order_fields(["year", "branch", "kind", "state", "text"])
