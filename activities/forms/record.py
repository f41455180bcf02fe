"""记录活动: facts, roll and minutes on one page, read together so that nothing typed is ever lost."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError

from activities.actions.facts import Facts
from activities.forms.aids import read_roll_with_aids
from activities.forms.gathering import MinutesMixin, required_unless_draft
from activities.forms.roll import RollState, fresh_roll
from activities.forms.texts import TextsForm
from activities.models import ActivityKind, ActivityRecord
from activities.queries.eligibility import Eligible
from activities.rules.parts import LECTURER, REQUIRED, use_of
from branch_portal.dates import today_shanghai


class RecordForm(TextsForm, MinutesMixin):
    """Facts, roll and minutes of one record.

    `people_on(day, cell, held_as)` gives the list of a day. A bound form reads the roll against the list of the typed date; when
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

    def __init__(self, *args, people_on, people: Sequence[Eligible], roll: RollState | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.people_on = people_on
        self.people = list(people)
        self.roll = roll or fresh_roll(self.people)
        self.add_record_fields(self.people)
        if self.is_bound:
            self._read_roll()
            owed = ["chair", "recorder"]
            if use_of(self.kind, LECTURER) == REQUIRED:
                owed.append("lecturer")
            required_unless_draft(self, owed, draft=self.is_draft)

    def _read_roll(self) -> None:
        """Take the list of the typed date; an unreadable date leaves the list that the page showed."""
        day = self._typed("on_date") or today_shanghai()
        cell = next((cell for cell in self.cells if cell.uid.hex == self.data.get("cell")), None)
        held_as = self.data.get("held_as", "")
        self.people = self.people_on(day, cell, held_as if held_as in ActivityRecord.HeldAs else "")
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
        if values.get("started_at"):
            self.check_minutes(int((values["ended_at"] - values["started_at"]).total_seconds() // 60))
        if values.get("on_date"):
            self.check_year(values["on_date"])
        if values.get("held_as") == ActivityRecord.HeldAs.CELL and not self.chosen_cell:
            self.add_error("cell", "按党小组会召开的，请选择党小组。")
        for message in self.roll.line_errors:
            self.add_error("absent_line", message)
        for message in self.roll.reason_errors:
            self.add_error("common_reason", message)
        for message in self.roll.minutes_errors:
            self.add_error(None, message)
        if not self.people and not self.errors.get("on_date"):
            raise ValidationError("这一天没有应到的党员，请核对日期，或先在党员名册里登记。")
        if self.roll.to_check:
            self._show_new_list()
            raise ValidationError(self.roll.to_check)
        if self.roll.list_changed:
            self._show_new_list()
            raise ValidationError(
                "按所填日期，应到名单有变化。已换成当日名单，原来的登记都已带过来，请核对后再保存。"
            )
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

    def facts(self) -> Facts:
        """What a valid form says of the gathering and its record."""
        values = self.cleaned_data
        chair, recorder = self.person("chair"), self.person("recorder")
        of_cell = (
            self.kind == ActivityKind.CELL_MEETING or values.get("held_as") == ActivityRecord.HeldAs.CELL
        )
        return Facts(
            **self.text_values(self.people),
            on_date=values["on_date"],
            started_at=values["started_at"],
            ended_at=values["ended_at"],
            place=values["place"],
            cell=self.chosen_cell if of_cell else None,
            chair_id=chair.member_id if chair else None,
            recorder_id=recorder.member_id if recorder else None,
            observers=values["observers"],
        )
