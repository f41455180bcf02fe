"""记录活动: facts, roll and minutes on one page, read together so that nothing typed is ever lost."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError

from activities.forms.aids import read_roll_with_aids
from activities.forms.gathering import MinutesMixin, required_unless_draft
from activities.forms.roll import RollState, fresh_roll
from activities.queries.eligibility import Eligible
from activities.rules.kinds import KINDS
from branch_portal.dates import today_shanghai
from branch_portal.once import OneTimeFormMixin


class RecordForm(OneTimeFormMixin, MinutesMixin):
    """Facts, roll and minutes of one record.

    `people_on(day, cell)` gives the list of a day. A bound form reads the roll against the list of the typed date; when
    that differs from what the page showed, the form is invalid once and comes back with the new list.
    """

    absent_line = forms.CharField(
        label="缺席",
        required=False,
        max_length=2000,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "placeholder": "序号，例如 3 7 12-14；也可写 事假 5 病假 8",
                "data-roll-line": "",
            }
        ),
        error_messages={"max_length": "写得太长了，请只写序号，例如 3 7 12-14。"},
    )
    common_reason = forms.CharField(
        label="原因",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "写一次，适用于所有未到会的人", "data-roll-common": ""}),
    )
    roll_signature = forms.CharField(required=False, widget=forms.HiddenInput, max_length=32)
    content = forms.CharField(label="内容", max_length=20000, widget=forms.Textarea(attrs={"rows": 8}))
    summary = forms.CharField(
        label="小结", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    draft = forms.CharField(required=False, widget=forms.HiddenInput, max_length=1)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, people_on, people: Sequence[Eligible], roll: RollState | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.people_on = people_on
        self.people = list(people)
        self.roll = roll or fresh_roll(self.people)
        self.add_record_fields(self.people)
        if "lecturer" in self.fields:
            self.fields["lecturer"].initial = self.initial.get("lecturer", "")
        self.fields["content"].widget.attrs["placeholder"] = KINDS[self.kind].content_hint
        if self.is_bound:
            self._read_roll()
            required_unless_draft(self, ("content", "chair", "recorder", "lecturer"), draft=self.is_draft)

    @property
    def is_draft(self) -> bool:
        """暂存 was pressed."""
        return self.data.get("draft") == "1"

    def _read_roll(self) -> None:
        """Take the list of the typed date; an unreadable date leaves the list that the page showed."""
        day = self._typed("on_date") or today_shanghai()
        cell = next((cell for cell in self.cells if cell.uid.hex == self.data.get("cell")), None)
        self.people = self.people_on(day, cell)
        choices = [("", "请选择"), *((person.uid, person.name) for person in self.people)]
        self.fields["chair"].choices = self.fields["recorder"].choices = choices
        self.roll = read_roll_with_aids(self.data, self.people, self.branch)

    def _typed(self, name: str):
        try:
            return self.fields[name].clean(self.data.get(name))
        except ValidationError:
            return None

    def clean(self) -> dict:
        values = super().clean()
        for message in self.roll.line_errors:
            self.add_error("absent_line", message)
        for message in self.roll.reason_errors:
            self.add_error("common_reason", message)
        for message in self.roll.minutes_errors:
            self.add_error(None, message)
        if not self.people and not self.errors.get("on_date"):
            raise ValidationError("这一天没有应到的党员，请核对日期，或先在党员名册里登记。")
        if self.roll.list_changed:
            self._show_new_list()
            raise ValidationError(
                "按所填日期，应到名单有变化。已换成当日名单，原来的登记都已带过来，请核对后再保存。"
            )
        if self.roll.to_check:
            self._show_new_list()
            raise ValidationError(self.roll.to_check)
        return values

    def _show_new_list(self) -> None:
        """The page comes back with the new list: its signature, and no typed line of old numbers."""
        self.data = self.data.copy()
        self.data["roll_signature"] = self.roll.signature
        if not self.roll.line_errors:
            self.data["absent_line"] = ""

    def person(self, name: str) -> Eligible | None:
        """Who was chosen as chair or recorder."""
        uid = self.cleaned_data.get(name)
        return next((person for person in self.people if person.uid == uid), None)
