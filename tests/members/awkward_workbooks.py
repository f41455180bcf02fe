"""Workbooks as they come from the field, each with exactly what the import must say of it."""

import datetime
import io
from collections.abc import Callable
from dataclasses import dataclass, field

import xlsxwriter

from members.rules.national_id import compose

HEADER = ["姓名", "身份证号", "人员类别", "入党日期", "转正日期"]


def number(serial: int, born: datetime.date = datetime.date(1980, 5, 6)) -> str:
    return compose("110101", born, serial)


def person(serial: int, **cells) -> list:
    row = {
        "name": f"郑{serial:03d}",
        "number": number(serial),
        "category": "正式党员",
        "admitted": "2005.7.1",
        "confirmed": "2006.7.1",
    } | cells
    return list(row.values())


def workbook(fill: Callable, **options) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        fill(book)
    return buffer.getvalue()


def sheet(*rows, name="名册", merges=(), **options) -> bytes:
    return workbook(lambda book: add(book, rows, name, merges), **options)


def add(book, rows, name=None, merges=()):
    page = book.add_worksheet(name)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for index, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime.date):
                page.write_datetime(index, column, cell, day)
            elif isinstance(cell, str) and not cell.startswith("=1"):
                page.write_string(index, column, cell) if cell else None
            elif cell is not None:
                page.write(index, column, cell)
    for area in merges:
        page.merge_range(*area)
    return page


@dataclass(frozen=True)
class Case:
    """`new`, `same`, `bad`: rows. `problems`: sentences. `people`: names of the new. `refused`: words about the whole file."""

    name: str
    content: bytes
    new: int = 0
    bad: int = 0
    problems: list[str] = field(default_factory=list)
    people: list[str] | None = None
    ignored: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    dates: list[str] | None = None
    refused: str = ""


def _hidden(book):
    add(book, [HEADER, person(1)], "在册")
    add(book, [HEADER, person(2)], "旧名册").hide()


def _three_sheets(book):
    add(book, [HEADER, person(1)], "一组")
    add(
        book,
        [
            ["姓名", "入党时间", "身份证", "党员类别", "转正时间"],
            ["郑二", "2005.13.1", number(2), "正式", "2006.7.1"],
        ],
        "二组",
    )
    add(book, [["说明"], ["本表由镇党委印发"]], "说明")


def _twice_over_sheets(book):
    add(book, [HEADER, person(1)], "一组")
    add(book, [HEADER, person(1, name="郑又来")], "二组")


def _formula(book):
    page = add(book, [HEADER, person(1), person(2)], "名册")
    page.write_formula(1, 3, "=DATE(2005,7,1)", None, "")
    page.write_formula(2, 0, '="郑"&"二"', None, "郑二")


def _two_rows(group_merges: bool):
    rows = [
        ["姓名", "身份证号", "人员类别", "入党信息", "", "备注"],
        ["", "", "", "入党日期", "转正日期", ""],
        [*person(1), "无"],
        [*person(2), "好"],
    ]
    merges = [(0, c, 1, c, rows[0][c]) for c in (0, 1, 2, 5)] + [(0, 3, 0, 4, "入党信息")]
    return sheet(*rows, merges=merges if group_merges else ())


def _csv(encoding: str, delimiter: str) -> bytes:
    return "\r\n".join(delimiter.join(row) for row in [HEADER, person(1), person(2)]).encode(encoding)


