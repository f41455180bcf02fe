"""From cells to rows: every row of every sheet with what it says and everything that cannot be taken, each named by its cell."""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from members.cards import SEALED_LABELS
from members.imports.cells import CellError, is_masked, is_unsaved_formula, make_readers
from members.imports.columns import LABELS, clean_header, letter
from members.imports.headers import SEARCHED_ROWS, Header, find_header
from members.imports.reader import WEB, FileRefused, Sheet
from members.rules import national_id

#: Cells that stand for "nothing".
_NOTHING = {"", "-", "--", "—", "——", "/", "无", "null", "None"}
#: How a line under or between the people begins that is nobody.
_FOOTER = re.compile(
    r"^(合计|小计|总计|共计|累计|填报人|填表人|制表人|审核人|审批人|负责人|经办人|填报单位|填报日期|填报时间|制表日期|制表时间|联系人|备注|附注|说明|注)"
    r"([:：(（\d\s]|$)|^(党支部书记签字|第.{1,3}页)"
)
_WRITTEN = re.compile(r"^写作 [^，]*，")
_DAY = re.compile(r"\s?\d{4}\s?年\d{1,2}月\d{1,2}日\s?")
#: Texts and dates that many rows share; kept once.
_REPEATED = frozenset(
    ("admitted_on", "confirmed_on", "since", "applied_on", "work_started_on", "employer", "native_place", "admitted_branch",
     "professional_title", "branch", "cell")
)  # fmt: skip
_NO_FORMULA = "是公式，没有保存计算结果；请在 Excel 或 WPS 中打开后保存一次，或粘贴为数值"


@dataclass(frozen=True, slots=True)
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


@dataclass(slots=True)
class Row:
    """One person of the sheet: values of the cells that are filled, and what is wrong with the others."""

    sheet: str
    number: int
    header: Header
    values: dict[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def _at(self, key: str, message: str) -> Problem:
        column = self.header.places.get(key)
        header = self.header.written[column] if column is not None else LABELS.get(key, "")
        if key in SEALED_LABELS:
            # A personal item is named, never repeated: these words are stored and shown.
            message = _DAY.sub("", _WRITTEN.sub("", message))
        return Problem(self.sheet, self.number, letter(column) if column is not None else "", header, message)

    def refuse(self, key: str, message: str) -> None:
        self.problems = (*self.problems, self._at(key, message))

    def warn(self, key: str, message: str) -> None:
        self.warnings = (*self.warnings, self._at(key, message))

    def seen_from(self, other: "Row") -> str:
        """How another row's sentence calls this one."""
        return (
            f"第 {self.number} 行"
            if self.sheet == other.sheet
            else f"工作表“{self.sheet}”第 {self.number} 行"
        )


@dataclass(frozen=True)
class ReadBook:
    """All people of a workbook; `ignored` are columns that stand for nothing, `others` sheets without a header."""

    rows: list[Row]
    headers: list[Header]
    others: list[str]
    hidden: list[str]

    @property
    def unknown(self) -> list[str]:
        return list(dict.fromkeys(name for header in self.headers for name in header.unknown))

    @property
    def ignored(self) -> list[str]:
        doubled = dict.fromkeys(name for header in self.headers for name in header.doubled)
        return [*self.unknown, *(f"{name}（重复的列）" for name in doubled)]


def read_rows(
    sheets: Sequence[Sheet],
    mapping: Mapping[str, str] | None = None,
    *,
    limit: int = WEB.rows,
    forget: bool = False,
) -> ReadBook:
    """Rows of every visible sheet that has a header; FileRefused when none has, none has people, or there are too many.

    `forget` empties the sheets' rows as they are read: of a long file their cells are half of the memory.
    """
    rows: list[Row] = []
    headers, others = [], []
    readers = make_readers()
    said: dict[Any, Any] = {}
    for sheet in sheets:
        if sheet.hidden:
            continue
        header = find_header(sheet.rows, sheet.merged, mapping)
        if sheet.too_large:
            raise FileRefused(
                f"工作表“{sheet.name}”太大，一次最多导入 {limit} 行。请删去多余的行和列后重新上传。"
            )
        if header is None:
            if sheet.rows:
                others.append(sheet.name)
            continue
        headers.append(header)
        for index in range(header.row + 1, len(sheet.rows)):
            row = _read_row(Row(sheet.name, index + 1, header), sheet.rows[index], readers, said)
            if forget:
                sheet.rows[index] = []
            if row is not None:
                rows.append(row)
    if not headers:
        raise FileRefused(f"前 {SEARCHED_ROWS} 行内没有找到表头。表头应有“姓名”和其他列名，可下载模板对照。")
    if not rows:
        raise FileRefused("文件只有表头，没有党员。请填写后重新上传。")
    if len(rows) > limit:
        raise FileRefused(f"名册有 {len(rows)} 行，一次最多导入 {limit} 行。请分成几个文件上传。")
    return ReadBook(rows, headers, others, [sheet.name for sheet in sheets if sheet.hidden])


def _read_row(row: Row, cells: Sequence[Any], readers, said: dict[Any, Any]) -> Row | None:
    """The row, or None when it is no person: empty, a total, a footer, the header once more."""
    filled = {
        key: cells[column]
        for key, column in row.header.places.items()
        if column < len(cells) and not _is_nothing(cells[column])
    }
    if not filled or _is_nobody(row.header, cells, filled):
        return None
    for key, cell in filled.items():
        if is_masked(cell):
            continue
        if is_unsaved_formula(cell):
            row.refuse(key, _NO_FORMULA)
            continue
        try:
            value = readers[key](cell)
        except CellError as error:
            if not (key == "birth_date" and _month_of_number(cell, filled.get("id_number"))):
                row.refuse(key, str(error))
            continue
        if value is not None:
            row.values[key] = said.setdefault(value, value) if key in _REPEATED else value
    if "name" not in row.values and "name" not in filled:
        row.refuse("name", "没有填写")
    return row


def _is_nobody(header: Header, cells: Sequence[Any], filled: Mapping[str, Any]) -> bool:
    if clean_header(filled.get("name")) == header.written[header.places["name"]]:
        return True
    if "id_number" in filled or "admitted_on" in filled:
        return False
    first = next((cell for cell in cells if not _is_nothing(cell)), "")
    return isinstance(first, str) and _FOOTER.match("".join(first.split())) is not None


def _is_nothing(cell: Any) -> bool:
    return isinstance(cell, str) and cell.strip() in _NOTHING


def _month_of_number(cell: Any, number: Any) -> bool:
    """Whether 1990.03 is the month of birth in the identity number beside it: then the number says the day."""
    if number is None or national_id.check(number):
        return False
    born: datetime.date = national_id.read(number).birth_date
    digits = "".join(c if c.isdigit() else " " for c in str(cell)).split()
    return len(digits) == 2 and [int(part) for part in digits] == [born.year, born.month]
