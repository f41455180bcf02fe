"""Filters of the pages on study hours."""

from django import forms

from branch_portal.forms import FilterForm, PortalFormHelper
from learning.queries.progress import PERIODS
from members.forms import offered
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
    """Whose list is shown; without a choice for who sees one branch only.

    With `above`, organisations that hold the branches, very many are offered level by level: a choice of an upper organisation shows
    the first branch under it, beside which its neighbours are offered.
    """

    branch = forms.ModelChoiceField(
        label="党支部",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=None,
    )

    def __init__(self, *args, branches, default, above=None, **kwargs):
        super().__init__(*args, **kwargs)
        found = list(branches[: offered.MOST + 1])
        self.branches, self.fallback = branches, default or (found[0] if found else None)
        if len(found) < 2:
            del self.fields["branch"]
        elif above is not None and len(found) > offered.MOST:
            self._offer_by_level(above)
        else:
            self.fields["branch"].queryset = branches
            if len(found) <= offered.MOST:  # then these are all
                self.fields["branch"].choices = [(str(branch.uid), str(branch)) for branch in found]

    def _offer_by_level(self, above) -> None:
        field = self.fields["branch"]
        field.queryset = above
        offered.offer(field, self._branch_of(offered.given(field, self.data.get("branch"))))

    def _branch_of(self, given: PartyOrganization | None) -> PartyOrganization | None:
        """The branch that a choice shows: of an upper organisation its first one."""
        if given is not None and not given.is_branch:
            given = self.branches.filter(path__startswith=given.path).first()
        return given or self.fallback

    def chosen_branch(self) -> PartyOrganization | None:
        """The branch asked for, the one that the user works for, or the first; None when there is none."""
        chosen = self._branch_of(self.values().get("branch"))
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