_THREE = ["郑001", "郑002", "郑003"]
CASES = [
    Case("plain", sheet(HEADER, person(1)), new=1, people=["郑001"]),
    Case("titles above the header", sheet(["清源村党员名册"], [], ["填报单位：清源村"], ["制表时间：2026年"], [], ["（一）"], HEADER, person(1)), new=1),
    Case("header in row 20", sheet(*[[f"说明{n}"] for n in range(19)], HEADER, person(1)), new=1),
    Case("header in row 21", sheet(*[["说明"] for n in range(20)], HEADER, person(1)), refused="前 20 行内没有找到表头"),
    Case("title merged over the header", sheet(["名册", "", "", "", "", ""], [*HEADER, "爱好"], [*person(1), "棋"], merges=[(0, 0, 0, 5, "名册")]), new=1, ignored=["爱好"]),
    Case("two header rows, merged", _two_rows(True), new=2, ignored=["备注"]),
    Case("two header rows, not merged", _two_rows(False), new=2, ignored=["备注"]),
    Case("groups over the same word", sheet(["基本信息", "", "", "入党", "转正"], ["姓名", "身份证号", "人员类别", "日期", "日期"], person(1), merges=[(0, 0, 0, 2, "基本信息")]), new=1),
    Case("reordered, other names, extra columns", sheet(["序号", "转正时间", "党员姓名", "爱好", "入党时间", "党员类别", "居民身份证号码"], [1, "2006.7.1", "郑001", "棋", "2005.7.1", "正式", number(1)]), new=1, ignored=["爱好"]),
    Case("doubled column", sheet([*HEADER, "姓名"], [*person(1), "别人"]), new=1, people=["郑001"], ignored=["姓名（重复的列）"]),
    Case("totals and footers", sheet(HEADER, person(1), ["小计", "", "1人"], person(2), ["合计：2人"], ["填报人：李四", "", "审核人：王五"], ["注：本表一式两份"]), new=2),
    Case("header repeated by the page break", sheet(HEADER, person(1), HEADER, person(2)), new=2),
    Case("blank rows between", sheet(HEADER, [], person(1), [], [], person(2, admitted="x")), new=1, bad=1, problems=["第 6 行‘入党日期’（D6）写作 x，不是日期，请写成 1990.1.2"]),
    Case("names with blanks and dots", sheet(HEADER, person(1, name="郑 和"), person(2, name="阿卜杜•热合曼"), person(3, name="\u3000郑\u3000三 ")), new=3, people=["郑和", "阿卜杜·热合曼", "郑三"]),
    Case("full-width digits", sheet(HEADER, person(1, number=number(1).translate(str.maketrans("0123456789", "０１２３４５６７８９")), admitted="２００５．７．１")), new=1, dates=["2005-07-01"]),
    Case("dates of all forms", sheet(HEADER, *[person(n, admitted=cell) for n, cell in enumerate(["2005/7/1", "2005年7月1日", 20050701, datetime.date(2005, 7, 1), "二〇〇五年七月一日", "2005-07-01 00:00:00"], 1)]), new=6, dates=["2005-07-01"] * 6),
    Case("the 1904 calendar", sheet(HEADER, person(1, admitted=datetime.date(2005, 7, 1)), date_1904=True), new=1, dates=["2005-07-01"]),
    Case("a date as a bare serial", sheet(HEADER, person(1, admitted=38534)), bad=1, problems=["第 2 行‘入党日期’（D2）写作 38534，像是没有设成日期格式的单元格；若为 2005.7.1，请直接写成 2005.7.1"]),
    Case("a year and a month only", sheet(HEADER, person(1, admitted="2005.7")), bad=1, problems=["第 2 行‘入党日期’（D2）写作 2005.7，缺少日，请写成 1990.1.2"]),
    Case("number damaged by the sheet", sheet(HEADER, person(1, number=110101198005060011)), bad=1, problems=["第 2 行‘身份证号’（B2）公民身份号码被表格当成了数字，末几位可能已丢失；请把该列设为文本后重新填写"]),
    Case("number as scientific text", sheet(HEADER, person(1, number="1.10101E+17")), bad=1, problems=["第 2 行‘身份证号’（B2）公民身份号码被表格当成了数字，末几位可能已丢失；请把该列设为文本后重新填写"]),
    Case("lower-case x and blanks in the number", sheet(HEADER, person(1, number=f" {number(1)[:6]} {number(1)[6:].lower()}")), new=1),
    Case("fifteen digits", sheet(HEADER, person(1, number="110101800506001")), bad=1, problems=["第 2 行‘身份证号’（B2）是 15 位旧号码，请填写身份证上的 18 位公民身份号码"]),
    Case("three sheets", workbook(_three_sheets), new=1, bad=1, problems=["第 2 行‘入党时间’（B2）写作 2005.13.1，月份应为 1–12"], others=["说明"]),
    Case("one person on two sheets", workbook(_twice_over_sheets), new=1, bad=1, problems=["第 2 行‘身份证号’（B2）与工作表“一组”第 2 行重复"]),
    Case("hidden sheet", workbook(_hidden), new=1, people=["郑001"], hidden=["旧名册"]),
    Case("formulas", workbook(_formula), new=1, bad=1, people=["郑二"], problems=["第 2 行‘入党日期’（D2）是公式，没有保存计算结果；请在 Excel 或 WPS 中打开后保存一次，或粘贴为数值"]),
    Case("birth date is never repeated", sheet([*HEADER, "出生日期"], [*person(1), "1980.5.32"]), bad=1, problems=["第 2 行‘出生日期’（F2）1980年5月的日应为 1–31".replace("1980年5月的日", "1980年5月的日")]),
    Case("three bad cells in one row", sheet(HEADER, person(1, name="", number="1", category="群众")), bad=1, problems=["第 2 行‘身份证号’（B2）应为 18 位，现在是 1 位", "第 2 行‘人员类别’（C2）写作 群众，应为正式党员或预备党员", "第 2 行‘姓名’（A2）没有填写"]),
    Case("text like a formula stays text", sheet([*HEADER, "工作单位"], [*person(1), "=cmd|' /C calc'!A0"]), new=1),
    Case("csv of GBK", _csv("gbk", ","), new=2),
    Case("csv of UTF-8 with a mark and semicolons", b"\xef\xbb\xbf" + _csv("utf-8", ";"), new=2),
    Case("csv of UTF-16 with tabs", _csv("utf-16", "\t"), new=2),
    Case("yes and no, degrees, native place", sheet([*HEADER, "是否农民工", "学位", "籍贯", "入党类型", "申请入党时间", "党员领导干部"], [*person(1), "√", "学士学位", "浙江杭州", "一般发展", "2003.5.1", "否"]), new=1),
    Case("header only", sheet(HEADER), refused="文件只有表头，没有党员"),
]  # fmt: skip
