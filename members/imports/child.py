"""Reads one .xlsx and prints its visible sheets as JSON; run as a script of its own, without Django, under hard limits.

A foreign file may be built to exhaust memory or time, or to make the reader abort: then this process dies and no other.
Dates are printed as {"d": "1990-01-02"}, everything else as JSON text, number or true/false; empty cells as "".
"""

import datetime
import json
import resource
import sys

MEMORY = 768 * 1024 * 1024
SECONDS = 20
MAX_ROWS = 5000
MAX_COLUMNS = 100
MAX_TEXT = 500


def main(path: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_path(path)
    sheets = []
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet or meta.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        # Row numbers must be the sheet's own, so the empty area on top is kept.
        if sheet.end is not None and (sheet.end[0] >= 200_000 or sheet.end[1] >= 2_000):
            sheets.append({"name": meta.name, "rows": [], "too_large": True})
            continue
        rows = [
            [_plain(cell) for cell in row[:MAX_COLUMNS]] for row in sheet.to_python(skip_empty_area=False)
        ]
        while rows and not any(cell != "" for cell in rows[-1]):
            rows.pop()
        sheets.append(
            {"name": meta.name, "rows": rows[: MAX_ROWS + 6], "too_large": len(rows) > MAX_ROWS + 5}
        )
    json.dump(sheets, sys.stdout, ensure_ascii=False)


def _plain(cell):
    if isinstance(cell, datetime.datetime):
        return {"d": cell.date().isoformat()}
    if isinstance(cell, datetime.date):
        return {"d": cell.isoformat()}
    if isinstance(cell, bool | int | float):
        return cell
    return str(cell)[:MAX_TEXT]


if __name__ == "__main__":
    main(sys.argv[1])
