"""Reads one .xlsx and prints its sheets as lines of JSON; run as a script of its own, without Django, under hard limits.

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
#: Bytes of a sheet's text that are looked at, and at a time; a cell with its formula is shorter than the last.
UNPACKED, PIECE, LONGEST_CELL = 200 << 20, 1 << 20, 16 << 10
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
            left = _write({"name": meta.name, "hidden": True}, left)
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.end is not None and (sheet.end[0] >= 200_000 or sheet.end[1] >= 2_000):
            left = _write({"name": meta.name, "too_large": True}, left)
            continue
        merged = [[*start, *end] for start, end in sheet.merged_cell_ranges or [] if start[0] < HEADER_ROWS]
        unsaved = _unsaved_formulas(path, parts.get(meta.name))
        # Titles, empty rows and a header stand above the people, so more rows than people are let through.
        left = _write_rows({"name": meta.name, "merged": merged[:500]}, sheet, unsaved, max_rows + 500, left)


def _write(sheet: dict, left: int) -> int:
    """What is known of a sheet, on a line; its rows follow on theirs. Returns how much may still be printed."""
    return _say(f"{_json(sheet)}\n", left)


def _write_rows(sheet: dict, cells, unsaved: dict[int, list[int]], limit: int, left: int) -> int:
    """A sheet with its rows, each forgotten when it is printed: of a long roster only what the reader holds is held."""
    left = _write(sheet, left)
    waiting = 0
    for number, row in enumerate(_rows(cells, limit + 1)):
        if not row:
            waiting += 1  # empty rows count where another comes after them
            continue
        if number == limit:
            return _say(f"{_json({'too_large': True})}\n", left)
        for place in range(number - waiting, number + 1):
            shown = row if place == number else []
            for column in unsaved.get(place, ()):
                shown += [""] * (column + 1 - len(shown))
                shown[column] = {"f": 1}
            left = _say(f"{_json(shown)}\n", left)
        waiting = 0
    return left


def _say(piece: str, left: int) -> int:
    if left < len(piece):
        sys.exit(TOO_MUCH)
    sys.stdout.write(piece)
    return left - len(piece)


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _rows(sheet, most: int):
    """Rows with the sheet's own numbers: the empty area on top and on the left is kept."""
    if sheet.start is None:
        return
    left = [""] * min(sheet.start[1], MAX_COLUMNS)
    for row in itertools.islice(sheet.iter_rows(), most):
        cells = [*left, *(_plain(cell) for cell in row[: MAX_COLUMNS - len(left)])]
        while cells and cells[-1] == "":
            cells.pop()
        yield cells


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


def _unsaved_formulas(path: str, part: str | None) -> dict[int, list[int]]:
    """Row → columns (from 0) that hold a formula and no result: the reader would pass them by as empty."""
    found: dict[int, list[int]] = {}
    if part is None:
        return found
    text = b""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(part) as file:
            for _ in range(UNPACKED // PIECE):
                piece = file.read(PIECE)
                if not piece:
                    break
                # A cell that the last piece ended in is found in the next.
                text = text[-LONGEST_CELL:] + piece
                for match in _FORMULA.finditer(text) if b"<f" in text else ():
                    row, column = _place(match[1].decode())
                    if column < MAX_COLUMNS and column not in found.setdefault(row, []):
                        found[row].append(column)
    except (KeyError, zipfile.BadZipFile, EOFError):
        return {}
    return found


def _place(address: str) -> tuple[int, int]:
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(address[len(letters) :]) - 1, column - 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
