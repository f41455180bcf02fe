from django import forms

from branch_portal.forms import FilterForm, PortalFormHelper


class InboxFilter(FilterForm):
    """Which messages of the inbox, and which page of them."""

    read = forms.ChoiceField(
        label="阅读", required=False, choices=[("", "全部"), ("unread", "未读"), ("read", "已阅")]
    )
    kind = forms.ChoiceField(label="种类", required=False)
    cursor = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def __init__(self, *args, kinds: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()
        self.fields["kind"].choices = [("", "全部"), *kinds]
