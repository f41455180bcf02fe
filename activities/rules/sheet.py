"""What stands on the sheet of one record: all its values, plain, as paper, print view, committee's form and hash take them."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from dataclasses import asdict, dataclass, field

from activities.rules.amendments import label_of, sentence
from activities.rules.kinds import KINDS
from activities.rules.roll import ABSENT, ATTENDING, LEAVE, MADE_UP, RollCount, mark_label
from branch_portal.dates import format_date_cn, to_local

#: Raised when the hashed form changes, so that old and new hashes are told apart.
FORM = 1
HELD_AS = {"general": "支部党员大会", "committee": "支部委员会会议", "cell": "党小组会"}
_AWAY = frozenset({LEAVE, ABSENT, MADE_UP})


@dataclass(frozen=True, slots=True)
class RollLine:
    """One row of the roll as it was saved."""

    row_number: int
    member: str
    name: str
    status: str
    leave_type: str = ""
    reason: str = ""
    minutes: int = 0
    own_minutes: int | None = None

    @property
    def label(self) -> str:
        return mark_label(self.status, self.leave_type)

    @property
    def came(self) -> bool:
        return self.status in ATTENDING

    @property
    def away(self) -> bool:
        return self.status in _AWAY

    @property
    def why(self) -> str:
        """Kind of absence and reason, each once: 病假, 缺席：外出."""
        return self.label if self.reason in ("", self.label) else f"{self.label}：{self.reason}"


@dataclass(frozen=True, slots=True)
class AgendaLine:
    title: str
    important: bool = False
    prior: str = ""


@dataclass(frozen=True, slots=True)
class RemarkLine:
    speaker: str
    text: str
    dissent: bool = False


@dataclass(frozen=True, slots=True)
class ResolutionLine:
    text: str
    owner: str = ""
    due_on: datetime.date | None = None

    @property
    def who_and_when(self) -> str:
        due = f"{self.due_on.year}年{self.due_on.month}月{self.due_on.day}日" if self.due_on else ""
        parts = [f"责任人：{self.owner}" if self.owner else "", f"完成时限：{due}" if due else ""]
        return "；".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """A signed amendment; `number` is the record's own count."""

    number: int
    field: str
    old_text: str
    new_text: str
    reason: str
    proposed_by: str
    signed_by: str
    signed_at: datetime.datetime

    @property
    def label(self) -> str:
        return label_of(self.field)

    @property
    def words(self) -> str:
        return sentence(self.label, self.old_text, self.new_text)

    @property
    def signature(self) -> str:
        return (
            f"更正人：{self.proposed_by}；签署人：{self.signed_by}；{to_local(self.signed_at):%Y-%m-%d %H:%M}"
        )


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """All values of one record. `roll` is empty and `roll_shown` False for a reader who sees only the counts."""

    uid: str
    branch_uid: str
    branch: str
    cell_uid: str
    cell: str
    kind: str
    number: int | None
    year: int
    on_date: datetime.date
    started_at: datetime.datetime
    ended_at: datetime.datetime
    place: str
    title: str
    state: str
    chair_uid: str
    chair: str
    recorder_uid: str
    recorder: str
    count: RollCount
    observers: str = ""
    held_as: str = ""
    lecturer: str = ""
    material: str = ""
    study_minutes: int | None = None
    preparation: str = ""
    content: str = ""
    summary: str = ""
    agenda: tuple[AgendaLine, ...] = ()
    remarks: tuple[RemarkLine, ...] = ()
    votes: list[str] = field(default_factory=list)
    resolutions: tuple[ResolutionLine, ...] = ()
    amendments: tuple[AmendmentLine, ...] = ()
    roll: tuple[RollLine, ...] = ()
    roll_shown: bool = True
    roll_saved: bool = True
    own: RollLine | None = None
    recorded_by: str = ""
    recorded_at: datetime.datetime | None = None
    confirmed_by: str = ""
    confirmed_at: datetime.datetime | None = None
    code: str = ""
    content_hash: str = ""

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind].label

    @property
    def form_title(self) -> str:
        """The sheet's own title: 支部党员大会记录."""
        return f"{self.kind_label}记录"

    @property
    def unit(self) -> str:
        return f"{self.branch} {self.cell}".strip()

    @property
    def series(self) -> str:
        return f"{self.year}年第{self.number}次" if self.number else ""

    @property
    def held_as_label(self) -> str:
        return HELD_AS.get(self.held_as, "")

    @property
    def when(self) -> str:
        start, end = to_local(self.started_at), to_local(self.ended_at)
        until = f"{end:%H:%M}" if end.date() == start.date() else f"次日{end:%H:%M}"
        if (end.date() - start.date()).days > 1:
            until = f"{format_date_cn(end.date())}{end:%H:%M}"
        return f"{format_date_cn(self.on_date)}{start:%H:%M}–{until}"

    @property
    def away_words(self) -> str:
        leave = f"（其中请假{self.count.leave}人）" if self.count.leave else ""
        return f"{self.count.away}人{leave}"

    @property
    def expected_words(self) -> str:
        exempt = f"（免予参加{self.count.exempt}人）" if self.count.exempt else ""
        return f"{self.count.expected}人{exempt}"

    @property
    def came(self) -> list[RollLine]:
        return [line for line in self.roll if line.came]

    @property
    def absentees(self) -> list[RollLine]:
        return [line for line in self.roll if line.away]

    @property
    def file_name(self) -> str:
        """Safe in any file system: 2026-03-05 主题党日记录 清源村第一党支部."""
        return re.sub(r'[\\/:*?"<>|\s]+', " ", f"{self.on_date} {self.form_title} {self.unit}").strip()[:90]


#: Left out of the hash: names that people, organisations and other meetings may change later (their keys are in it), what
#: only one reader sees, the state, and the seal itself.
_NOT_HASHED = frozenset(
    {"branch", "cell", "chair", "recorder", "state", "roll_shown", "roll_saved", "own", "recorded_by", "confirmed_by",
     "code", "content_hash", "count", "roll", "agenda", "amendments"}
)  # fmt: skip


def canonical_json(sheet: RecordSheet) -> str:
    """The values that an archived record must keep, in one spelling.

    补课 comes after the meeting: an absence stays an absence here, whatever is made up for later. A row's minutes are those of
    all records of its gathering, so that a record added later changes them; sealed are the own minutes of who came late.
    """
    values = {name: value for name, value in asdict(sheet).items() if name not in _NOT_HASHED}
    values["form"] = FORM
    values["counts"] = [sheet.count.expected, sheet.count.present, sheet.count.away]
    values["agenda"] = [[line.title, line.important] for line in sheet.agenda]
    values["amendments"] = [
        [line.field, line.old_text, line.new_text, line.reason, line.signed_at] for line in sheet.amendments
    ]
    values["roll"] = [
        [line.row_number, line.member, line.name, "away", line.reason]
        if line.away
        else [line.row_number, line.member, line.name, line.status, line.reason, line.own_minutes]
        for line in sheet.roll
    ]
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def content_hash(sheet: RecordSheet) -> str:
    """sha256 over the canonical JSON; only the whole sheet has one."""
    if not sheet.roll_shown:
        raise ValueError("the hash is taken of the whole sheet")
    return hashlib.sha256(canonical_json(sheet).encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a record's hash")
