"""Forms of sign-up: its terms, leave, and whom an officer signs up."""

from collections.abc import Sequence

from django import forms

from branch_portal.dates import format_date_cn, local_datetime, to_local
from branch_portal.forms import DateInput, FilterForm, PortalForm, TimeInput


class OfferForm(PortalForm):
    """开放报名: how many, and until when."""

    capacity = forms.IntegerField(
        label="名额",
        required=False,
        min_value=1,
        max_value=9999,
        help_text="不填为不限人数；报满以后自动进入候补，有人取消时按顺序递补。",
        error_messages={
            "invalid": "名额请填整数，例如 20。",
            "min_value": "名额至少为 1；不限人数请留空。",
            "max_value": "名额不能超过 9999。",
        },
    )
    closes_on = forms.DateField(label="报名截止日期", widget=DateInput)
    closes_time = forms.TimeField(label="截止时间", widget=TimeInput)

    def __init__(self, *args, gathering, offer=None, **kwargs):
        closes = offer.closing(gathering.started_at) if offer else gathering.started_at
        kwargs.setdefault("initial", {})
        kwargs["initial"] |= {
            "capacity": offer.capacity if offer else None,
            "closes_on": to_local(closes).date(),
            "closes_time": to_local(closes).time(),
        }
        super().__init__(*args, **kwargs)
        self.gathering = gathering
        self.fields["closes_on"].error_messages["invalid"] = "日期看不懂，请写成 2026-04-13。"
        self.fields["closes_time"].error_messages["invalid"] = "时间看不懂，请写成 15:00。"

    def clean(self) -> dict:
        values = super().clean()
        day, time = values.get("closes_on"), values.get("closes_time")
        if day and time:
            start = to_local(self.gathering.started_at)
            if day > start.date() or (day == start.date() and time > start.time()):
                self.add_error(
                    "closes_on",
                    f"应不晚于活动开始时间 {format_date_cn(start.date())} {start:%H:%M}。",
                )
            elif day.year < 2000:
                self.add_error("closes_on", "日期不对，请核对年份。")
            else:
                values["closes_at"] = local_datetime(day, time)
        return values


class LeaveForm(PortalForm):
    """请假 after sign-up has closed; earlier the reason may stay empty."""

    reason = forms.CharField(label="请假原因", max_length=100, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["max_length"] = "原因最多 100 字，请缩短。"


class SignForForm(PortalForm):
    """An officer signs up a member who has no telephone or account; `people` are the branch's members not on the list."""

    member = forms.ChoiceField(label="党员")

    def __init__(self, *args, people: Sequence[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [("", "请选择"), *people]
        self.fields["member"].widget.attrs["data-search"] = ""
        self.fields["member"].error_messages = {
            "required": "请选择党员。",
            "invalid_choice": "这名党员不在本支部，或已经报名，请重新选择。",
        }


class ServiceFilterForm(FilterForm):
    """Year and branch of the list of service hours."""

    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)

    def __init__(self, *args, years: Sequence[int], branches=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, f"{year}年") for year in years]
        if len(branches) > 1:
            choices = [("", "全部"), *((branch.uid.hex, str(branch)) for branch in branches)]
            self.fields["branch"] = forms.ChoiceField(label="党支部", required=False, choices=choices)
