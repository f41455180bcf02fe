"""提醒设置: whether a reminder is on and when it comes, in words."""

from django import forms
from django.core.exceptions import ValidationError

from branch_portal.forms import FilterForm, PortalForm
from notices.registry import ReminderKind
from notices.rules.offsets import Offsets, OffsetsError, parse_offsets

PREVIEW, SAVE = "preview", "save"
_HELP = "用顿号隔开几个时间，如“提前 30 天、14 天、3 天”；还可以写“提前 1 个月”“提前 1 小时”“当天”“过后 7 天”“过后每 7 天共 8 次”。"


class RuleScopeForm(FilterForm):
    """Whose settings are shown: the whole portal's, or one committee's."""

    organization = forms.UUIDField(required=False)


class TimesForm(PortalForm):
    """On or off and the times; `step` says which button was pressed. A kind that answers at once has no times."""

    enabled = forms.BooleanField(label="启用这种提醒", required=False)
    times = forms.CharField(
        label="提醒时间",
        max_length=200,
        help_text=_HELP,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    step = forms.ChoiceField(choices=[(PREVIEW, ""), (SAVE, "")], required=False, widget=forms.HiddenInput)

    def __init__(self, *args, kind: ReminderKind, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind.at_once:
            del self.fields["times"]

    def clean_times(self) -> Offsets:
        try:
            offsets = parse_offsets(self.cleaned_data["times"])
        except OffsetsError as error:
            raise ValidationError(str(error)) from error
        if self.kind.before_only and (min((*offsets.minutes, *offsets.months)) <= 0):
            raise ValidationError("活动开始以后再提醒没有用，请只写“提前……”的时间。")
        return offsets

    @property
    def offsets(self) -> Offsets:
        return self.cleaned_data["times"] if "times" in self.fields else self.kind.offsets

    @property
    def saves(self) -> bool:
        return self.cleaned_data.get("step") != PREVIEW


class RuleForm(TimesForm):
    """For the whole portal, with the channels."""

    email = forms.BooleanField(label="同时发电子邮件", required=False)
    urgent = forms.BooleanField(
        label="不避开夜间",
        required=False,
        help_text="夜间（21:00–次日 8:00）默认不发电子邮件，勾选后照发；站内通知不受影响。",
    )
