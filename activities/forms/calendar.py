"""`?month=2026-11&branch=…` of the calendar."""

import datetime
import re
from collections.abc import Sequence

from django import forms

from branch_portal.forms import FilterForm
from members.models import PartyOrganization

_MONTH = re.compile(r"^(\d{4})-(\d{1,2})$", re.ASCII)


class CalendarForm(FilterForm):
    """The month (any other text: the running one), and the branch for who sees several."""

    month = forms.CharField(label="月份", required=False, max_length=7, widget=forms.HiddenInput)

    def __init__(self, *args, branches: Sequence[PartyOrganization], **kwargs):
        super().__init__(*args, **kwargs)
        self.branches = branches
        choices = [(branch.uid.hex, str(branch)) for branch in branches]
        self.fields["branch"] = forms.ChoiceField(label="党支部", required=False, choices=choices)

    def first_day(self, today: datetime.date) -> datetime.date:
        match = _MONTH.match(self.values().get("month") or "")
        if match and 2000 <= int(match[1]) <= 2100 and 1 <= int(match[2]) <= 12:
            return datetime.date(int(match[1]), int(match[2]), 1)
        return today.replace(day=1)

    def chosen(self, preferred: PartyOrganization | None) -> PartyOrganization | None:
        """The branch asked for, else the one worked for, else the first."""
        asked = self.values().get("branch")
        for branch in self.branches:
            if branch.uid.hex == asked:
                return branch
        return next((b for b in self.branches if b == preferred), next(iter(self.branches), None))
