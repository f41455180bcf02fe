"""The error workbook: the sheets as they came, the cells that cannot be taken filled, and a last column with what to mend."""

import datetime
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from branch_portal.tables import safe_text
from members.imports.columns import letter
from members.imports.headers import find_header
from members.imports.reader import Sheet
from members.imports.rows import Problem

MEND = "需要修改"


def error_workbook(
    sheets: Sequence[Sheet], problems: Sequence[Problem], mapping: Mapping[str, str] | None = None
) -> bytes:
    """An .xlsx with every visible sheet in its own rows and columns. Text stays text, so nothing in it is a formula."""
    import xlsxwriter  # needed by this download only

    buffer = io.BytesIO()
    by_row: dict[tuple[str, int], list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.sheet, problem.row].append(problem)
    with xlsxwriter.Workbook(
        buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        fill = {"bg_color": "#FCE4E4", "border": 1, "border_color": "#C00000"}
        formats = {
            (dated, bad): book.add_format(
                ({"num_format": "yyyy-mm-dd"} if dated else {"num_format": "@"}) | (fill if bad else {})
            )
            for dated in (True, False)
            for bad in (True, False)
        }
        for sheet in sheets:
            if not sheet.hidden:
                _write_sheet(book.add_worksheet(sheet.name[:31]), sheet, by_row, mapping, formats)
    return buffer.getvalue()


def _write_sheet(page, sheet: Sheet, by_row, mapping, formats) -> None:
    header = find_header(sheet.rows, sheet.merged, mapping)
    last = max((len(row) for row in sheet.rows), default=0)
    page.set_column(0, max(last - 1, 0), 16)
    page.set_column(last, last, 80)
    for index, cells in enumerate(sheet.rows):
        found = by_row.get((sheet.name, index + 1), [])
        bad = {problem.column for problem in found}
        for column, cell in enumerate(cells):
            is_bad = bool(bad) and letter(column) in bad
            _write_cell(page, index, column, cell, formats, is_bad)
        if header is not None and index == header.row:
            page.write_string(index, last, MEND, formats[False, False])
        elif found:
            page.write_string(index, last, "；".join(p.sentence for p in found), formats[False, False])


def _write_cell(page, row: int, column: int, cell: Any, formats, bad: bool) -> None:
    if isinstance(cell, dict):
        if "d" in cell:
            day = datetime.date.fromisoformat(cell["d"])
            if day.year >= 1900:
                page.write_datetime(row, column, day, formats[True, bad])
                return
        text = cell.get("d", "")
        page.write_string(row, column, text, formats[False, bad])
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell, formats[False, bad])
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell, formats[False, bad] if bad else None)
    elif cell or bad:
        page.write_string(row, column, safe_text(cell), formats[False, bad])
