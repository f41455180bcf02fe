"""From cells to rows: every row of a sheet with what it says and everything that cannot be taken, each named by its cell."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from members.imports.cells import READERS, CellError, is_masked
from members.imports.columns import LABELS, Header, find_header, letter
from members.imports.reader import FileRefused, Sheet
from members.rules import national_id

#: Cells that stand for "nothing".
_NOTHING = {"", "-", "--", "—", "——", "/", "无", "null", "None"}


@dataclass(frozen=True)
class Problem:
    """Something that cannot be taken: `row` counts from 1 as in the sheet, `column` is a letter or "" for the row."""

    sheet: str
    row: int
    column: str
    header: str
    message: str

    @property
    def place(self) -> str:
        return f"{self.column}{self.row}" if self.column else f"第 {self.row} 行"

    @property
    def sentence(self) -> str:
        """第 12 行‘入党日期’（E12）写作 2026.13.01，月份应为 1–12"""
        if not self.column:
            return f"第 {self.row} 行‘{self.header}’{self.message}"
        return f"第 {self.row} 行‘{self.header}’（{self.column}{self.row}）{self.message}"


@dataclass
class Row:
    """One person of the sheet: values of the cells that are filled, and what is wrong with the others."""

    sheet: str
    number: int
    header: Header
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def _at(self, key: str, message: str) -> Problem:
        column = self.header.places.get(key)
        header = self.header.written[column] if column is not None else LABELS.get(key, "")
        return Problem(self.sheet, self.number, letter(column) if column is not None else "", header, message)

    def refuse(self, key: str, message: str) -> None:
        self.problems.append(self._at(key, message))

    def warn(self, key: str, message: str) -> None:
        self.warnings.append(self._at(key, message))


@dataclass(frozen=True)
class ReadSheet:
    """A sheet as rows; `ignored` are columns that the portal does not know, `others` sheets without a header."""

    name: str
    header: Header
    rows: list[Row]
    others: list[str]

    @property
    def ignored(self) -> list[str]:
        return [*self.header.ignored, *(f"{name}（重复的列）" for name in self.header.doubled)]


def read_rows(sheets: Sequence[Sheet]) -> ReadSheet:
    """Rows of the first sheet that has a header; FileRefused when none has, or when it is too large."""
    others = []
    for sheet in sheets:
        header = find_header(sheet.rows)
        if header is None and not sheet.too_large:
            others.append(sheet.name)
            continue
        if sheet.too_large or header is None:
            raise FileRefused(
                f"工作表“{sheet.name}”太大，一次最多导入 5000 行。请删去多余的行和列后重新上传。"
            )
        rows = [
            row
            for number, cells in enumerate(sheet.rows[header.row + 1 :], start=header.row + 2)
            if (row := _read_row(sheet.name, number, header, cells)) is not None
        ]
        if not rows:
            raise FileRefused(f"工作表“{sheet.name}”只有表头，没有党员。请填写后重新上传。")
        later = [other.name for other in sheets[sheets.index(sheet) + 1 :] if other.rows]
        return ReadSheet(sheet.name, header, rows, [*(name for name in others if name), *later])
    raise FileRefused("前 5 行内没有找到表头。表头应有“姓名”和其他列名，可下载模板对照。")


def _read_row(sheet: str, number: int, header: Header, cells: Sequence[Any]) -> Row | None:
    """The row, or None when all its known cells are empty."""
    row = Row(sheet, number, header)
    filled = {
        key: cells[column]
        for key, column in header.places.items()
        if column < len(cells) and not _is_nothing(cells[column])
    }
    if not filled:
        return None
    for key, cell in filled.items():
        if is_masked(cell):
            continue
        try:
            value = READERS[key](cell)
        except CellError as error:
            if not (key == "birth_date" and _month_of_number(cell, filled.get("id_number"))):
                row.refuse(key, str(error))
            continue
        if value is not None:
            row.values[key] = value
    if "name" not in row.values and not any(
        problem.header in ("姓名", "党员姓名") for problem in row.problems
    ):
        row.refuse("name", "没有填写")
    return row


def _is_nothing(cell: Any) -> bool:
    return isinstance(cell, str) and cell.strip() in _NOTHING


def _month_of_number(cell: Any, number: Any) -> bool:
    """Whether 1990.03 is the month of birth in the identity number beside it: then the number says the day."""
    if number is None or national_id.check(number):
        return False
    born: datetime.date = national_id.read(number).birth_date
    digits = "".join(c if c.isdigit() else " " for c in str(cell)).split()
    return len(digits) == 2 and [int(part) for part in digits] == [born.year, born.month]
