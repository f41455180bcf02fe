"""The roll of a half-day: everybody was there unless the typed line or a row says otherwise.

Rows carry the number of the list, which never moves; the server decides alone, the script shows the same earlier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from branch_portal.forms import PortalForm
from branch_portal.roll_line import compress_rows, read_line
from learning.actions.training_roll import RollMark
from learning.models import TrainingEnrollment, TrainingMark
from learning.rules.training import (
    ABSENT,
    LATE,
    LEAVE,
    OFFICIAL,
    OTHER,
    PERSONAL,
    PRESENT,
    SICK,
    WORDS,
    counts,
    mark_label,
    reason_owed,
)

REASON_LENGTH = 100
#: (value of the select, status, leave type, key)
_MARKS = (
    ("present", PRESENT, "", "P"),
    ("late", LATE, "", "L"),
    ("personal", LEAVE, PERSONAL, "S"),
    ("sick", LEAVE, SICK, "B"),
    ("official", LEAVE, OFFICIAL, "G"),
    ("other", LEAVE, OTHER, ""),
    ("absent", ABSENT, "", "A"),
)
_STATUS_OF = {value: (status, leave) for value, status, leave, _ in _MARKS}
_VALUE_OF = {(status, leave): value for value, status, leave, _ in _MARKS}
KEYS = " · ".join(f"{key} {mark_label(status, leave)}" for _, status, leave, key in _MARKS if key)
_SELECTED = SafeString(" selected")
_ROW = (
    '<li class="roll-row{}" data-roll-row="{}" data-default="present">'
    '<span class="no" aria-hidden="true">{}</span><span class="name">{}<small>{}</small></span>'
    '<select class="form-select" name="status_{}" aria-label="{} 到课情况" data-roll-status>{}</select>'
    '<span class="reason" data-roll-reason>'
    '<input class="form-control" name="reason_{}" value="{}" maxlength="100" aria-label="{} 说明" placeholder="说明">'
    '<input class="form-control" name="minutes_{}" value="{}" inputmode="numeric" maxlength="4"'
    ' aria-label="{} 本人学习分钟" placeholder="本人分钟" data-roll-minutes></span></li>'
)


@dataclass(frozen=True, slots=True)
class RollRow:
    enrollment: TrainingEnrollment
    value: str = "present"
    reason: str = ""
    minutes: str = ""

    @property
    def mark(self) -> tuple[str, str]:
        return _STATUS_OF[self.value]

    @property
    def own_minutes(self) -> int | None:
        text = self.minutes.strip()
        return int(text) if self.mark[0] == LATE and text.isdecimal() and len(text) <= 3 else None


def stored_rows(
    enrollments: Sequence[TrainingEnrollment], marks: Mapping[int, TrainingMark]
) -> list[RollRow]:
    """The roll as it was saved; who has no mark yet was there."""
    return [_stored(row, marks.get(row.pk)) for row in enrollments]


def _stored(enrollment: TrainingEnrollment, mark: TrainingMark | None) -> RollRow:
    if mark is None:
        return RollRow(enrollment)
    reason = "" if mark.reason == mark_label(mark.status, mark.leave_type) else mark.reason
    own = "" if mark.own_minutes is None else str(mark.own_minutes)
    return RollRow(enrollment, _VALUE_OF[mark.status, mark.leave_type], reason, own)


class TrainingRollForm(PortalForm):
    """The line, one reason for all, and the rows, which are read from the same data."""

    absent_line = forms.CharField(
        label="没到课的人",
        required=False,
        max_length=2000,
        widget=forms.TextInput(
            attrs={"data-roll-line": "", "autocomplete": "off", "placeholder": "例如 3 7 12-14 迟到 9"}
        ),
    )
    common_reason = forms.CharField(
        label="共同原因", required=False, max_length=REASON_LENGTH, help_text="没有单独写说明的，用这个原因。"
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    why = forms.CharField(label="更正原因", max_length=REASON_LENGTH)

    def __init__(self, *args, rows: Sequence[RollRow], confirmed: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        if not confirmed:
            del self.fields["why"]

    def clean(self):
        cleaned = super().clean()
        self.rows = [self._posted(row) for row in self.rows]
        self._read_line(cleaned.get("absent_line") or "")
        common = (cleaned.get("common_reason") or "").strip()
        self.rows = [
            replace(row, reason=common) if common and reason_owed(*row.mark, row.reason) else row
            for row in self.rows
        ]
        if owing := [r.enrollment.number for r in self.rows if reason_owed(*r.mark, r.reason)]:
            self.add_error(
                "common_reason",
                f"序号 {compress_rows(owing)} 没有到课，请填写原因；这里写一次，适用于这几位。",
            )
        for row in self.rows:
            if row.mark[0] == LATE and row.minutes.strip() and row.own_minutes is None:
                shown = row.minutes.strip()[:12]
                self.add_error(
                    None, f"序号 {row.enrollment.number} 的本人学习分钟写作“{shown}”，请填整数，例如 90。"
                )
        return cleaned

    def clean_seen(self):
        """When the roll that the page showed had been saved; None for one that was not yet."""
        try:
            return parse_datetime(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None
        except ValueError:
            return None

    def _posted(self, row: RollRow) -> RollRow:
        uid = row.enrollment.uid.hex
        value = self.data.get(f"status_{uid}", row.value)
        return RollRow(
            row.enrollment,
            value if value in _STATUS_OF else row.value,
            str(self.data.get(f"reason_{uid}", row.reason)).replace("\x00", "").strip()[:REASON_LENGTH],
            str(self.data.get(f"minutes_{uid}", row.minutes)).replace("\x00", ""),
        )

    def _read_line(self, text: str) -> None:
        if not text.strip():
            return
        numbers = {row.enrollment.number for row in self.rows}
        line = read_line(text, max(numbers, default=0), words=WORDS, label=mark_label, default=(ABSENT, ""))
        errors = list(line.errors)
        if gone := sorted(set(line.marks()) - numbers):
            errors.append(f"序号 {compress_rows(gone)} 已不在名单里，请核对。")
        if errors:
            self.add_error("absent_line", errors)
            return
        marks = line.marks()
        self.rows = [
            replace(row, value=_VALUE_OF[marks[row.enrollment.number]])
            if row.enrollment.number in marks
            else row
            for row in self.rows
        ]

    @property
    def marks(self) -> list[RollMark]:
        return [RollMark(row.enrollment.pk, *row.mark, row.reason, row.own_minutes) for row in self.rows]

    @property
    def state(self) -> dict:
        """What the page showed as saved, and why a confirmed roll is corrected."""
        return {"seen": self.cleaned_data["seen"], "reason": self.cleaned_data.get("why", "")}

    @property
    def sentence(self) -> str:
        tally = counts(row.mark[0] for row in self.rows)
        away = tally[LEAVE] + tally[ABSENT]
        return f"应到 {len(self.rows)} 人，实到 {len(self.rows) - away} 人，缺席 {away} 人"

    def html(self) -> SafeString:
        return format_html_join("", _ROW, (_cells(row) for row in self.rows))


def _cells(row: RollRow) -> tuple:
    person = row.enrollment
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (value, _SELECTED if value == row.value else "", mark_label(status, leave))
            for value, status, leave, _ in _MARKS
        ),
    )
    exception = "" if row.value == "present" else " is-exception"
    name, uid = person.member.name, person.uid.hex
    return (
        exception, person.number, person.number, name, str(person.branch), uid, name, options,
        uid, row.reason, name, uid, row.minutes, name,
    )  # fmt: skip
