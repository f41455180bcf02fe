"""Blank workbooks and documents for quick tests, written plainly."""

import io
import zipfile

import docx
import openpyxl


def book(sheets: dict[str, list[list]], *, merges: tuple[str, ...] = (), change=None) -> bytes:
    """An .xlsx with these rows; `merges` of the first sheet; `change(book)` does what else is wanted."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for area in merges:
        made.worksheets[0].merge_cells(area)
    if change is not None:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def document(*lines: str, rows: list[list[str]] | None = None) -> bytes:
    """A .docx with these lines, and a table where rows are given."""
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    if rows:
        table = made.add_table(len(rows), len(rows[0]))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                table.cell(number, column).text = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_parts(content: bytes, parts: dict[str, bytes]) -> bytes:
    """The same package with parts added or written anew."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def cells(content: bytes, sheet: int = 0) -> list[list]:
    """The values of a sheet, formulas as text."""
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[sheet].values]
