"""When, where, who: the fields that announcing and recording share, per kind."""

import datetime
from collections.abc import Sequence

from django import forms

from activities.models import ActivityKind
from activities.queries.eligibility import Eligible
from branch_portal.dates import format_date_cn, local_datetime, today_shanghai
from branch_portal.forms import DateInput, PortalForm, TimeInput
from members.models import PartyOrganization

LONGEST_RETURN = datetime.timedelta(days=366)


class KindForm(PortalForm):
    """A form about one kind of organisational life."""

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind


class GatheringBase(KindForm):
    """Facts of one gathering of `kind`. `cells` are the branch's cells; `people` the list of the day, to choose from."""

    theme = forms.CharField(label="主题", max_length=120)
    on_date = forms.DateField(label="日期", widget=DateInput)
    start = forms.TimeField(label="开始时间", widget=TimeInput)
    end = forms.TimeField(label="结束时间", widget=TimeInput)
    place = forms.CharField(label="地点", max_length=80)

    def __init__(self, *args, branch: PartyOrganization, cells: Sequence[PartyOrganization] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.branch, self.cells, kind = branch, cells, self.kind
        self.fields["on_date"].widget.attrs["data-roll-date"] = ""
        self.fields["on_date"].error_messages["invalid"] = "日期看不懂，请写成 2026-04-13。"
        for name in ("start", "end"):
            self.fields[name].error_messages["invalid"] = "时间看不懂，请写成 15:00。"
        if kind == ActivityKind.CELL_MEETING or (kind == ActivityKind.ORG_LIFE_MEETING and cells):
            choices = [(cell.uid.hex, str(cell)) for cell in cells]
            needed = kind == ActivityKind.CELL_MEETING
            if not needed:
                choices.insert(0, ("", "不分党小组"))
            self.fields["cell"] = forms.ChoiceField(label="党小组", choices=choices, required=needed)
            self.fields["cell"].widget.attrs["data-roll-date"] = ""
            self.fields["cell"].error_messages = {
                "required": "请选择党小组。",
                "invalid_choice": "这个党小组不在本支部，请重新选择。",
            }

    @property
    def chosen_cell(self) -> PartyOrganization | None:
        """The chosen cell of a cell meeting."""
        chosen = self.cleaned_data.get("cell")
        return next((cell for cell in self.cells if cell.uid.hex == chosen), None)

    def clean(self) -> dict:
        values = super().clean()
        start, end, day = values.get("start"), values.get("end"), values.get("on_date")
        if start and end and end <= start:
            self.add_error("end", f"结束时间应晚于开始时间 {start:%H:%M}。")
        if day and day < self.branch.founded_on:
            self.add_error(
                "on_date", f"日期早于党支部成立日期（{format_date_cn(self.branch.founded_on)}），请核对。"
            )
        if day and self.branch.abolished_on and day >= self.branch.abolished_on:
            self.add_error(
                "on_date", f"党支部已于{format_date_cn(self.branch.abolished_on)}撤销，日期应早于这一天。"
            )
        # A day that was refused above may lie where no instant can be made of it (1 January of the year 1).
        if start and end and day and "on_date" not in self.errors:
            values["started_at"], values["ended_at"] = local_datetime(day, start), local_datetime(day, end)
        return values


class MinutesMixin(GatheringBase):
    """Chair, recorder and what else a held gathering has."""

    def add_record_fields(self, people: Sequence[Eligible]) -> None:
        choices = [("", "请选择"), *((person.uid, person.name) for person in people)]
        for name, label in (("chair", "主持人"), ("recorder", "记录人")):
            self.fields[name] = forms.ChoiceField(label=label, choices=choices)
            self.fields[name].error_messages = {
                "required": f"请选择{label}。",
                "invalid_choice": f"{label}不在当日名单里，请重新选择。",
            }
        self.fields["observers"] = forms.CharField(label="列席人员", max_length=200, required=False)

    def clean(self) -> dict:
        values = super().clean()
        if (day := values.get("on_date")) and day > today_shanghai():
            self.add_error("on_date", "活动尚未开始，可先发布预告；开过以后再来记录。")
        return values


def required_unless_draft(form: forms.Form, names: Sequence[str], *, draft: bool) -> None:
    """Fields that only a signed record must have."""
    for name in names:
        if name in form.fields:
            form.fields[name].required = not draft


class ReasonForm(PortalForm):
    """A step that owes its reason: cancelling, returning."""

    reason = forms.CharField(label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ReturnForm(PortalForm):
    """What is to be mended, and until when."""

    reason = forms.CharField(label="退回意见", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(
        label="修改期限", widget=DateInput, required=False, help_text="不填为 7 天；到期前会提醒党支部。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_on"].error_messages["invalid"] = "修改期限看不懂，请写成 2026-04-13。"

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day and not today_shanghai() <= day <= today_shanghai() + LONGEST_RETURN:
            raise forms.ValidationError("修改期限应为今天到一年以内的日期。")
        return day


class ConfirmRecordForm(PortalForm):
    """What the chair signs: the version of the record that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
