"""Filters of the roster."""

from django import forms

from branch_portal.forms import FilterForm, PortalFormHelper
from members.models import Member, PartyOrganization
from members.queries.roster import roster_branches


class RosterFilter(FilterForm):
    branch = forms.ModelChoiceField(
        label="党支部",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label="全部",
    )
    category = forms.ChoiceField(
        label="人员类别", choices=[("", "全部"), *Member.Category.choices], required=False
    )
    q = forms.CharField(
        label="姓名",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "姓名、拼音或尾号"}),
    )
    cursor = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()
        branches = list(roster_branches(user)[:501])
        self.several = len(branches) > 1
        self.only_branch = branches[0] if len(branches) == 1 else None
        if self.several:
            self.fields["branch"].queryset = roster_branches(user)
        else:
            del self.fields["branch"]
