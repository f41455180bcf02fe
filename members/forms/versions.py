from django import forms


class VersionForm(forms.Form):
    """The version that was read, sent along unseen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
