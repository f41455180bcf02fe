"""What an import would do: the same computation for the preview, for the shell's dry run and for the real run.

Nothing here writes. The number of queries is the same whatever the number of rows.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from branch_portal.dates import today_shanghai
from members.actions.people import ENTERED_FIELDS, STATUS_FIELDS, NewMember
from members.cards import SEALED_LABELS, masked
from members.imports.columns import LABELS
from members.imports.matching import Known, Places
from members.imports.rows import Problem, ReadBook, Row
from members.models import Affiliation, Member, MemberStatus, PartyOrganization, User
from members.queries.dictionaries import label_of
from members.rules import national_id
from members.rules.findings import Severity
from members.rules.roster import MemberFacts, check_member

_CHOICES: dict[str, dict] = {
    "gender": dict(Member.Gender.choices),
    "category": dict(Member.Category.choices),
}
#: Fields whose name is that of their code table.
_CODED = {"ethnicity", "education", "degree", "job_post", "new_stratum", "admission_type"}
#: What a new card has where the sheet says nothing; the model's own defaults for the rest.
_BLANK = {"ethnicity": "01", "confirmed_on": None}
_STATUS_COLUMNS = {
    MemberStatus.Kind.FLOATING: "floating_since",
    MemberStatus.Kind.OUT_OF_CONTACT: "lost_contact_on",
}
_STEP = 200


@dataclass(frozen=True, slots=True)
class Addition:
    """A new member for a branch."""

    row: Row
    branch: PartyOrganization
    new: NewMember


@dataclass(frozen=True, slots=True)
class Change:
    """A known member whose filled cells differ from what is stored; `shown` are sentences without sealed values."""

    row: Row
    member: Member
    values: dict[str, Any]
    shown: list[str]


@dataclass
class Plan:
    """Rows sorted by what would happen to them."""

    new: list[Addition] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    bad_rows: int = 0
    ignored: list[str] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)

    @property
    def good_rows(self) -> int:
        return len(self.new) + len(self.changed)

    @property
    def figures(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "same": self.same,
            "bad": self.bad_rows,
            "problems": len(self.problems),
        }


@dataclass(frozen=True)
class Start:
    """What holds for new members whose row does not say it: since when, and how they came (needed within this year)."""

    since: datetime.date
    gain: str = ""


def make_plan(
    book: ReadBook,
    *,
    target: PartyOrganization,
    start: Start,
    by: User | None,
    lock: bool = False,
    step: Callable[[int], None] = lambda done: None,
) -> Plan:
    """Judge every row against the rules and the target; `lock` holds the members that would be changed.

    `by` limits a committee's rows to the branches whose roster is that person's to keep. `step` is told how many are judged.
    """
    plan = Plan(ignored=book.ignored, other_sheets=book.others, hidden_sheets=book.hidden)
    places = Places(target, by)
    known = Known(places, book.rows, lock=lock)
    for done, row in enumerate(book.rows, start=1):
        branch = places.branch_of(row)
        member = known.match(row, branch) if branch is not None and not row.problems else None
        if branch is not None and not row.problems:
            if member is None:
                _plan_new(plan, row, branch, places, start)
            else:
                _plan_change(plan, row, member, places, known)
        if row.problems:
            plan.bad_rows += 1
            plan.problems += row.problems
        plan.warnings += row.warnings
        if done % _STEP == 0:
            step(done)
    return plan


def _plan_new(plan: Plan, row: Row, branch: PartyOrganization, places: Places, start: Start) -> None:
    # Taken over, not copied: of a long file most of the memory is what its rows say.
    values, row.values = row.values, {}
    cell = places.cell_of(row, branch, values.pop("cell", None))
    since, gain = values.pop("since", None), values.pop("gain", None)
    _complete(row, values)
    if values.get("floating_destination") and not values.get("floating_since"):
        row.refuse("floating_destination", "有流向而没有外出日期，请填写外出日期")
    _judge(row, values)
    if row.problems:
        return
    for name, nothing in _BLANK.items():
        values.setdefault(name, nothing)
    since = since or max(start.since, values["admitted_on"])
    gain = gain or _default_gain(since, values["admitted_on"], start)
    if gain is None:
        row.refuse("gain", f"没有填写；{since:%Y-%m-%d} 在本年内，请填写增加方式，例如 转入组织关系")
    elif since > today_shanghai():
        row.refuse("since", f"组织关系起始日期 {since:%Y-%m-%d} 晚于今天")
    else:
        plan.new.append(Addition(row, branch, NewMember(values=values, since=since, cell=cell, gain=gain)))


def _default_gain(since: datetime.date, admitted_on: datetime.date, start: Start) -> str | None:
    """Whoever was there when the year began was found there; who was admitted on the day was admitted (3.3)."""
    if since < datetime.date(today_shanghai().year, 1, 1):
        return Affiliation.Gain.INITIAL
    if since == admitted_on:
        return Affiliation.Gain.ADMITTED
    return start.gain or None


def _complete(row: Row, values: dict[str, Any]) -> None:
    """Take from the identity number and the dates what the sheet need not say again."""
    facts = national_id.facts_of(values["id_number"])  # checked with its cell
    values.setdefault("gender", facts.sex)
    values.setdefault("birth_date", facts.birth_date)
    if "category" not in values and values.get("confirmed_on"):
        values["category"] = Member.Category.FULL.value
    if "category" not in values:
        row.refuse("category", "没有填写，应为正式党员或预备党员")
    if "admitted_on" not in values:
        row.refuse("admitted_on", "没有填写")


def _plan_change(plan: Plan, row: Row, member: Member, places: Places, known: Known) -> None:
    assert member.branch is not None  # it was found in one
    cell = places.cell_of(row, member.branch, row.values.get("cell"))
    if cell is not None and cell.pk != member.cell_id:
        row.warn("cell", "与现编党小组不同，请在党员卡片“组织关系”中调整，本次不改")
    differing = {
        name: value
        for name, value in row.values.items()
        if name in (*ENTERED_FIELDS, *STATUS_FIELDS) and value != _stored(member, name)
    }
    if not row.problems and differing:
        merged = {name: _stored(member, name) for name in (*ENTERED_FIELDS, *STATUS_FIELDS)} | differing
        _judge(row, merged, stored_number="id_number" not in differing)
        _judge_statuses(row, member, differing, known)
    if row.problems:
        return
    if not differing:
        plan.same += 1
        return
    plan.changed.append(Change(row, member, differing, [_shown(member, *pair) for pair in differing.items()]))


def _judge_statuses(row: Row, member: Member, differing: dict[str, Any], known: Known) -> None:
    """Being away or out of contact begins or is corrected; a time that ended is not opened again."""
    if "floating_destination" in differing and not (differing.get("floating_since") or member.floating_since):
        row.refuse("floating_destination", "有流向而没有外出日期，请填写外出日期")
    for kind, column in _STATUS_COLUMNS.items():
        since = differing.get(column)
        ended = [s.period.upper for s in known.statuses(member, kind) if s.period.upper is not None]
        if since is not None and ended and since < max(ended):
            row.refuse(
                column, f"早于该党员上一次同类情形的结束日期 {max(ended):%Y-%m-%d}，请在党员卡片中核对"
            )


def _stored(member: Member, name: str) -> Any:
    value = getattr(member, name)
    if name == "birth_date":
        return datetime.date.fromisoformat(value) if value else None
    return value


def _judge(row: Row, values: dict[str, Any], *, stored_number: bool = False) -> None:
    """The rules of one card. Demo numbers pass only where they are stored already."""
    if row.problems:
        return
    findings = check_member(
        MemberFacts(
            category=values["category"],
            standing=values.get("standing") or Member.Standing.NORMAL,
            admitted_on=values["admitted_on"],
            confirmed_on=values.get("confirmed_on"),
            birth_date=values.get("birth_date"),
            gender=values["gender"],
            id_number=values.get("id_number"),
            allow_demo=stored_number,
            lost_contact_on=values.get("lost_contact_on"),
            floating_since=values.get("floating_since"),
            extension_until=values.get("extension_until"),
        )
    )
    for finding in findings:
        add = row.refuse if finding.severity == Severity.HARD else row.warn
        if finding.severity != Severity.INFO:
            add(
                finding.field or "name",
                f"{finding.message.rstrip('。')}{f'（{finding.clause}）' if finding.clause else ''}",
            )


def _shown(member: Member, name: str, value: Any) -> str:
    label = LABELS.get(name, name)
    if name in SEALED_LABELS:
        return f"{SEALED_LABELS[name]}：{masked(member, name) or '未登记'} → 新值"
    if isinstance(value, bool):
        return f"{label}：{'是' if _stored(member, name) else '否'} → {'是' if value else '否'}"
    choices = _CHOICES.get(name, {})
    before, after = (
        label_of(name, item) if name in _CODED else choices.get(item, item)
        for item in (_stored(member, name), value)
    )
    return f"{label}：{before if before not in (None, '') else '未登记'} → {after}"
