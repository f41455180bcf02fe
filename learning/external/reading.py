"""From the cells of a yearly file to rows: who (name, last figures of the telephone), and points or hours.

Workbooks are opened by the roster import's own reader, in a process of its own; columns are found by their heading. Telephone
numbers are cut to their last four figures as soon as they are read, and in the cells that are kept as well.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from members.imports.cells import CellError, half_width, is_unsaved_formula, read_name
from members.imports.columns import clean_header
from members.imports.headers import SEARCHED_ROWS, Header, find_header
from members.imports.reader import FileRefused, Limits, Sheet
from members.imports.rows import Problem, Row
from members.rules.phone import STAR

LIMITS = Limits(rows=5_000, megabytes=5, unpacked=80)
MAX_POINTS, MAX_HOURS = Decimal(1_000_000), Decimal(2_000)

#: Header text → field; the first of each field is the template's. The roster's own names stand for nothing here.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "党员姓名", "名字", "学员姓名", "用户姓名"),
    "tail": (
        "手机尾号",
        "手机号后四位",
        "手机号",
        "手机",
        "手机号码",
        "联系电话",
        "电话",
        "尾号",
        "手机后四位",
    ),
    "branch": ("所在党支部", "党支部", "所属党支部", "所在支部", "支部", "支部名称"),
    "points": ("积分", "年度积分", "全年积分", "本年积分", "学习积分", "总积分", "累计积分"),
    "hours": ("学时", "年度学时", "全年学时", "学习学时", "总学时", "完成学时"),
}
MAPPING = {name: key for key, names in COLUMNS.items() for name in names}
LABELS = {key: names[0] for key, names in COLUMNS.items()}
_NOTHING = {"", "-", "--", "—", "——", "/", "无", "null", "None"}
_FOOTER = re.compile(
    r"^(合计|小计|总计|共计|平均|填报人|填表人|制表人|审核人|负责人|备注|说明|注)([\s:：(（\d]|$)"
)
_NEITHER = "没有填写；积分和学时至少填写一项"
_NO_FORMULA = "是公式，没有保存计算结果；请在 Excel 或 WPS 中打开后保存一次，或粘贴为数值"


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of the file. `row` counts over all sheets, `place` is the sheet's own row for the words."""

    row: int
    place: str
    name: str
    tail: str = ""
    branch: str = ""
    points: Decimal | None = None
    hours: Decimal | None = None


@dataclass(frozen=True)
class ReadFile:
    entries: list[Entry]
    problems: list[Problem]
    ignored: list[str]


def find_columns(sheet: Sheet) -> Header | None:
    """The header row: a name, and points or hours."""
    header = find_header(sheet.rows, sheet.merged, MAPPING)
    if header is None or not {"points", "hours"} & header.places.keys():
        return None
    # Other columns of a roster (学历, 入党日期 …) mean nothing here.
    places = {key: column for key, column in header.places.items() if key in COLUMNS}
    others = [header.written[column] for key, column in header.places.items() if key not in COLUMNS]
    return replace(header, places=places, unknown=[*header.unknown, *others])


