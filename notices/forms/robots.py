"""Forms of group robots."""

from collections.abc import Sequence

from django import forms

from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin
from members.models import PartyOrganization
from notices.channels import robot_labels
from notices.groups import MEETINGS

ALL, ONLY_MEETINGS, CHOSEN = "all", "meetings", "chosen"


class RobotForm(PortalForm):
    """Name, and which reminders the robot says."""

    name = forms.CharField(label="名称", max_length=40, help_text="例如 支部党员群。")
    which = forms.ChoiceField(
        label="发哪些提醒",
        widget=forms.RadioSelect,
        choices=[
            (ONLY_MEETINGS, "只发会议和活动通知（适合党员群）"),
            (CHOSEN, "只发下面勾选的"),
            (ALL, "全部提醒，包括支委会待办事项（适合支委会工作群）"),
        ],
        # What officers owe is not for everybody's group unless somebody says so.
        initial=ONLY_MEETINGS,
        error_messages={"invalid_choice": "请在选项中选择一项。"},
    )
    rules = forms.MultipleChoiceField(
        label="提醒种类",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "请在列表中勾选提醒种类。"},
    )

    def __init__(self, *args, rules: Sequence[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rules"].choices = rules

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("which") == CHOSEN and not cleaned.get("rules") and "rules" not in self.errors:
            self.add_error("rules", "请至少勾选一种提醒，或选择“全部提醒”。")
        return cleaned

    @property
    def rule_keys(self) -> list[str]:
        """What the robot says; empty means all."""
        known = {key for key, _ in self.fields["rules"].choices}
        return {
            ALL: [],
            ONLY_MEETINGS: sorted(MEETINGS.rule_keys & known),
            CHOSEN: self.cleaned_data["rules"],
        }[self.cleaned_data["which"]]


class NewRobotForm(OneTimeFormMixin, RobotForm):
    """添加群机器人: its address goes in here and is never shown again."""

    kind = forms.ChoiceField(label="类型", error_messages={"invalid_choice": "请在列表中选择类型。"})
    url = forms.CharField(
        label="群机器人地址",
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
        help_text="在群设置中添加机器人后整段复制。知道地址的人都能往群里发消息，保存后只显示末四位。",
    )
    secret = forms.CharField(
        label="加签密钥",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="钉钉、飞书的安全设置选“加签”（签名校验）时填写；企业微信不填。",
    )

    field_order = ["organization", "kind", "name", "url", "secret", "which", "rules"]

    def __init__(self, *args, organizations: Sequence[PartyOrganization], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = robot_labels()
        self.organizations = {each.uid.hex: each for each in organizations}
        if len(self.organizations) > 1:
            self.fields["organization"] = forms.ChoiceField(
                label="党组织",
                choices=[(key, str(each)) for key, each in self.organizations.items()],
                error_messages={"invalid_choice": "请在列表中选择党组织。", "required": "请选择党组织。"},
                help_text="只发这个党组织的会议通知和到期提醒。",
            )
            self.order_fields(self.field_order)

    @property
    def organization(self) -> PartyOrganization:
        chosen = self.cleaned_data.get("organization")
        return self.organizations[chosen] if chosen else next(iter(self.organizations.values()))
