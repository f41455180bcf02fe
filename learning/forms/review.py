"""自学审核: the list's filter, the ticks of many, and the judgement of one."""

import uuid
from dataclasses import dataclass

from django import forms

from branch_portal.forms import PortalForm
from learning.forms.filters import BranchYearFilter

PAGE_SIZE = 50


class ReviewFilter(BranchYearFilter):
    """Which branch and year, what waits or what is decided."""

    field_order = ("branch", "year", "state")
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[
            ("submitted", "待审核"),
            ("returned", "退回修改"),
            ("counted", "已通过"),
        ],
    )
    cursor = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", "全部"), *self.fields["year"].choices]


@dataclass(frozen=True)
class Tick:
    """A ticked line: which item, and the version of it that the page showed."""

    uid: uuid.UUID
    version: int


class _TicksField(forms.Field):
    """Ticked lines of one page."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value) -> list[Tick]:
        ticks = [tick for text in (value or [])[:PAGE_SIZE] if (tick := _tick(text)) is not None]
        if not ticks:
            raise forms.ValidationError(self.error_messages["required"])
        return ticks


def _tick(text: str) -> Tick | None:
    name, _, version = text.partition(":")
    try:
        return Tick(uuid.UUID(name), int(version[:9]))
    except ValueError:
        return None


class DecideForm(PortalForm):
    """通过 or 退回 for the ticked ones."""

    rows = _TicksField(label="申报")
    remark = forms.CharField(
        label="审核意见",
        required=False,
        max_length=200,
        help_text="退回必须写明原因；通过可以不写。",
        error_messages={"max_length": "审核意见最多 200 字，请缩短。"},
    )
    decision = forms.ChoiceField(choices=[("accept", "通过"), ("return", "退回")])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rows"].error_messages["required"] = "请先勾选要审核的申报。"
        self.fields["decision"].error_messages["required"] = "请选择通过或退回。"

    def clean(self) -> dict:
        values = super().clean()
        if values.get("decision") == "return" and not values.get("remark", "").strip():
            self.add_error("remark", "退回的，请写明原因。")
        return values

    @property
    def ticked(self) -> set[str]:
        """What to tick again on a refused page."""
        return set(self["rows"].value() or []) if self.is_bound else set()


class JudgeForm(PortalForm):
    """One item: all of it, a part, or back with the reason."""

    minutes = forms.IntegerField(
        label="认定时长（分钟）",
        min_value=0,
        help_text="全部认可就不改；认可一部分的改小，并写明原因。",
        error_messages={"invalid": "请写整数分钟，例如 120。", "min_value": "不能小于 0。"},
    )
    remark = forms.CharField(
        label="审核意见",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "审核意见最多 200 字，请缩短。"},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    #: The button: 退回 needs no number, whatever stands in the field.
    decision = forms.ChoiceField(
        required=False, choices=[("accept", "通过"), ("return", "退回")], widget=forms.HiddenInput
    )

    def __init__(self, *args, claimed: int, correcting: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.claimed, self.correcting = claimed, correcting
        if correcting:
            del self.fields["decision"]
            self.fields["minutes"].help_text = "改为应认定的时长，写 0 为不再认可。"
            self.fields["remark"].label = "更正原因"
            self.fields["remark"].required = True
            self.fields["remark"].error_messages["required"] = "请写明更正原因。"

    def clean(self) -> dict:
        values = super().clean()
        if values.get("decision") == "return":
            self.errors.pop("minutes", None)
            values["minutes"] = 0
        minutes = values.get("minutes")
        if minutes is None:
            return values
        if minutes == 0 and values.get("decision") == "accept":
            self.add_error("minutes", "通过的应大于 0 分钟；不认可的请点“退回”。")
            return values
        if minutes > self.claimed:
            self.add_error("minutes", f"认定时长不能超过申报的 {self.claimed} 分钟。")
        elif minutes < self.claimed and not values.get("remark", "").strip() and "remark" not in self.errors:
            self.add_error("remark", "退回或部分通过的，请写明原因。")
        return values
