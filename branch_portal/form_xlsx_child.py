"""A blank .xlsx in the limited process: what stands where, and the form filled in. Knows openpyxl and no Django."""

import datetime
import io
import re
import zipfile

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from branch_portal.form_child import Refused
from branch_portal.form_xlsx_losses import losses_of
from branch_portal.form_xlsx_rows import insert_copies, is_formula
from branch_portal.markings import is_marked

MAX_CELLS = 200_000
MAX_SHEETS = 30
SHOWN_ROWS, SHOWN_COLUMNS, SHOWN_TEXT = 200, 50, 120
FREE_ROWS = 3
MAX_TEXT = 32_767
_DATE_FORMAT = 'yyyy"年"m"月"d"日"'
_CELL = re.compile(rb"<(?:\w+:)?c[ >/]")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_REACHES_OUT = re.compile(
    r"\b(WEBSERVICE|FILTERXML|RTD|CALL|REGISTER(\.ID)?|IMAGE|DDE|SQL\.REQUEST)\s*\(|\|\s*'", re.I
)


def look(path: str) -> dict:
    """Sheets as grids: a cell is its text, None where a merge covers it, or a dict: t text, f a formula, s rows and columns."""
    _count(path)
    book = load_workbook(path, rich_text=True)
    for sheet in book.worksheets:
        for cell in _cells(sheet).values():
            if isinstance(cell.value, str | CellRichText) and is_marked(_text(cell)):
                raise Refused("secret")
            if is_formula(cell) and (found := _REACHES_OUT.search(_text(cell))):
                raise Refused("function", f"{sheet.title} {cell.coordinate} {found[0]}")
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return {"sheets": [_grid(sheet) for sheet in shown], "marks": [], "losses": losses_of(path)}


