"""What an import would do to one branch: the same computation for the preview and for the real run.

Nothing here writes. Two queries whatever the number of rows: members by identity number anywhere, members of the branch.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from members.actions.people import ENTERED_FIELDS, NUMBER_TAKEN, NewMember
from members.cards import SEALED_LABELS, masked
from members.imports.columns import LABELS
from members.imports.rows import Problem, ReadSheet, Row
from members.models import Member, PartyOrganization
from members.queries.dictionaries import label_of
from members.queries.imports import cells_by_name, members_of_branch, taken_numbers
from members.queries.people import number_index
from members.rules import national_id
from members.rules.findings import Severity
from members.rules.roster import MemberFacts, check_member

_CHOICES: dict[str, dict] = {
    "gender": dict(Member.Gender.choices),
    "category": dict(Member.Category.choices),
}
#: Fields whose name is that of their code table.
_CODED = {"ethnicity", "education", "job_post"}


@dataclass(frozen=True)
class Change:
    """A known member whose filled cells differ from what is stored; `shown` are sentences without sealed values."""

    row: Row
    member: Member
    values: dict[str, Any]
    shown: list[str]


@dataclass
class Plan:
    """Rows sorted by what would happen to them."""

    new: list[tuple[Row, NewMember]] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    bad_rows: int = 0
    ignored: list[str] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)

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


def make_plan(
    sheet: ReadSheet, *, branch: PartyOrganization, since: datetime.date, lock: bool = False
) -> Plan:
    """Judge every row against the rules and the branch; `lock` holds the members that would be changed."""
    plan = Plan(ignored=sheet.ignored, other_sheets=sheet.others)
    known = _Known(branch, sheet.rows, lock=lock)
    cells = cells_by_name(branch)
    for row in sheet.rows:
        _check_branch(row, branch)
        member = known.match(row) if not row.problems else None
        if not row.problems:
            if member is None:
                _plan_new(plan, row, cells, since)
            else:
                _plan_change(plan, row, member, cells)
        if row.problems:
            plan.bad_rows += 1
            plan.problems += row.problems
        plan.warnings += row.warnings
    return plan


class _Known:
    """Members that rows may mean, found once for all rows."""

    def __init__(self, branch: PartyOrganization, rows: Iterable[Row], *, lock: bool):
        self._branch = branch
        self._seen: dict[str, int] = {}
        self._taken: dict[int, int] = {}
        self._here = members_of_branch(branch, lock=lock)
        self._by_name: dict[str, list[Member]] = {}
        for member in self._here:
            self._by_name.setdefault(member.name, []).append(member)
        self._by_index = {
            bytes(member.id_number_index): member for member in self._here if member.id_number_index
        }
        self._anywhere = taken_numbers(
            number_index(row.values["id_number"]) for row in rows if "id_number" in row.values
        )

    def match(self, row: Row) -> Member | None:
        """The member whom the row means; None for a new one. Refuses the row where that cannot be told."""
        number = row.values.get("id_number")
        member = self._by_number(row, number) if number else self._by_its_name(row)
        if member is not None and not row.problems:
            earlier = self._taken.setdefault(member.pk, row.number)
            if earlier != row.number:
                row.refuse("name", f"与第 {earlier} 行是同一名党员")
        return member

    def _by_number(self, row: Row, number: str) -> Member | None:
        earlier = self._seen.setdefault(number, row.number)
        if earlier != row.number:
            row.refuse("id_number", f"与第 {earlier} 行重复")
            return None
        index = number_index(number)
        assert index is not None  # the number is not empty
        member = self._by_index.get(index)
        if member is None and index in self._anywhere:
            row.refuse("id_number", NUMBER_TAKEN.rstrip("。"))
        return member

    def _by_its_name(self, row: Row) -> Member | None:
        same_name = self._by_name.get(row.values.get("name", ""), [])
        if len(same_name) == 1:
            return same_name[0]
        why = "本支部有多名同名党员，请填写以便区分" if same_name else "没有填写，新增党员必须填写"
        row.refuse("id_number", why)
        return None


def _check_branch(row: Row, branch: PartyOrganization) -> None:
    written = row.values.pop("branch", None)
    if written is not None and written not in (branch.name, branch.short_name):
        row.refuse("branch", f"写作 {written[:30]}，与所选党支部（{branch}）不同")


def _plan_new(plan: Plan, row: Row, cells: dict[str, PartyOrganization], since: datetime.date) -> None:
    values = dict(row.values)
    cell = _cell(row, values.pop("cell", None), cells)
    own_since = values.pop("since", None)
    _complete(row, values)
    _judge(row, values)
    if row.problems:
        return
    values.setdefault("ethnicity", "01")
    values.setdefault("confirmed_on", None)
    for name in (
        "education",
        "job_post",
        "employer",
        "mobile",
        "landline",
        "home_address",
        "floating_destination",
    ):
        values.setdefault(name, "")
    start = own_since or max(since, values["admitted_on"])
    plan.new.append((row, NewMember(values=values, since=start, cell=cell)))


def _complete(row: Row, values: dict[str, Any]) -> None:
    """Take from the identity number and the dates what the sheet need not say again."""
    facts = national_id.read(values["id_number"])
    values.setdefault("gender", facts.sex)
    values.setdefault("birth_date", facts.birth_date)
    if "category" not in values and values.get("confirmed_on"):
        values["category"] = Member.Category.FULL.value
    if "category" not in values:
        row.refuse("category", "没有填写，应为正式党员或预备党员")
    if "admitted_on" not in values:
        row.refuse("admitted_on", "没有填写")


def _plan_change(plan: Plan, row: Row, member: Member, cells: dict[str, PartyOrganization]) -> None:
    cell = _cell(row, row.values.get("cell"), cells)
    if cell is not None and cell.pk != member.cell_id:
        row.warn("cell", "与现编党小组不同，请在党员卡片“组织关系”中调整，本次不改")
    differing = {
        name: value
        for name, value in row.values.items()
        if name in ENTERED_FIELDS and value != _stored(member, name)
    }
    if not row.problems and differing:
        merged = {name: _stored(member, name) for name in ENTERED_FIELDS} | differing
        _judge(row, merged, stored_number="id_number" not in differing)
    if row.problems:
        return
    if not differing:
        plan.same += 1
        return
    plan.changed.append(Change(row, member, differing, [_shown(member, *pair) for pair in differing.items()]))


def _stored(member: Member, name: str) -> Any:
    value = getattr(member, name)
    if name == "birth_date":
        return datetime.date.fromisoformat(value) if value else None
    return value


def _cell(row: Row, written: str | None, cells: dict[str, PartyOrganization]) -> PartyOrganization | None:
    if written is None:
        return None
    if written not in cells:
        row.refuse("cell", f"写作 {written[:30]}，本支部没有这个党小组")
    return cells.get(written)


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
    choices = _CHOICES.get(name, {})
    before, after = (
        label_of(name, item) if name in _CODED else choices.get(item, item)
        for item in (_stored(member, name), value)
    )
    return f"{label}：{before if before not in (None, '') else '未登记'} → {after}"
