"""A year's holidays as people type or paste them, one day or one span a line: `2027-02-06 至 2027-02-12 春节 休`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from branch_portal.dates import DateError, parse_date, weekday_cn

MAX_LINES = 400
_OFF = {"休", "放假", "休息", "节假日"}
_ON = {"班", "上班", "补班", "调休上班", "工作日"}
_SPAN = re.compile(r"^(\S+?)\s*(?:至|到|~|～|—|–)\s*(\S+)\s+(.*)$")
_MONTH_DAY = re.compile(r"^\d{1,2}(月|[-./])\d{1,2}日?$")
_DATE_LIKE = re.compile(r"\d{4}[-./年]\d|\d{8}$|\d{1,2}[-./月]\d")


@dataclass
class Read:
    """What was read: days in order as (day, name, off), and what could not be taken, each with its line."""

    days: list[tuple[date, str, bool]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_lines(text: str, year: int) -> Read:
    """Read typed lines of one year; empty lines do not count, but keep their number."""
    read = Read()
    seen: dict = {}
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        read.problems.append(f"最多 {MAX_LINES} 行，共有 {len(lines)} 行，请只保留节假日和调休上班日。")
        return read
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            days, name, off = _read_line(raw, year)
        except (DateError, ValueError) as error:
            read.problems.append(f"第 {number} 行{error}。")
            continue
        for day in days:
            if day in seen:
                read.problems.append(
                    f"第 {number} 行的 {day.isoformat()} 与第 {seen[day]} 行重复，请删去一处。"
                )
                continue
            seen[day] = number
            read.days.append((day, name, off))
            if not off and day.weekday() < 5:
                read.remarks.append(
                    f"{day.isoformat()}（{weekday_cn(day)}）本来就是工作日，登记为“班”没有影响。"
                )
    read.days.sort()
    if not read.days and not read.problems:
        read.problems.append("没有一行日期，请按“2027-01-01 元旦 休”填写。")
    return read


def as_lines(days: Iterable[tuple[date, str, bool]]) -> str:
    """The same days as text that `read_lines` reads again."""
    return "\n".join(
        f"{day.isoformat()} {name or '节假日'} {'休' if off else '班'}" for day, name, off in days
    )


def lines_of_sheet(rows: Iterable[list[Any]]) -> str:
    """A sheet with 日期, 名称, 休/班 as lines; a title or header row, which starts with no date, becomes an empty one."""
    lines = []
    for row in rows:
        cells = [_text(cell) for cell in row]
        cells = [cell for cell in cells if cell]
        lines.append(" ".join(cells) if cells and _DATE_LIKE.match(cells[0]) else "")
    return "\n".join(lines)


def _read_line(raw: str, year: int) -> tuple[list[date], str, bool]:
    text = " ".join(raw.replace("，", " ").replace(",", " ").replace("\t", " ").split())
    shown = text if len(text) <= 30 else text[:30] + "…"
    if match := _SPAN.match(text):
        first, last, rest = match.groups()
    else:
        first, _, rest = text.partition(" ")
        last = first
    words = rest.split()
    if not words or words[-1] not in _OFF | _ON:
        raise ValueError(f"“{shown}”最后应写“休”（放假）或“班”（调休上班）")
    start, end = _day(first, year), _day(last, year)
    if start.year != year or end.year != year:
        raise ValueError(f"“{shown}”不在 {year} 年，请核对年度")
    if end < start:
        raise ValueError(f"“{shown}”的结束日期早于开始日期")
    days = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    if len(days) > 31:
        raise ValueError(f"“{shown}”有 {len(days)} 天，超过一个月，请核对日期")
    return days, "".join(words[:-1])[:20], words[-1] in _OFF


def _day(text: str, year: int) -> date:
    return parse_date(f"{year}年{text}" if _MONTH_DAY.match(text) and "月" in text else
                      f"{year}.{text}" if _MONTH_DAY.match(text) else text)  # fmt: skip


def _text(cell: Any) -> str:
    if isinstance(cell, dict):
        return str(cell.get("d", ""))
    return "" if cell is None else "".join(str(cell).split())
