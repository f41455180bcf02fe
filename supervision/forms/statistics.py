"""Whose figures, of which day; which cell; why a report is kept."""

import datetime

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm, PortalFormHelper
from branch_portal.once import OneTimeFormMixin
from members.models import PartyOrganization
from supervision.forms.offered import Offered, PlainSelect
from supervision.queries.statistics import organizations_reported
from supervision.tables.statistics import PARTS

FIRST_DAY = datetime.date(1921, 7, 1)


def presets(today: datetime.date) -> list[tuple[str, datetime.date]]:
    """Today, and the last half-year and year that are over."""
    half = datetime.date(today.year, 6, 30)
    half = half if half <= today else datetime.date(today.year - 1, 6, 30)
    year = datetime.date(today.year, 12, 31)
    year = year if year <= today else datetime.date(today.year - 1, 12, 31)
    return [("今天", today), (f"{half.year}年6月30日", half), (f"{year.year}年12月31日", year)]


class StatisticsForm(FilterForm):
    """An organisation whose figures the user may read, and a day up to today."""

    organization = forms.ChoiceField(label="组织范围", required=False, widget=PlainSelect)
    day = forms.DateField(label="截止日期", required=False, widget=DateInput)
    part = forms.ChoiceField(
        required=False,
        choices=[(key, label) for key, (label, _) in PARTS.items()],
        widget=forms.HiddenInput,
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()
        self.organizations = Offered(organizations_reported(user), self.data.get("organization") or "")
        self.first = self.organizations.first
        self.fields["organization"].choices = self.organizations.choices

    def clean_day(self) -> datetime.date | None:
        day = self.cleaned_data["day"]
        if day is not None and not FIRST_DAY <= day <= today_shanghai():
            raise forms.ValidationError("截止日期不能晚于今天，也不能早于 1921-07-01。")
        return day

    @property
    def root(self) -> PartyOrganization | None:
        """The chosen organisation; another committee's is no choice, and then it is the user's own highest one."""
        return self.organizations.get(self.values().get("organization") or "", self.first)

    @property
    def chosen_day(self) -> datetime.date:
        return self.values().get("day") or today_shanghai()

    @property
    def chosen_part(self) -> str:
        return self.values().get("part") or next(iter(PARTS))

    @property
    def query(self) -> dict[str, str]:
        """The filter for links."""
        root = self.root
        return {"organization": str(root.uid) if root else "", "day": self.chosen_day.isoformat()}


#: Where no cell is named: everybody.
_WHOLE = {"sheet": "category", "line": "total", "column": "total"}


class CellForm(StatisticsForm):
    """Which cell of which table, and which page of the list behind it."""

    sheet = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    line = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    column = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    cursor = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)

    @property
    def cell(self) -> tuple[str, str, str]:
        given = self.values()
        return tuple(given.get(name) or default for name, default in _WHOLE.items())

    @property
    def page_number(self) -> int:
        return self.values().get("page") or 1

    @property
    def query(self) -> dict[str, str]:
        return super().query | dict(zip(("sheet", "line", "column"), self.cell, strict=True))


class KeepReportForm(OneTimeFormMixin, PortalForm):
    """上报: the figures are kept as they are; what does not add up is explained."""

    explanation = forms.CharField(
        label="说明",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="校验有未通过项的，请写明原因；都通过的可以不填。",
    )


class ReportFilter(FilterForm):
    """Which page of the reports; whether the figures are to be counted again."""

    cursor = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    compare = forms.BooleanField(required=False)
    part = forms.ChoiceField(
        required=False, choices=[(key, label) for key, (label, _) in PARTS.items()], widget=forms.HiddenInput
    )
