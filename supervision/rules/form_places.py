"""Places of a form: how people write them, how they are shown, and whether a form has them (its layout as `blank_forms` saw it)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

Layout = dict[str, Any]

_CELL = re.compile(r"^\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})$")
_IN_WORDS = re.compile(r"^(?:表(?P<table>\d+))?第?(?P<row>\d+)行第?(?P<column>\d+)列$")
_MARK = re.compile(r"^\{\{\s*([^{}]{1,40}?)\s*\}\}$")
_BLANK = re.compile(r"^空格(\d+)$")


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    made = ""
    while column:
        column, rest = divmod(column - 1, 26)
        made = chr(65 + rest) + made
    return made


def column_number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def split_place(place: str) -> tuple[int, int] | None:
    """(row, column) of a cell counted from 1, None for a placeholder or blank."""
    found = _CELL.match(place)
    return (int(found[2]), column_number(found[1].upper())) if found else None


def read_place(typed: str) -> tuple[str, str] | None:
    """(table that was named or "", place) as people type it: b4, Ｂ４, 表1第2行第3列, {{ 支部名称 }}, 空格 1. None when unreadable."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if mark := _MARK.match(text):
        return "", f"{{{{{mark[1]}}}}}"
    text = re.sub(r"\s", "", text)
    if found := _CELL.match(text):
        return "", f"{found[1].upper()}{found[2]}"
    if found := _IN_WORDS.match(text):
        table = f"表{found['table']}" if found["table"] else ""
        return table, f"{letters(int(found['column']))}{int(found['row'])}"
    return ("", text) if _BLANK.match(text) else None


def shown_place(kind: str, sheet: str, place: str) -> str:
    """B4 of a workbook; 表1 第2行第3列 of a document."""
    cell = split_place(place)
    if cell is None:
        return place
    return f"{sheet} 第{cell[0]}行第{cell[1]}列" if kind == "docx" else f"{sheet} {place}"


def sheet_names(layout: Layout) -> list[str]:
    return [sheet["name"] for sheet in layout.get("sheets", [])]


def grid_of(layout: Layout, sheet: str) -> list[list[Any]] | None:
    return next((found["grid"] for found in layout.get("sheets", []) if found["name"] == sheet), None)


def cell_text(cell: Any) -> str:
    return "" if cell is None else cell if isinstance(cell, str) else cell["t"]


def settled_place(layout: Layout, kind: str, sheet: str, place: str) -> tuple[str, str]:
    """(place, fault): the cell that shows a merged area stands for all of it; the fault is Chinese, "" when there is none."""
    cell = split_place(place)
    if cell is None:
        known = {mark["place"] for mark in layout.get("marks", [])}
        return place, "" if place in known else f"表格里没有 {place}，请从列出的占位符或空格中选择。"
    grid, (row, column) = grid_of(layout, sheet), cell
    if grid is None:
        return place, f"没有名为“{sheet}”的工作表。"
    where = shown_place(kind, sheet, place)
    if row > len(grid) or column > len(grid[row - 1]):
        return place, f"{where} 不在表格范围内，请点选或填写表格里的单元格。"
    found = grid[row - 1][column - 1]
    if found is None:
        row, column = _corner(grid, row, column) if kind == "xlsx" else (row, column)
        found = grid[row - 1][column - 1]
        if found is None:
            return place, f"{where} 被合并到上面的单元格，请选合并后的单元格。"
        place = f"{letters(column)}{row}"
    if isinstance(found, dict) and found.get("f"):
        return place, f"{where} 里是公式，填表时自动计算，不能绑定。"
    return place, ""


def _corner(grid: list[list[Any]], row: int, column: int) -> tuple[int, int]:
    """The upper left cell of the merged area that covers a cell."""
    for top in range(row, 0, -1):
        for left in range(column, 0, -1):
            found = grid[top - 1][left - 1]
            if isinstance(found, dict) and "s" in found:
                height, width = found["s"]
                if top + height > row and left + width > column:
                    return top, left
    return row, column


def header_above(grid: list[list[Any]], row: int, column: int) -> str:
    """The words over a cell: the nearest filled cell above it, at most four rows up, signs and spaces left out."""
    for above in range(row - 1, max(row - 5, 0), -1):
        if column > len(grid[above - 1]):
            continue
        top, left = _corner(grid, above, column)
        if text := cell_text(grid[top - 1][left - 1]):
            return re.sub(r"[\s（(].*$|[：:*＊]", "", text.strip())
    return ""
