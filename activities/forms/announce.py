"""Forms of gatherings to come: announcing one, and putting it off."""

import datetime

from django import forms
from django.core.exceptions import ValidationError

from activities.forms.gathering import GatheringBase
from activities.models import ActivityKind
from branch_portal.forms import FilterForm
from branch_portal.once import OneTimeFormMixin


class AnnounceKindForm(FilterForm):
    """`?kind=…` of the page; anything else means the first kind that may be announced."""

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.kinds = list(kinds)
        self.fields["kind"] = forms.ChoiceField(
            required=False, choices=[choice for choice in ActivityKind.choices if choice[0] in self.kinds]
        )

    @property
    def kind(self) -> str:
        return self.values().get("kind") or self.kinds[0]


class AnnounceForm(OneTimeFormMixin, GatheringBase):
    """发布预告: a gathering to come."""

    note = forms.CharField(
        label="准备事项",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="会随预告显示在活动页面，不写个人信息。",
    )

    def clean(self) -> dict:
        values = super().clean()
        started_at = values.get("started_at")
        if started_at and started_at <= datetime.datetime.now(datetime.UTC):
            self.add_error("on_date", "预告的活动应在以后；已经开过的，请直接“记录活动”。")
        return values


class RescheduleForm(AnnounceForm):
    """重新排期: the new time of a gathering that was put off."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("theme", "note", "cell", "submission_key"):
            self.fields.pop(name, None)


class PostponeForm(AnnounceForm):
    """延期: the reason, and the new time when it is known."""

    reason = forms.CharField(label="原因", max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("theme", "note", "cell", "submission_key"):
            self.fields.pop(name, None)
        for name in ("on_date", "start", "end", "place"):
            self.fields[name].required = False
        self.fields["on_date"].help_text = "新的时间未定可不填，以后再排期。"
        self.order_fields(["reason", "on_date", "start", "end", "place"])

    def clean(self) -> dict:
        values = super().clean()
        given = [name for name in ("on_date", "start", "end") if values.get(name)]
        if given and len(given) < 3 and not self.errors:
            raise ValidationError("新的日期、开始时间和结束时间要一起填写，或者都不填。")
        return values
