"""Which list of days, and of which month."""

import datetime

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import FilterForm, PortalFormHelper
from members.queries.milestones import AGE, BIRTHDAY, CONFIRMATION, FIFTY

LISTS = (
    (BIRTHDAY, "政治生日"),
    (CONFIRMATION, "转正到期"),
    (FIFTY, "党龄满50年"),
    (AGE, "到龄"),
)


class ListFilter(FilterForm):
    list = forms.ChoiceField(choices=LISTS, required=False, widget=forms.HiddenInput)
    month = forms.DateField(
        label="月份",
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()

    def asked(self) -> tuple[str, datetime.date]:
        """(list, first day of the month); what is not given is the first list and this month."""
        values = self.values()
        month = values.get("month") or today_shanghai().replace(day=1)
        return values.get("list") or BIRTHDAY, month
