"""The statistics as one workbook: a sheet a table like the paper, sums as formulas, and a sheet of checks."""

import io

from branch_portal.dates import format_date_cn
from branch_portal.tables import safe_text
from supervision.rules.statistics import Check, Figures, Sheet, checks

_HEAD_ROW = 4
_FIRST_ROW = _HEAD_ROW + 1


def date_words(day) -> str:
    return format_date_cn(day).split("（")[0]


def file_name(figures: Figures) -> str:
    return f"{figures.organization}党内统计{figures.day:%Y%m%d}.xlsx"


def statistics_workbook(
    figures: Figures, *, author: str, filled_on, explanation: str = "", reported: bool = False
) -> bytes:
    """Numbers are stored beside their formulas, so that a reader that doesn't calculate shows them too."""
    import xlsxwriter  # half of its import time would be paid by every page otherwise

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        formats = _formats(book)
        for place, sheet in enumerate(figures.sheets, start=1):
            page = book.add_worksheet(f"{place:02d}{sheet.title}"[:31])
            _write_sheet(page, sheet, figures, formats, author=author, filled_on=filled_on)
        _write_checks(book.add_worksheet("校验"), checks(figures), formats, explanation, reported=reported)
    return buffer.getvalue()


def _formats(book) -> dict:
    grid = {"border": 1, "valign": "vcenter", "font_name": "仿宋"}
    made = {
        "title": {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "font_name": "宋体"},
        "line": {"font_name": "仿宋"},
        "head": grid | {"bold": True, "align": "center", "text_wrap": True},
        "number": grid | {"align": "right", "num_format": "0"},
        "sum": grid | {"align": "right", "num_format": "0", "bold": True},
        "text": grid | {"text_wrap": True},
    }
    formats = {name: book.add_format(value) for name, value in made.items()}
    for level in range(6):
        formats[f"label{level}"] = book.add_format(grid | {"indent": level, "bold": level == 0})
    return formats


def _write_sheet(page, sheet: Sheet, figures: Figures, formats: dict, *, author: str, filled_on) -> None:
    last = len(sheet.columns)
    page.set_paper(9)
    if last > 5:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEAD_ROW)
    page.set_column(0, 0, 34)
    page.set_column(1, last, 11)
    page.set_row(0, 28)
    if last:
        page.merge_range(0, 0, 0, last, sheet.title, formats["title"])
    unit = f"填报单位：{figures.organization}"
    page.write_string(1, 0, safe_text(unit), formats["line"])
    page.write_string(2, 0, safe_text(f"填报人：{author}"), formats["line"])
    page.write_string(3, 0, f"截止日期：{date_words(figures.day)}", formats["line"])
    page.write_string(1, last, f"单位：{sheet.unit}", formats["line"])
    page.write_string(2, max(last - 1, 1), "审核人：", formats["line"])
    page.write_string(3, max(last - 1, 1), f"填报时间：{date_words(filled_on)}", formats["line"])
    page.write_row(_HEAD_ROW, 0, [sheet.head, *(head for _, head in sheet.columns)], formats["head"])
    for place, line in enumerate(sheet.lines):
        page.write_string(_FIRST_ROW + place, 0, safe_text(line.label), formats[f"label{min(line.level, 5)}"])
        for at, value in enumerate(line.values):
            _write_number(page, sheet, place, at, value, formats)
    for place, note in enumerate(sheet.notes):
        page.write_string(_FIRST_ROW + len(sheet.lines) + 1 + place, 0, f"注：{note}", formats["line"])


def _write_number(page, sheet: Sheet, place: int, at: int, value: int, formats: dict) -> None:
    """A sum as a formula over its parts; where the parts do not add up, the number as it is, so the paper shows what is."""
    row, column = _FIRST_ROW + place, at + 1
    terms = _terms(sheet, place, at)
    if terms and sum(sign * sheet.lines[part].values[at] for part, sign in terms) == value:
        from xlsxwriter.utility import xl_rowcol_to_cell

        formula = "".join(
            f"{'+' if sign > 0 else '-'}{xl_rowcol_to_cell(_FIRST_ROW + part, column)}"
            for part, sign in terms
        )
        page.write_formula(row, column, f"={formula.removeprefix('+')}", formats["sum"], value)
    else:
        page.write_number(row, column, value, formats["sum" if terms else "number"])


def _terms(sheet: Sheet, place: int, at: int) -> list[tuple[int, int]]:
    """(line, sign) that add up to a line: its parts, or the rows that the change table names."""
    key = sheet.lines[place].key
    if sheet.key == "change" and key in ("13", "15"):
        rows = {line.key: number for number, line in enumerate(sheet.lines)}
        named = {"13": (("1", 1), ("2", 1), ("7", -1)), "15": (("14", 1), ("13", -1))}[key]
        return [(rows[other], sign) for other, sign in named]
    return [(part, 1) for part in sheet.parts_of(place)]


def _write_checks(page, found: list[Check], formats: dict, explanation: str, *, reported: bool) -> None:
    page.set_column(0, 0, 8)
    page.set_column(1, 1, 70)
    page.set_column(2, 2, 10)
    page.set_column(3, 3, 70)
    held = sum(check.holds for check in found)
    page.write_string(0, 0, f"校验通过 {held} 项，未通过 {len(found) - held} 项", formats["line"])
    page.write_string(1, 0, "已上报的数字" if reported else "按今天的登记统计", formats["line"])
    if explanation:
        page.write_string(2, 0, safe_text(f"说明：{explanation}"), formats["line"])
    page.write_row(3, 0, ["序号", "校验", "结果", "不符之处"], formats["head"])
    for place, check in enumerate(found, start=1):
        page.write_number(3 + place, 0, place, formats["number"])
        page.write_string(3 + place, 1, check.words, formats["text"])
        page.write_string(3 + place, 2, "通过" if check.holds else "不符", formats["text"])
        page.write_string(3 + place, 3, "；".join(check.faults), formats["text"])