def _count(path: str) -> None:
    """Refuse what would fill the memory before openpyxl finds out: too many cells, written or merely merged."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if re.match(r"xl/worksheets/[^/]+\.xml$", name)]
        count = 0
        for name in sheets:
            content = archive.read(name)
            count += len(_CELL.findall(content))
            for area in _MERGE.findall(content):
                left, top, right, bottom = range_boundaries(area.decode())
                count += (right - left + 1) * (bottom - top + 1)
    if len(sheets) > MAX_SHEETS or count > MAX_CELLS:
        raise Refused("bomb")


def _cells(sheet: Worksheet) -> dict:
    return sheet._cells


def _grid(sheet: Worksheet) -> dict:
    merges = [found.bounds for found in sheet.merged_cells.ranges]
    used = [
        place
        for place, cell in _cells(sheet).items()
        if cell.value is not None or (cell.has_style and _has_border(cell))
    ]
    used += [(bottom, right) for _, _, right, bottom in merges]
    last_row = max((row for row, _ in used), default=1)
    last_column = max((column for _, column in used), default=1)
    # A form without lines may end with its heads: the rows below are there to be filled in.
    rows, columns = min(last_row + FREE_ROWS, SHOWN_ROWS), min(last_column, SHOWN_COLUMNS)
    grid: list[list] = [[""] * columns for _ in range(rows)]
    for (row, column), cell in _cells(sheet).items():
        if row <= rows and column <= columns and cell.value is not None:
            text = _text(cell)[:SHOWN_TEXT]
            grid[row - 1][column - 1] = {"t": text, "f": 1} if is_formula(cell) else text
    for left, top, right, bottom in merges:
        _merge(grid, left - 1, top - 1, min(right, columns), min(bottom, rows))
    return {
        "name": sheet.title,
        "grid": grid,
        "widths": [_width(sheet, column) for column in range(1, columns + 1)],
        "more": last_row > SHOWN_ROWS or last_column > columns,
    }


def _merge(grid: list[list], left: int, top: int, right: int, bottom: int) -> None:
    if top >= bottom or left >= right:
        return
    corner = grid[top][left]
    for row in range(top, bottom):
        for column in range(left, right):
            grid[row][column] = None
    grid[top][left] = {
        **(corner if isinstance(corner, dict) else {"t": corner}),
        "s": [bottom - top, right - left],
    }


def _has_border(cell) -> bool:
    border = cell.border
    return any(
        side is not None and side.style for side in (border.left, border.right, border.top, border.bottom)
    )


def _width(sheet: Worksheet, column: int) -> int:
    """In pixels, as wide as Excel draws it."""
    for dimension in sheet.column_dimensions.values():
        if dimension.min is not None and dimension.min <= column <= dimension.max and dimension.width:
            return 0 if dimension.hidden else int(min(dimension.width, 100) * 7 + 5)
    return int((sheet.sheet_format.defaultColWidth or sheet.sheet_format.baseColWidth or 8) * 7 + 5)


def _text(cell) -> str:
    value = cell.value
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d}" if value.time() == datetime.time() else f"{value:%Y-%m-%d %H:%M}"
    return str(getattr(value, "text", value))


def fill(path: str, plan: dict) -> bytes:
    """The form with the plan's values: blocks of repeated rows first, then single cells where these have gone to."""
    book = load_workbook(path, rich_text=True)
    shifts = insert_copies(book, plan["blocks"])
    for block in plan["blocks"]:
        sheet, first = book[block["sheet"]], shifts[block["sheet"]].first(block["row"])
        for column in block["columns"]:
            index = column_index_from_string(column["column"])
            for number, value in enumerate(column["values"]):
                _write(sheet, first + number, index, value, keep=column.get("keep", False) and number == 0)
    for cell in plan["cells"]:
        letters, row = coordinate_from_string(cell["place"])
        shift = shifts.get(cell["sheet"])
        new_row = shift.first(row) if shift else row
        _write(
            book[cell["sheet"]],
            new_row,
            column_index_from_string(letters),
            cell["value"],
            keep=cell.get("keep", False),
        )
    book.calculation.fullCalcOnLoad = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Worksheet, row: int, column: int, value: dict, *, keep: bool) -> None:
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        cell = _corner(sheet, row, column)
        if cell is None:
            return
    if keep and cell.value not in (None, ""):
        _append(cell, _shown(value))
        return
    if "n" in value:
        cell.value = value["n"]
    elif "d" in value:
        _write_date(cell, datetime.date.fromisoformat(value["d"]))
    else:
        _write_text(cell, value.get("s", ""))


def _corner(sheet: Worksheet, row: int, column: int) -> Cell | None:
    """The cell that shows what stands in a merged area; only from its own row, else a repeated row would overwrite it."""
    for found in sheet.merged_cells.ranges:
        left, top, right, bottom = found.bounds
        if top <= row <= bottom and left <= column <= right:
            return sheet.cell(top, left) if top == row else None
    return None


def _write_date(cell: Cell, day: datetime.date) -> None:
    if cell.number_format == "@":
        _write_text(cell, day.isoformat())
        return
    form = cell.number_format
    cell.value = day
    cell.number_format = _DATE_FORMAT if form == "General" else form


def _write_text(cell: Cell, text: str) -> None:
    """Text stays text, whatever it begins with, also when somebody edits the cell later."""
    cell.value = text[:MAX_TEXT] or None
    if text:
        cell.data_type = "s"
        if text[0] in "=+-@＝＋－＠\t\r":
            cell.quotePrefix = 1


def _shown(value: dict) -> str:
    if "d" in value:
        day = datetime.date.fromisoformat(value["d"])
        return f"{day.year}年{day.month}月{day.day}日"
    return str(value.get("n", value.get("s", "")))


def _append(cell: Cell, text: str) -> None:
    """Behind the form's own words (“填报单位：”), in their format."""
    if isinstance(cell.value, CellRichText):
        last = cell.value[-1] if len(cell.value) else ""
        cell.value.append(TextBlock(last.font, text) if isinstance(last, TextBlock) else text)
        return
    _write_text(cell, f"{_text(cell)}{text}")
