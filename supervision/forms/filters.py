"""Filters of the committee's pages."""

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import FilterForm, PortalFormHelper
from members.models import PartyOrganization
from supervision.forms.offered import Offered, PlainSelect
from supervision.queries.receipts import reminder_kinds_known

#: The regulation's first year: nothing was owed before it (Art. 37, in force from 28 October 2018).
FIRST_YEAR = 2018


def year_choices() -> list[tuple[int, str]]:
    return [(year, f"{year} 年") for year in range(today_shanghai().year, FIRST_YEAR - 1, -1)]


class SubtreeForm(FilterForm):
    """Which part of the tree of those that the user supervises."""

    organization = forms.ChoiceField(label="组织范围", required=False, widget=PlainSelect)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()
        self.organizations = Offered.supervised(user, self.data.get("organization") or "")
        self.fields["organization"].choices = [("", "全部"), *self.organizations.choices]

    @property
    def root(self) -> PartyOrganization | None:
        return self.organizations.get(self.values().get("organization") or "")

    @property
    def page_number(self) -> int:
        return self.values().get("page") or 1


class YearMixin(forms.Form):
    """Which year; the running one where none is asked for."""

    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = year_choices()

    @property
    def chosen_year(self) -> int:
        return self.values().get("year") or today_shanghai().year


class SubtreeYearForm(YearMixin, SubtreeForm):
    """Which part of the tree, which year."""

    field_order = ("organization", "year")


class ReceiptForm(SubtreeYearForm):
    """Which month, and which kind of reminder."""

    month = forms.TypedChoiceField(
        label="月份",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "本月"), *((month, f"{month} 月") for month in range(1, 13))],
    )
    kind = forms.ChoiceField(label="提醒", required=False)
    field_order = ("organization", "year", "month", "kind")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "全部"), *reminder_kinds_known()]

    @property
    def chosen_month(self) -> int:
        return self.values().get("month") or today_shanghai().month
