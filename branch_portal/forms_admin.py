"""Forms of the admin's own pages: why something is done, or taken out."""

import json

from django import forms

from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin

#: Rows that one press may name; a whole list goes by its filter.
MOST_CHOSEN = 500
_SHORT = {"min_length": "请写明事由，至少 4 个字。"}


class ReasonForm(OneTimeFormMixin, PortalForm):
    """Why a change is made to the rows that were chosen."""

    reason = forms.CharField(
        label="事由",
        min_length=4,
        max_length=100,
        help_text="事由和您的姓名一并记入修改记录。",
        error_messages=_SHORT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ListExportForm(OneTimeFormMixin, PortalForm):
    """Which rows of a list are taken out (none named: all that the filter leaves), and why where people are in them."""

    chosen = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="导出事由",
        max_length=200,
        min_length=4,
        help_text="事由和导出的条数一并记入日志，并写入文件的导出说明。",
        error_messages=_SHORT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, personal: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = personal
        if not personal:
            self.fields["reason"].label = "导出事由（可不填）"

    def clean_chosen(self) -> list[int] | None:
        """Keys of rows; whoever names rows of others gets nothing of them, because the list is asked again."""
        text = self.cleaned_data["chosen"]
        if not text:
            return None
        try:
            keys = json.loads(text)
        except (ValueError, RecursionError):
            keys = None
        if not isinstance(keys, list) or not all(type(key) is int for key in keys):
            raise forms.ValidationError("选择的内容无法读取，请回到列表重新选择。")
        if len(keys) > MOST_CHOSEN:
            raise forms.ValidationError(f"一次最多选择 {MOST_CHOSEN} 条，更多的请用筛选后导出全部。")
        return keys
