from django import forms

from branch_portal.forms import FilterForm


class JobFilter(FilterForm):
    """Which page of the list."""

    cursor = forms.CharField(required=False, max_length=1000)
