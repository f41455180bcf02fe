from django import forms

from branch_portal.forms import PortalForm
from notices.groups import GROUPS


class PreferenceForm(PortalForm):
    """消息设置: what comes by mail. Ticked is wanted."""

    email = forms.BooleanField(
        label="接收电子邮件", required=False, help_text="不勾选时，通知只在门户里看，不再发邮件。"
    )
    daily = forms.BooleanField(
        label="接收每日汇总",
        required=False,
        help_text="不急的提醒每天上午9:30合成一封邮件。不勾选时，邮件只发会议和活动通知。",
    )
    groups = forms.MultipleChoiceField(
        label="哪些通知发邮件",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "请在列表中勾选。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = [(group.key, f"{group.label}（{group.hint}）") for group in GROUPS]

    @property
    def muted(self) -> list[str]:
        return [group.key for group in GROUPS if group.key not in self.cleaned_data["groups"]]
