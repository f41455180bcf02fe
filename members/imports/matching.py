"""Whom a row means and where it belongs, found for all rows in a constant number of queries."""

from collections.abc import Sequence
from typing import Any

from members.actions.people import NUMBER_TAKEN
from members.imports.rows import Row
from members.models import Member, MemberStatus, PartyOrganization, User
from members.queries.imports import (
    branches_below,
    cells_by_branch,
    known_members,
    statuses_of,
    taken_numbers,
)
from members.queries.people import number_index


class Places:
    """The branches that rows may name below a target, and their cells; nothing outside is ever told."""

    def __init__(self, target: PartyOrganization, by: User | None):
        self._target = target
        self.branches = [target] if target.is_branch else branches_below(target, by)
        self._cells = cells_by_branch(target)
        self._by_name: dict[str, list[PartyOrganization]] = {}
        for branch in self.branches:
            for name in {branch.name, branch.short_name, branch.code} - {""}:
                self._by_name.setdefault(name, []).append(branch)

    def branch_of(self, row: Row) -> PartyOrganization | None:
        """The row's branch; the row is refused where it names none of these."""
        written = row.values.pop("branch", None)
        if written is None:
            if self._target.is_branch:
                return self._target
            row.refuse("branch", "没有填写，请填写党支部的全称、简称或组织代码")
            return None
        found = self._by_name.get("".join(written.split()), []) or self._by_name.get(written, [])
        if len(found) == 1:
            return found[0]
        if found:
            row.refuse("branch", f"写作 {written[:30]}，有多个党支部这样称呼，请填写全称或组织代码")
        elif self._target.is_branch:
            row.refuse("branch", f"写作 {written[:30]}，与所选党支部（{self._target}）不同")
        else:
            row.refuse("branch", f"写作 {written[:30]}，不是{self._target}下由您管理名册的党支部，请核对名称")
        return None

    def cell_of(self, row: Row, branch: PartyOrganization, written: str | None) -> PartyOrganization | None:
        if written is None:
            return None
        cells = self._cells.get(branch.path, {})
        if written not in cells:
            row.refuse("cell", f"写作 {written[:30]}，本支部没有这个党小组")
        return cells.get(written)


class Known:
    """Members that rows may mean."""

    def __init__(self, places: Places, rows: Sequence[Row], *, lock: bool):
        self._seen: dict[str, Row] = {}
        self._taken: dict[int, Row] = {}
        self._indexes = {
            number: number_index(number) for row in rows if (number := row.values.get("id_number"))
        }
        names = {row.values["name"] for row in rows if "id_number" not in row.values and "name" in row.values}
        # First whose numbers are here at all: of a new roster nobody, and the wide look at cards asks for nobody.
        self._anywhere = taken_numbers(self._indexes.values())
        members = known_members(places.branches, self._anywhere, names, lock=lock)
        self._by_name: dict[tuple[int | None, str], list[Member]] = {}
        for member in members:
            self._by_name.setdefault((member.branch_id, member.name), []).append(member)
        self._by_index = {
            bytes(member.id_number_index): member for member in members if member.id_number_index
        }
        self._statuses = statuses_of(members) if _tells_statuses(rows) else {}

    def match(self, row: Row, branch: PartyOrganization) -> Member | None:
        """The member whom the row means; None for a new one. Refuses the row where that cannot be told."""
        number = row.values.get("id_number")
        member = self._by_number(row, number) if number else self._by_its_name(row, branch)
        if member is None or row.problems:
            return None
        if member.branch_id != branch.pk:
            row.refuse("branch", f"该党员现在{member.branch}，导入不改变组织关系；请办理组织关系转接")
            return None
        earlier = self._taken.setdefault(member.pk, row)
        if earlier is not row:
            row.refuse("name", f"与{earlier.seen_from(row)}是同一名党员")
        return member

    def statuses(self, member: Member, kind: str) -> list[MemberStatus]:
        return [status for status in self._statuses.get(member.pk, []) if status.kind == kind]

    def _by_number(self, row: Row, number: str) -> Member | None:
        earlier = self._seen.setdefault(number, row)
        if earlier is not row:
            row.refuse("id_number", f"与{earlier.seen_from(row)}重复")
            return None
        index = self._indexes[number]
        assert index is not None  # the number is not empty
        member = self._by_index.get(index)
        if member is None and index in self._anywhere:
            row.refuse("id_number", NUMBER_TAKEN.rstrip("。"))
        return member

    def _by_its_name(self, row: Row, branch: PartyOrganization) -> Member | None:
        same_name = self._by_name.get((branch.pk, row.values.get("name", "")), [])
        if len(same_name) == 1:
            return same_name[0]
        why = "本支部有多名同名党员，请填写以便区分" if same_name else "没有填写，新增党员必须填写"
        row.refuse("id_number", why)
        return None


def _tells_statuses(rows: Sequence[Row]) -> bool:
    keys: set[Any] = {"lost_contact_on", "floating_since", "floating_destination"}
    return any(not keys.isdisjoint(row.values) for row in rows)
