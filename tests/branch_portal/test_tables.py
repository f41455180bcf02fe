import datetime
import io
from decimal import Decimal
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from branch_portal.tables import Column, Table, safe_text, xlsx_bytes

ROWS = [SimpleNamespace(name="<b>张三</b>", day=datetime.date(2026, 4, 13), hours=Decimal("2.50"), empty="")]
COLUMNS = [
    Column("姓名", lambda row: row.name),
    Column("日期", lambda row: row.day),
    Column("学时", lambda row: row.hours, numeric=True),
    Column("备注", lambda row: row.empty),
    Column("操作", lambda row: "查看", export=False),
]


def test_cells_are_escaped_and_name_their_column():
    soup = BeautifulSoup(Table(COLUMNS, ROWS).html(), "html.parser")
    cells = {cell["data-label"]: cell.get_text() for cell in soup.select("td")}
    assert cells == {
        "序号": "1", "姓名": "<b>张三</b>", "日期": "2026-04-13", "学时": "2.5", "备注": "—", "操作": "查看"
    }  # fmt: skip
    assert soup.find("b") is None


def test_the_workbook_has_real_dates_and_numbers_and_no_formulas():
    headers, rows = Table(COLUMNS, ROWS).export_rows()
    assert headers == ["序号", "姓名", "日期", "学时", "备注"]
    rows.append([2, "=HYPERLINK(1)", None, 0, "+86"])
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(xlsx_bytes(headers, rows, sheet="名单"))
    ).get_sheet_by_name("名单")
    read = sheet.to_python(skip_empty_area=False)
    assert read[1][:4] == [1, "<b>张三</b>", datetime.date(2026, 4, 13), 2.5]
    assert read[2][1] == "'=HYPERLINK(1)" and read[2][4] == "'+86"


@given(st.text())
def test_no_text_starts_a_formula(text):
    assert not safe_text(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize(
    ("hours", "shown"), [("2.50", "2.5"), ("2.00", "2.0"), ("0.25", "0.25"), ("0", "0.0"), ("12.75", "12.75")]
)
def test_hours_are_shown_as_they_are_credited(hours, shown):
    table = Table([Column("学时", lambda row: Decimal(hours))], [None], numbered=False)
    assert f">{shown}<" in table.html()
