"""Reads one .xlsx and prints its sheets as JSON; run as a script of its own, without Django, under hard limits.

A foreign file may be built to exhaust memory or time, or to make the reader abort: then this process dies and no other.
Dates are printed as {"d": "1990-01-02"}, a formula whose result was never saved as {"f": 1}, everything else as JSON text,
number or true/false; empty cells as "". Of a hidden sheet only the name is printed.
"""

import datetime
import itertools
import json
import re
import resource
import sys
import zipfile
from xml.parsers import expat

MEMORY = 1024 * 1024 * 1024
SECONDS = 60
MAX_COLUMNS = 100
MAX_TEXT = 500
HEADER_ROWS = 24
#: As in `branch_portal.tables.safe_text`; a tuple, so that the empty text is none of them.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
#: Characters that are printed at most for each row that is taken: a small file may name one long text a million times.
PRINTED_A_ROW = 1200
#: Ends with this status where it would be more.
TOO_MUCH = 3
_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3}\d{1,7})"[^>]{0,60}><f(?:[^>]{0,200}/>|[^>]{0,200}>[^<]{0,8192}</f>)(?:<v\s?/>|<v></v>)?</c>'
)


def main(path: str, max_rows: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    parts = _sheet_parts(path)
    book = CalamineWorkbook.from_path(path)
    left = max(max_rows, 5_000) * PRINTED_A_ROW
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        if meta.visible != SheetVisibleEnum.Visible:
            left = _write({"name": meta.name, "rows": [], "hidden": True}, left)
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.end is not None and (sheet.end[0] >= 200_000 or sheet.end[1] >= 2_000):
            left = _write({"name": meta.name, "rows": [], "too_large": True}, left)
            continue
        # Titles, empty rows and a header stand above the people, so more rows than people are let through.
        rows, too_large = _rows(sheet, max_rows + 500)
        for row, column in _unsaved_formulas(path, parts.get(meta.name)):
            if row < len(rows) and column < MAX_COLUMNS:
                cells = rows[row]
                cells += [""] * (column + 1 - len(cells))
                cells[column] = {"f": 1}
        merged = [[*start, *end] for start, end in sheet.merged_cell_ranges or [] if start[0] < HEADER_ROWS]
        left = _write({"name": meta.name, "rows": rows, "too_large": too_large, "merged": merged[:500]}, left)


def _write(sheet: dict, left: int) -> int:
    """One sheet a line, so that the reader need not hold the whole workbook twice; how much may still be printed."""
    for piece in json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).iterencode(sheet):
        left -= len(piece)
        if left < 0:
            sys.exit(TOO_MUCH)
        sys.stdout.write(piece)
    sys.stdout.write("\n")
    return left


def _rows(sheet, limit: int) -> tuple[list[list], bool]:
    """Rows with the sheet's own numbers: the empty area on top and on the left is kept."""
    if sheet.start is None:
        return [], False
    left = [""] * min(sheet.start[1], MAX_COLUMNS)
    rows = []
    for row in itertools.islice(sheet.iter_rows(), limit + 1):
        cells = [*left, *(_plain(cell) for cell in row[: MAX_COLUMNS - len(left)])]
        while cells and cells[-1] == "":
            cells.pop()
        rows.append(cells)
    too_large = len(rows) > limit and any(rows[limit:])
    del rows[limit:]
    while rows and not rows[-1]:
        rows.pop()
    return rows, too_large


def _plain(cell):
    if isinstance(cell, datetime.datetime):
        return {"d": cell.date().isoformat()}
    if isinstance(cell, datetime.date):
        return {"d": cell.isoformat()}
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    if isinstance(cell, bool | int | float):
        return cell
    return unguarded(str(cell))[:MAX_TEXT]


def unguarded(text: str) -> str:
    """Text as it was before an export of ours put a sign before it, so that no program takes it for a formula."""
    return text[1:] if text.startswith("'") and text[1:2] in _FORMULA_STARTS else text


def _sheet_parts(path: str) -> dict[str, str]:
    """Sheet name → its part in the package, from the workbook's own list; whatever cannot be read is left out."""
    found: dict[str, str] = {}
    targets: dict[str, str] = {}

    def relation(tag, attributes):
        if tag.endswith("Relationship"):
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(tag, attributes):
        if tag.rsplit(":", 1)[-1] == "sheet":
            target = targets.get(attributes.get("r:id", ""), "")
            found[attributes.get("name", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )

    try:
        with zipfile.ZipFile(path) as archive:
            for part, handler in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
                parser = expat.ParserCreate()
                parser.StartElementHandler = handler
                parser.StartDoctypeDeclHandler = _refuse
                with archive.open(part) as file:
                    parser.Parse(file.read(1 << 20), True)
    except (KeyError, ValueError, zipfile.BadZipFile, expat.ExpatError):
        return {}
    return found


def _refuse(*_):
    raise ValueError("a workbook has no document type")


def _unsaved_formulas(path: str, part: str | None) -> list[tuple[int, int]]:
    """Cells (row, column from 0) that hold a formula and no result: the reader would pass them by as empty."""
    if part is None:
        return []
    try:
        with zipfile.ZipFile(path) as archive, archive.open(part) as file:
            text = file.read(200 << 20)
    except (KeyError, zipfile.BadZipFile, EOFError):
        return []
    return [_place(match[1].decode()) for match in _FORMULA.finditer(text)] if b"<f" in text else []


def _place(address: str) -> tuple[int, int]:
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(address[len(letters) :]) - 1, column - 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
