"""党内统计 as tables that prove themselves: lines in an order that says what sums up to what, and the checks (domain 3.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

#: A line is a sum of the PART lines one level below it; OF lines (其中) say more about it and add up to nothing.
PART, OF = "part", "of"
#: 其中 columns of every table of people: key, head.
MEASURES = (
    ("total", "合计"),
    ("probationary", "预备党员"),
    ("female", "女"),
    ("minority", "少数民族"),
    ("young", "35岁及以下"),
    ("college", "大专及以上"),
)
NUMBERS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Line:
    """One row: `level` is its depth, so that its parts are the lines after it that are one deeper."""

    key: str
    label: str
    values: tuple[int, ...]
    level: int = 0
    role: str = PART


@dataclass(frozen=True)
class Sheet:
    """One table. `opens`: its cells lead to who is behind them. `sums`: (column, its parts) that add up in every line."""

    key: str
    title: str
    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    unit: str = "人"
    head: str = "项目"
    opens: bool = True
    notes: tuple[str, ...] = ()
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def line(self, key: str) -> Line | None:
        return next((line for line in self.lines if line.key == key), None)

    def place(self, column: str) -> int:
        return [key for key, _ in self.columns].index(column)

    def value(self, line: str, column: str = "total") -> int:
        """A number; a line that was left out because it is empty counts 0."""
        found = self.line(line)
        return found.values[self.place(column)] if found else 0

    def parts_of(self, index: int) -> list[int]:
        """Places of the lines that add up to the line at a place; none for a leaf."""
        level, found = self.lines[index].level, []
        for place in range(index + 1, len(self.lines)):
            line = self.lines[place]
            if line.level <= level:
                break
            if line.level == level + 1 and line.role == PART:
                found.append(place)
        return found


@dataclass(frozen=True)
class Figures:
    """Everything that is reported of one organisation as of a day; the period runs from 1 January of its year."""

    organization: str
    day: date
    sheets: tuple[Sheet, ...]

    def sheet(self, key: str) -> Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.key == key), None)

    def value(self, sheet: str, line: str, column: str = "total") -> int | None:
        """A number, or None where there is no such table."""
        found = self.sheet(sheet)
        return None if found is None else found.value(line, column)

    def name_of(self, sheet: Sheet) -> str:
        return f"表{cn_number(self.sheets.index(sheet) + 1)} {sheet.title}"

    @property
    def members(self) -> int:
        return self.value("category", "total") or 0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold, in words; `faults` name each place where it does not."""

    words: str
    faults: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that is another one than it was reported."""

    sheet: str
    line: str
    column: str
    reported: int
    now: int

    @property
    def change(self) -> int:
        return self.now - self.reported


def cn_number(number: int) -> str:
    """一 … 九十九."""
    tens, units = divmod(number, 10)
    if not tens:
        return NUMBERS[units - 1]
    return ("" if tens == 1 else NUMBERS[tens - 1]) + "十" + (NUMBERS[units - 1] if units else "")


# --- What must hold ---

#: Tables that divide the same members.
PARTITIONS = (
    "category", "gender", "ethnicity", "age", "education", "job_post", "standing_years", "admission", "unit", "formation",
    "below", "study",
)  # fmt: skip
#: (table, line, column) that say the same thing; the words name both.
_TIES: tuple[tuple[str, tuple[str, str, str], tuple[str, str, str]], ...] = (
    ("党员总数等于增减表第 14 行", ("category", "total", "total"), ("change", "14", "total")),
    ("党籍正常的人数等于党员总数", ("membership", "normal", "total"), ("category", "total", "total")),
    ("流动与失联表的党员总数等于党员总数", ("situation", "total", "total"), ("category", "total", "total")),
    ("预备党员一栏等于预备党员一行", ("category", "total", "probationary"), ("category", "probationary", "total")),
    ("女党员一栏等于女党员一行", ("category", "total", "female"), ("gender", "female", "total")),
    ("少数民族一栏等于少数民族一行", ("category", "total", "minority"), ("ethnicity", "minority", "total")),
    ("发展党员人数等于增减表第 3 行", ("development", "admitted", "total"), ("change", "3", "total")),
    ("出党合计等于增减表第 8 行", ("exits", "total", "total"), ("change", "8", "total")),
    ("取消预备党员资格等于出党表中的同一项", ("development", "annulled", "total"), ("exits", "6", "total")),
    ("转入合计等于增减表第 5 行", ("transfers", "in", "total"), ("change", "5", "total")),
    ("整建制转入等于增减表第 6 行", ("transfers", "in_whole_unit", "total"), ("change", "6", "total")),
    ("转出合计等于增减表第 11 行", ("transfers", "out", "total"), ("change", "11", "total")),
    ("整建制转出等于增减表第 12 行", ("transfers", "out_whole_unit", "total"), ("change", "12", "total")),
    ("停止党籍等于增减表第 9 行", ("stopped", "stopped", "total"), ("change", "9", "total")),
    ("恢复党籍等于增减表第 4 行", ("stopped", "restored", "total"), ("change", "4", "total")),
    ("死亡等于增减表第 10 行", ("stopped", "deceased", "total"), ("change", "10", "total")),
    ("各单位类别党支部数等于党支部总数", ("unit", "total", "branches"), ("organizations", "branch", "total")),
)  # fmt: skip


def checks(figures: Figures) -> list[Check]:
    """Every check of every table and between tables, each in words, the failing ones with the places."""
    return [*_sums(figures), *_columns(figures), *_totals(figures), *_ties(figures), *_identities(figures)]


def _sums(figures: Figures) -> Iterator[Check]:
    """A line is the sum of its parts, in every column; what is 其中 is no more than its line."""
    for sheet in figures.sheets:
        name = figures.name_of(sheet)
        for place, line in enumerate(sheet.lines):
            parts = sheet.parts_of(place)
            if parts:
                sums = [sum(sheet.lines[part].values[at] for part in parts) for at in range(len(line.values))]
                words = f"{name}：“{line.label}”等于其下 {len(parts)} 行之和"
                yield Check(words, tuple(_unequal(name, line, sheet, line.values, sums)))
            if line.role == OF and (whole := _whole_of(sheet, place)) is not None:
                faults = [
                    f"{name}“{line.label}”{sheet.columns[at][1]} {value}，大于“{whole.label}” {whole.values[at]}"
                    for at, value in enumerate(line.values)
                    if value > whole.values[at]
                ]
                yield Check(f"{name}：“{line.label}”不大于“{whole.label}”", tuple(faults))


def _whole_of(sheet: Sheet, place: int) -> Line | None:
    line = sheet.lines[place]
    return next((above for above in sheet.lines[place - 1 :: -1] if above.level < line.level), None)


def _unequal(
    name: str, line: Line, sheet: Sheet, values: Sequence[int], sums: Sequence[int]
) -> Iterator[str]:
    for (_, head), value, total in zip(sheet.columns, values, sums, strict=True):
        if value != total:
            yield f"{name}“{line.label}”{head} {value}，各行之和 {total}，差 {value - total}"


def _columns(figures: Figures) -> Iterator[Check]:
    for sheet in figures.sheets:
        heads, name = dict(sheet.columns), figures.name_of(sheet)
        for whole, parts in sheet.sums:
            words = f"{name}：“{heads[whole]}”等于{'加'.join(f'“{heads[part]}”' for part in parts)}"
            faults = []
            for line in sheet.lines:
                value, total = (
                    line.values[sheet.place(whole)],
                    sum(line.values[sheet.place(part)] for part in parts),
                )
                if value != total:
                    faults.append(f"{name}“{line.label}”{heads[whole]} {value}，各栏之和 {total}")
            yield Check(words, tuple(faults))


def _totals(figures: Figures) -> Iterator[Check]:
    """Every table that divides the members divides the same members, in every column that it has."""
    first = figures.sheet(PARTITIONS[0])
    if first is None:
        return
    name = figures.name_of(first)
    for key in PARTITIONS[1:]:
        sheet = figures.sheet(key)
        if sheet is None:
            continue
        shared = [column for column in first.columns if column in sheet.columns]
        faults = [
            f"{figures.name_of(sheet)}合计{head} {mine}，{name} {theirs}"
            for column, head in shared
            if (mine := sheet.value("total", column)) != (theirs := first.value("total", column))
        ]
        yield Check(f"{figures.name_of(sheet)}的合计等于{name}的合计", tuple(faults))


def _ties(figures: Figures) -> Iterator[Check]:
    for words, left, right in _TIES:
        one, other = figures.value(*left), figures.value(*right)
        if one is None or other is None:
            continue
        fault = f"{_place(figures, left)} {one}，{_place(figures, right)} {other}，差 {one - other}"
        yield Check(words, () if one == other else (fault,))


def _identities(figures: Figures) -> Iterator[Check]:
    """Rows 13 and 15 of the change table; row 15 must be 0 or explained."""
    change = figures.sheet("change")
    if change is None:
        return
    row = {number: change.value(str(number)) for number in range(1, 16)}
    should = row[1] + row[2] - row[7]
    yield Check(
        "增减表：第 13 行＝第 1 行＋第 2 行－第 7 行",
        () if row[13] == should else (f"第 13 行 {row[13]}，应为 {should}",),
    )
    yield Check(
        "增减表：第 15 行＝第 14 行－第 13 行",
        () if row[15] == row[14] - row[13] else (f"第 15 行 {row[15]}，应为 {row[14] - row[13]}",),
    )
    yield Check(
        "增减表：第 15 行（差）为 0，或者有说明",
        () if not row[15] else (f"实有数与应有数相差 {row[15]} 人，请查看有差别的党员",),
    )


def _place(figures: Figures, at: tuple[str, str, str]) -> str:
    sheet = figures.sheet(at[0])
    if sheet is None:
        return ""
    line = sheet.line(at[1])
    return f"{figures.name_of(sheet)}“{line.label if line else at[1]}”{dict(sheet.columns)[at[2]]}"


# --- Reported and counted again ---


def differences(reported: Figures, now: Figures) -> list[Difference]:
    """What is another number now than it was reported; a line that one of them leaves out counts 0."""
    found = []
    for sheet in _both(reported.sheets, now.sheets):
        old, new = reported.sheet(sheet.key), now.sheet(sheet.key)
        lines = _both(old.lines if old else (), new.lines if new else ())
        columns = dict(old.columns if old else ()) | dict(new.columns if new else ())
        for line in lines:
            for column, head in columns.items():
                was, is_now = _number(old, line.key, column), _number(new, line.key, column)
                if was != is_now:
                    found.append(Difference(sheet.title, line.label, head, was, is_now))
    return found


def _both(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    found = {each.key: each for each in first}
    return [*found.values(), *(each for each in second if each.key not in found)]


def _number(sheet: Sheet | None, line: str, column: str) -> int:
    if sheet is None or column not in dict(sheet.columns):
        return 0
    return sheet.value(line, column)


# --- Kept as JSON ---


def to_data(figures: Figures) -> dict[str, Any]:
    """Plain values for a JSON column."""
    return {
        "organization": figures.organization,
        "day": figures.day.isoformat(),
        "sheets": [
            {
                "key": sheet.key, "title": sheet.title, "unit": sheet.unit, "head": sheet.head, "opens": sheet.opens,
                "columns": [list(column) for column in sheet.columns], "notes": list(sheet.notes),
                "sums": [[whole, list(parts)] for whole, parts in sheet.sums],
                "lines": [[line.key, line.label, list(line.values), line.level, line.role] for line in sheet.lines],
            }
            for sheet in figures.sheets
        ],
    }  # fmt: skip


def from_data(data: Mapping[str, Any]) -> Figures:
    """What `to_data` wrote."""
    return Figures(
        data["organization"],
        date.fromisoformat(data["day"]),
        tuple(
            Sheet(
                key=each["key"], title=each["title"], unit=each["unit"], head=each["head"], opens=each["opens"],
                columns=tuple((key, head) for key, head in each["columns"]), notes=tuple(each["notes"]),
                sums=tuple((whole, tuple(parts)) for whole, parts in each["sums"]),
                lines=tuple(
                    Line(key, label, tuple(values), level, role)
                    for key, label, values, level, role in each["lines"]
                ),
            )
            for each in data["sheets"]
        ),
    )  # fmt: skip


# --- How people are divided ---


@dataclass(frozen=True, slots=True)
class Node:
    """A line before it is counted: the values of its dimension that it stands for.

    `rest` takes whatever no other line names; `whole` is everybody; `sparse` ones are left out where they are empty.
    """

    key: str
    label: str
    codes: tuple[str, ...] = ()
    level: int = 1
    role: str = PART
    sparse: bool = False
    rest: bool = False
    whole: bool = False


WHOLE = Node("total", "合计", level=0, whole=True)


@dataclass(frozen=True)
class Layout:
    """The lines of one dimension, and every value that one of them names."""

    nodes: tuple[Node, ...]
    known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", frozenset(code for node in self.nodes for code in node.codes))

    def node(self, key: str) -> Node | None:
        return next((node for node in self.nodes if node.key == key), None)

    def lines(self, tally: Mapping[str, Sequence[int]], width: int) -> tuple[Line, ...]:
        """Counted: `tally` is value → numbers, one a column."""
        named: dict[str, list[int]] = defaultdict(list)
        for place, node in enumerate(self.nodes):
            for code in node.codes:
                named[code].append(place)
        whole = [place for place, node in enumerate(self.nodes) if node.whole]
        rest = [place for place, node in enumerate(self.nodes) if node.rest]
        counted = [[0] * width for _ in self.nodes]
        for code, numbers in tally.items():
            for place in (*whole, *(named.get(code) or rest)):
                counted[place] = [sum(pair) for pair in zip(counted[place], numbers, strict=True)]
        return tuple(
            Line(node.key, node.label, tuple(values), node.level, node.role)
            for node, values in zip(self.nodes, counted, strict=True)
            if any(values) or not node.sparse
        )
