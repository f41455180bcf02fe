from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import FilterForm, PortalFormHelper
from members.forms.offered import given, offer
from members.models import PartyOrganization
from members.queries.roster import roster_organizations


class ChangesFilter(FilterForm):
    """Year and organisation of the change table."""

    year = forms.TypedChoiceField(label="年度", coerce=int, required=False, empty_value=None)
    organization = forms.ModelChoiceField(
        label="党组织",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=None,
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()
        today = today_shanghai()
        self.fields["year"].choices = [(year, f"{year}年") for year in range(today.year, today.year - 10, -1)]
        field = self.fields["organization"]
        field.queryset = roster_organizations(user, day=today)
        offer(field, given(field, self.data.get("organization")))