def without_numbers(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets as they may be kept: in the column of telephones nothing but the last four figures, hidden sheets empty.

    What stands in other columns and looks like a telephone or identity number is cut as well.
    """
    return [replace(sheet, rows=[[_cut(cell) for cell in row] for row in sheet.rows]) for sheet in sheets]


def _cut(cell: Any) -> Any:
    text = str(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else cell
    if not isinstance(text, str):
        return cell
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))
    long_number = re.fullmatch(r"(?:\+?86)?(1\d{10}|\d{15}|\d{17}[\dXx])(?:\.0)?", plain)
    return STAR * 7 + long_number[1][-4:] if long_number else cell


def read_entries(sheets: Sequence[Sheet]) -> ReadFile:
    """All people of the visible sheets; FileRefused when there is nobody to read."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    ignored: list[str] = []
    seen: dict[tuple[str, str, str], str] = {}
    found = number = 0
    for sheet in sheets:
        header = None if sheet.hidden else find_columns(sheet)
        if sheet.too_large:
            raise FileRefused(f"工作表“{sheet.name}”太大，一次最多 {LIMITS.rows} 行。请分成几个文件上传。")
        if header is None:
            continue
        found += 1
        ignored += [name for name in header.unknown if name not in ignored]
        for place, cells in enumerate(sheet.rows[header.row + 1 :], start=header.row + 2):
            row = _read_row(Row(sheet.name, place, header), cells)
            if row is None:
                continue
            number += 1
            _check_double(row, seen)
            problems += row.problems
            if not row.problems:
                entries.append(Entry(number, f"第 {place} 行", **row.values))
    if not found:
        raise FileRefused(
            f"前 {SEARCHED_ROWS} 行内没有找到表头。表头应有“姓名”和“积分”或“学时”，可下载模板对照。"
        )
    if not number:
        raise FileRefused("文件只有表头，没有人员。请填写后重新上传。")
    if number > LIMITS.rows:
        raise FileRefused(f"文件有 {number} 行，一次最多 {LIMITS.rows} 行。请分成几个文件上传。")
    return ReadFile(entries, problems, ignored)


def _read_row(row: Row, cells: Sequence[Any]) -> Row | None:
    filled = {
        key: cells[column]
        for key, column in row.header.places.items()
        if column < len(cells) and not (isinstance(cells[column], str) and cells[column].strip() in _NOTHING)
    }
    if not filled or _is_nobody(row.header, cells, filled):
        return None
    for key, cell in filled.items():
        if is_unsaved_formula(cell):
            _refuse(row, key, _NO_FORMULA)
            continue
        try:
            value = _READERS[key](cell)
        except CellError as error:
            _refuse(row, key, str(error))
            continue
        if value is not None:
            row.values[key] = value
    if "name" not in filled:
        _refuse(row, "name", "没有填写")
    if not {"points", "hours"} & filled.keys():
        _refuse(row, "points" if "points" in row.header.places else "hours", _NEITHER)
    return row


def _refuse(row: Row, key: str, message: str) -> None:
    if key in row.header.places:
        row.refuse(key, message)
        return
    row.problems = (*row.problems, Problem(row.sheet, row.number, "", LABELS[key], message))


def _check_double(row: Row, seen: dict[tuple[str, str, str], str]) -> None:
    """The same name with the same figures in the same branch is the same person, said twice."""
    if row.problems:
        return
    key = (row.values["name"], row.values.get("tail", ""), row.values.get("branch", ""))
    if earlier := seen.get(key):
        row.refuse("name", f"与{earlier}重复；是两个人的，请填写手机尾号或所在党支部")
    else:
        seen[key] = f"工作表“{row.sheet}”第 {row.number} 行"


def _is_nobody(header: Header, cells: Sequence[Any], filled: Mapping[str, Any]) -> bool:
    """A total, a footer, or the header once more."""
    if clean_header(filled.get("name")) == header.written[header.places["name"]]:
        return True
    first = next((cell for cell in cells if isinstance(cell, str) and cell.strip()), "")
    return _FOOTER.match("".join(first.split())) is not None


def _read_tail(cell: Any) -> str:
    digits = re.sub(r"\D", "", _number_text(cell))
    if isinstance(cell, int | float) and len(digits) < 4:
        # 0012 that a spreadsheet took for the number 12
        digits = digits.zfill(4)
    if len(digits) < 4 or len(digits) > 13:
        raise CellError("应为手机号的后四位")
    return digits[-4:]


def _read_branch(cell: Any) -> str:
    return half_width(str(cell))[:120]


def _amount(cell: Any, most: Decimal, unit: str) -> Decimal:
    text = _number_text(cell).removesuffix(unit).removesuffix("分").replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise CellError(f"写作 {text[:20]}，应为数字") from error
    if not number.is_finite() or number < 0:
        raise CellError(f"写作 {text[:20]}，应为不小于 0 的数字")
    if number > most:
        raise CellError(f"写作 {text[:20]}，超过 {most}，请核对")
    return number.quantize(Decimal("0.01"))


def _number_text(cell: Any) -> str:
    """A cell as figures: full-width made plain, no blanks; a float that is whole without its point."""
    if isinstance(cell, dict | bool):
        raise CellError("应为数字，请把单元格格式设为常规或文本")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "".join(unicodedata.normalize("NFKC", str(cell)).split())


_READERS = {
    "name": read_name,
    "tail": _read_tail,
    "branch": _read_branch,
    "points": lambda cell: _amount(cell, MAX_POINTS, "积分"),
    "hours": lambda cell: _amount(cell, MAX_HOURS, "学时"),
}
