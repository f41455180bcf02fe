"""The roll of a form: the list of the day, what was marked on each row, the typed line, and the reason asked once.

The server decides alone; the script only shows the same earlier. Rows are named by the member's uid, so marks survive a
change of date that changes the list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from activities.forms.choices import CHOICES, STATUS_OF, VALUE_OF
from activities.forms.names_box import NamesBox
from activities.queries.eligibility import Eligible, roll_signature
from activities.rules.roll import (
    LATE,
    RollCount,
    RollLine,
    compress_rows,
    count_statuses,
    mark_label,
    parse_line,
    reason_owed,
    rows_without_reason,
)

REASON_LENGTH = 100


@dataclass(frozen=True, slots=True)
class RollRow:
    """One person with what is marked; `minutes` is the person's own number, only for who came late."""

    person: Eligible
    value: str
    reason: str = ""
    minutes: str = ""

    @property
    def status(self) -> str:
        return STATUS_OF[self.value][0]

    @property
    def leave_type(self) -> str:
        return STATUS_OF[self.value][1]

    @property
    def own_minutes(self) -> int | None:
        text = self.minutes.strip()
        return int(text) if self.status == LATE and text.isdecimal() and len(text) <= 4 else None


@dataclass
class RollState:
    """The rows of a roll with the errors of what was typed about them."""

    rows: list[RollRow]
    line_errors: list[str] = field(default_factory=list)
    reason_errors: list[str] = field(default_factory=list)
    minutes_errors: list[str] = field(default_factory=list)
    list_changed: bool = False
    #: What was filled in just now and is to be looked at before it is saved.
    to_check: list[str] = field(default_factory=list)
    #: What is known beside the marks: who signed in, whose leave was approved.
    hint: str = ""
    box: NamesBox = field(default_factory=NamesBox)

    @property
    def signature(self) -> str:
        return roll_signature(row.person.uid for row in self.rows)

    @property
    def count(self) -> RollCount:
        return count_statuses(row.status for row in self.rows)

    @property
    def marked(self) -> str:
        """The rows that are not simply present or exempt, as the typed line takes them."""
        groups: dict[tuple[str, str], list[int]] = {}
        for row in self.rows:
            if row.value not in ("present", "exempt"):
                groups.setdefault((row.status, row.leave_type), []).append(row.person.row_number)
        return " ".join(f"{mark_label(*mark)} {compress_rows(rows)}" for mark, rows in groups.items())

    def html(self) -> SafeString:
        """The rows as list items; joined in Python because a page has up to hundreds."""
        return format_html_join("", _ROW, (_cells(row) for row in self.rows))


_ROW = (
    '<li class="roll-row{}" data-roll-row="{}" data-default="{}">'
    '<span class="no" aria-hidden="true">{}</span><span class="name">{}{}</span>'
    '<select class="form-select" name="status_{}" aria-label="{} 到会情况" data-roll-status>{}</select>'
    '<span class="reason" data-roll-reason>'
    '<input class="form-control" name="reason_{}" value="{}" maxlength="100" aria-label="{} 说明" placeholder="说明">'
    '<input class="form-control" name="minutes_{}" value="{}" inputmode="numeric" maxlength="4"'
    ' aria-label="{} 本人学习分钟" placeholder="本人分钟" data-roll-minutes></span></li>'
)


_SELECTED = SafeString(" selected")


def _cells(row: RollRow) -> tuple:
    person = row.person
    post = format_html("<small>{}</small>", person.post) if person.post else ""
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, _SELECTED if value == row.value else "", label) for value, label in CHOICES),
    )
    exception = " is-exception" if row.value not in ("present", "exempt") else ""
    number, name, uid = person.row_number, person.name, person.uid
    default = VALUE_OF[person.status, ""]
    return (
        exception, number, default, number, name, post, uid, name, options,
        uid, row.reason, name, uid, row.minutes, name,
    )  # fmt: skip


def fresh_roll(people: Sequence[Eligible]) -> RollState:
    """Everyone present, who is excused exempt."""
    return RollState([RollRow(person, VALUE_OF[person.status, ""], person.reason) for person in people])


def stored_roll(entries) -> list[tuple[Eligible, RollRow]]:
    """The roll as it was saved, from entries with their members."""
    rows = []
    for entry in entries:
        person = Eligible(entry.row_number, entry.member_id, entry.member.uid.hex, entry.name)
        reason = "" if entry.reason == mark_label(entry.status, entry.leave_type) else entry.reason
        minutes = "" if entry.own_minutes is None else str(entry.own_minutes)
        rows.append((person, RollRow(person, VALUE_OF[entry.status, entry.leave_type], reason, minutes)))
    return rows


def read_roll(
    data: Mapping[str, str],
    people: Sequence[Eligible],
    *,
    line: str,
    common_reason: str,
    shown: str,
    sheet: Sequence[str] = (),
) -> RollState:
    """Read the posted roll against the list of the day.

    `shown` is the signature of the list that the page showed. When the list has changed since, the typed line is read
    with the numbers of the page, its marks follow the people, and the caller asks to look again. With `sheet` (uids in
    the order of a printed list) the line's numbers are those of that paper.
    """
    rows = [_posted_row(data, person) for person in people]
    state = RollState(rows)
    posted = [name.removeprefix("status_") for name in data if name.startswith("status_")]
    state.list_changed = shown != state.signature and bool(posted)
    numbering = list(sheet) or (posted if state.list_changed else [person.uid for person in people])
    if line.strip():
        typed = parse_line(line, len(numbering))
        state.line_errors = list(typed.errors)
        if not typed.errors:
            by_uid = {numbering[number - 1]: mark for number, mark in typed.marks().items()}
            state.rows = [_marked(row, by_uid.get(row.person.uid)) for row in state.rows]
    state.rows = [_with_reason(row, common_reason.strip()) for row in state.rows]
    state.reason_errors = _missing_reasons(state.rows)
    state.minutes_errors = _unread_minutes(state.rows)
    return state


def _posted_row(data: Mapping[str, str], person: Eligible) -> RollRow:
    default = VALUE_OF[person.status, ""]
    value = data.get(f"status_{person.uid}", default)
    return RollRow(
        person,
        value if value in STATUS_OF else default,
        str(data.get(f"reason_{person.uid}", person.reason)).replace("\x00", "").strip()[:REASON_LENGTH],
        str(data.get(f"minutes_{person.uid}", "")),
    )


def _marked(row: RollRow, mark: tuple[str, str] | None) -> RollRow:
    return row if mark is None else replace(row, value=VALUE_OF[mark])


def _with_reason(row: RollRow, common: str) -> RollRow:
    if common and reason_owed(row.status, row.leave_type, row.reason):
        return replace(row, reason=common[:REASON_LENGTH])
    return row


def _unread_minutes(rows: Sequence[RollRow]) -> list[str]:
    unread = [row for row in rows if row.status == LATE and row.minutes.strip() and row.own_minutes is None]
    return [
        f"序号 {row.person.row_number} 的本人学习分钟写作“{row.minutes.strip()[:12]}”，请填整数，例如 45。"
        for row in unread
    ]


def _missing_reasons(rows: Sequence[RollRow]) -> list[str]:
    lines = [RollLine(row.person.row_number, row.status, row.leave_type, row.reason) for row in rows]
    owing = rows_without_reason(lines)
    if not owing:
        return []
    return [f"序号 {compress_rows(owing)} 未到会，请填写原因；这里写一次，适用于这几位。"]
