"""P6: a list of 100 000 rows as .xlsx, beside openpyxl write-only and xlsxwriter in constant memory."""

import datetime

from benchmarks.apart import apart
from benchmarks.measure import Row, alternate, compared, once
from benchmarks.scales import Scale
from benchmarks.stack import Stack

IDS = {"P6"}
ROWS = {"S": 5_000, "M": 20_000, "L": 100_000}
HEADERS = ("序号", "姓名", "党支部", "日期", "类型", "题目", "应到", "实到", "学时", "状态")


def lines(count: int):
    for number in range(count):
        yield (
            number, "张国建", f"第{number % 500}党支部", datetime.date(2026, 1 + number % 12, 1 + number % 28), "主题党日",
            "学习党章", 30, 27, 2.5, "已确认",
        )  # fmt: skip


def ours(count: int) -> bytes:
    from branch_portal.tables import xlsx_bytes

    return xlsx_bytes(HEADERS, lines(count), sheet="记录", streamed=True)


def made(count: int) -> int:
    """In a process of its own, for its memory; the file's size."""
    return len(ours(count))


def write_only(count: int) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet("记录")
    page.append(HEADERS)
    for row in lines(count):
        page.append(row)
    book.save("/dev/null")


def constant_memory(count: int) -> None:
    import io

    import xlsxwriter

    with xlsxwriter.Workbook(
        io.BytesIO(), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        page = book.add_worksheet("记录")
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, HEADERS)
        for place, row in enumerate(lines(count), 1):
            for column, value in enumerate(row):
                if isinstance(value, datetime.date):
                    page.write_datetime(place, column, value, date)
                elif isinstance(value, str):
                    page.write_string(place, column, value)
                else:
                    page.write_number(place, column, value)


def run(stack: Stack, scale: Scale) -> list[Row]:
    count = ROWS[scale.name]
    mine, peer, floor = alternate(
        lambda: once(lambda: ours(count)),
        lambda: once(lambda: write_only(count)),
        lambda: once(lambda: constant_memory(count)),
        rounds=3,
    )
    memory, rest = (
        apart("benchmarks.workloads.sheets:made", stack.environment, count=number).memory
        for number in (count, 0)
    )
    more = memory - rest
    return [
        compared("P6", f"{count} rows beside openpyxl write-only", mine, peer, faster=3, by="cpu", unit="s"),
        compared("P6", f"{count} rows beside xlsxwriter", mine, floor, at_most=1.2, by="cpu", unit="s"),
        Row("P6", f"{count} rows: memory above what no row takes", more, 0, 0, "≤ 64 MB", "MB", more <= 64),
    ]
