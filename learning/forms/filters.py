"""Filters of the pages on study hours."""

from django import forms

from branch_portal.forms import FilterForm, PortalFormHelper
from learning.queries.progress import PERIODS
from members.models import PartyOrganization


class YearFilter(FilterForm):
    year = forms.TypedChoiceField(label="年度", coerce=int, required=False, empty_value=None)

    def __init__(self, *args, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()
        self.years = years
        self.fields["year"].choices = [(year, f"{year} 年") for year in years]

    def year_or(self, default: int) -> int:
        """The year asked for; the choice shows it also when none was."""
        chosen = self.values().get("year") or default
        self.data = self.data.copy()
        self.data["year"] = str(chosen)
        return chosen


class PaperFilter(FilterForm):
    """How the paper is wanted: in large print or not."""

    large = forms.BooleanField(required=False)

    @property
    def wanted_large(self) -> bool:
        return bool(self.values().get("large"))


class BranchFilter(FilterForm):
    """Whose list is shown; without a choice for who sees one branch only."""

    branch = forms.ModelChoiceField(
        label="党支部",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=None,
    )

    def __init__(self, *args, branches, default, **kwargs):
        super().__init__(*args, **kwargs)
        first = list(branches[:2])
        self.fallback = default or (first[0] if first else None)
        if len(first) > 1:
            self.fields["branch"].queryset = branches
        else:
            del self.fields["branch"]

    def chosen_branch(self) -> PartyOrganization | None:
        """The branch asked for, the one that the user works for, or the first; None when there is none."""
        chosen = self.values().get("branch") or self.fallback
        if chosen is not None:
            self.data = self.data.copy()
            self.data["branch"] = str(chosen.uid)
        return chosen


class BranchYearFilter(BranchFilter, YearFilter):
    field_order = ("branch", "year")


class BranchPeriodFilter(BranchYearFilter):
    """A part of the year as well."""

    field_order = ("branch", "year", "period")
    period = forms.ChoiceField(
        label="时段", required=False, choices=[(key, label) for key, (label, _) in PERIODS.items()]
    )

    def chosen_period(self) -> tuple[str, int]:
        """Label and number of months; the whole year unless another part was asked for."""
        chosen = self.values().get("period") or "year"
        self.data = self.data.copy()
        self.data["period"] = chosen
        return PERIODS[chosen]
