from django import forms

from branch_portal.forms import FilterForm


class InboxFilter(FilterForm):
    """Which page of the inbox."""

    cursor = forms.CharField(required=False, max_length=1000)
