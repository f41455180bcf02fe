"""A superior's blank form: what stands in it, filled in so that nothing of it is lost, and nothing foreign gets through."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image as Pillow

from branch_portal.blank_forms import filled, read_blank, value_of
from branch_portal.files import FileRefused, SecrecyMarked
from tests.activities.test_sheet import text_of_docx
from tests.supervision.blank_books import book, cells, document, with_parts

ROSTER = {
    "名 册": [
        ["党员名册"],
        ["填报单位："],
        ["序号", "姓名", "学时", "补贴", "合计"],
        [None, None, None, 10, "=C4*D4"],
        ["合计", None, "=SUM(C4:C4)", None, "=SUM(E4)"],
        ["备注", None],
    ],
    "汇总": [["='名 册'!C5"]],
}
MERGES = ("A1:E1", "A5:B5", "B6:E6")


def styled(made: openpyxl.Workbook) -> None:
    sheet = made.worksheets[0]
    sheet.row_dimensions[4].height = 33
    sheet.row_dimensions[6].height = 50
    sheet["C4"].number_format = "0.0"
    sheet["B4"].font = Font(name="仿宋", size=16)
    sheet["B4"].border = Border(bottom=Side("thin"))
    sheet.print_area, sheet.print_title_rows = "A1:E6", "1:3"
    choice = DataValidation(type="list", formula1='"是,否"')
    choice.add("D4")
    sheet.add_data_validation(choice)


def look(content: bytes, name: str = "表.xlsx"):
    return read_blank(io.BytesIO(content), name=name)


def rows(*columns: tuple[str, list], row: int = 4, spare: int = 1, sheet: str = "名 册") -> dict:
    return {
        "sheet": sheet,
        "row": row,
        "spare": spare,
        "columns": [{"column": c, "values": [value_of(v) for v in values]} for c, values in columns],
    }


def plan(*, cells=(), blocks=(), marks=None) -> dict:
    return {"cells": list(cells), "blocks": list(blocks), "marks": marks or {}}


def cell(place: str, value, *, keep: bool = False, sheet: str = "名 册") -> dict:
    return {"sheet": sheet, "place": place, "value": value_of(value), "keep": keep}


def filled_book(content: bytes, one: dict):
    return openpyxl.load_workbook(io.BytesIO(filled(content, "xlsx", [one])[0]))


def test_a_workbook_is_seen_as_a_grid():
    blank = look(book(ROSTER, merges=MERGES))
    first, second = blank.layout["sheets"]
    assert (blank.kind, first["name"], second["name"]) == ("xlsx", "名 册", "汇总")
    assert first["grid"][0] == [{"t": "党员名册", "s": [1, 5]}, None, None, None, None]
    assert first["grid"][3] == ["", "", "", "10", {"t": "=C4*D4", "f": 1}]
    assert blank.layout["losses"] == []


def test_a_repeated_row_takes_everything_along():
    blank = book(ROSTER, merges=MERGES, change=styled)
    made = filled_book(
        blank,
        plan(
            blocks=[rows(("B", ["甲", "乙", "丙"]), ("C", [1, 2, 3.5]))],
            cells=[cell("A2", "第一党支部", keep=True), cell("B6", "无")],
        ),
    )
    sheet = made["名 册"]
    assert [[each.value for each in row] for row in sheet["A2:E8"]] == [
        ["填报单位：第一党支部", None, None, None, None],
        ["序号", "姓名", "学时", "补贴", "合计"],
        [None, "甲", 1, 10, "=C4*D4"],
        [None, "乙", 2, 10, "=C5*D5"],
        [None, "丙", 3.5, 10, "=C6*D6"],
        ["合计", None, "=SUM(C4:C6)", None, "=SUM(E4:E6)"],
        ["备注", "无", None, None, None],
    ]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:E1", "A7:B7", "B8:E8"}
    assert [sheet.row_dimensions[row].height for row in (4, 5, 6, 8)] == [33, 33, 33, 50]
    assert (sheet["B6"].font.name, sheet["B6"].border.bottom.style, sheet["C6"].number_format) == (
        "仿宋",
        "thin",
        "0.0",
    )
    assert (sheet.print_area, sheet.print_title_rows) == ("'名 册'!$A$1:$E$8", "$1:$3")
    assert str(sheet.data_validations.dataValidation[0].sqref) == "D4:D6"
    assert made["汇总"]["A1"].value == "='名 册'!C7"


def test_rows_that_the_form_has_are_used_before_new_ones():
    three = {"表": [["姓名", "分"], [None, None], [None, None], [None, None], ["合计", "=SUM(B2:B4)"]]}
    few = filled(book(three), "xlsx", [plan(blocks=[rows(("A", ["甲"]), row=2, spare=3, sheet="表")])])[0]
    assert [row[0] for row in cells(few)] == ["姓名", "甲", None, None, "合计"]
    many = filled(
        book(three), "xlsx", [plan(blocks=[rows(("A", list("甲乙丙丁戊")), row=2, spare=3, sheet="表")])]
    )[0]
    assert [row[0] for row in cells(many)] == ["姓名", *"甲乙丙丁戊", "合计"]
    assert cells(many)[-1][1] == "=SUM(B2:B6)"
    none = filled(book(three), "xlsx", [plan(blocks=[rows(("A", []), row=2, sheet="表")])])[0]
    assert cells(none) == cells(book(three))


def test_charts_conditions_pictures_and_names_move_along():
    def drawn(made: openpyxl.Workbook) -> None:
        sheet = made.worksheets[0]
        red = PatternFill("solid", bgColor="FF0000")
        sheet.conditional_formatting.add("C4:C4", CellIsRule("lessThan", formula=["$C$5"], fill=red))
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=3, min_row=4, max_row=4))
        sheet.add_chart(chart, "A9")
        picture = io.BytesIO()
        Pillow.new("RGB", (8, 8)).save(picture, "PNG")
        sheet.add_image(Image(picture), "F6")
        made.defined_names["合计数"] = DefinedName("合计数", attr_text="'名 册'!$C$5")

    blank = book(ROSTER, merges=MERGES, change=drawn)
    made = filled_book(blank, plan(blocks=[rows(("C", [1, 2, 3]))]))
    sheet = made["名 册"]
    assert [(str(found.sqref), found.rules[0].formula) for found in sheet.conditional_formatting] == [
        ("C4:C6", ["$C$7"])
    ]
    (chart,), (picture,) = sheet._charts, sheet._images
    assert chart.series[0].val.numRef.f == "'名 册'!$C$4:$C$6"
    assert (chart.anchor._from.row, picture.anchor._from.row) == (10, 7)
    assert made.defined_names["合计数"].attr_text == "'名 册'!$C$7"


def test_a_label_merged_beside_the_rows_grows_with_them():
    sheet = {"表": [["党员", "甲"], [None, None], ["合计", None]]}
    made = filled_book(
        book(sheet, merges=("A1:A2",)), plan(blocks=[rows(("B", ["乙", "丙", "丁"]), row=2, sheet="表")])
    )["表"]
    assert {str(area) for area in made.merged_cells.ranges} == {"A1:A4"}
    assert [row[1].value for row in made["A1:B5"]] == ["甲", "乙", "丙", "丁", None]


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "@SUM(A1)", "-2", "＝cmd", "\t=x"])
def test_text_is_never_a_formula(text):
    made = filled_book(book(ROSTER), plan(cells=[cell("B6", text), cell("A2", text, keep=True)]))["名 册"]
    assert made["B6"].data_type == "s" and made["B6"].value == text
    assert made["B6"].quotePrefix
    assert made["A2"].value == f"填报单位：{text}" and made["A2"].data_type == "s"


def test_values_keep_their_kind_and_the_cell_its_format():
    def formats(made):
        made.worksheets[0]["B2"].number_format = "yyyy/mm/dd"
        made.worksheets[0]["C2"].number_format = "@"

    day = datetime.date(2026, 3, 5)
    blank = book({"名 册": [["日期"], [None, "x", "x", None]]}, change=formats)
    made = filled_book(
        blank, plan(cells=[cell("A2", day), cell("B2", day), cell("C2", day), cell("D2", "甲\x0b\n乙")])
    )["名 册"]
    assert [each.number_format for each in made[2]][:3] == ['yyyy"年"m"月"d"日"', "yyyy/mm/dd", "@"]
    assert [each.value for each in made[2]][2:] == ["2026-03-05", "甲\n乙"]


def test_a_document_s_placeholders_blanks_and_rows():
    blank = document(
        "{{ 支部名称 }}情况表", "书记：______ 电话：＿＿＿", rows=[["序号", "姓名"], ["", ""], ["合计", ""]]
    )
    seen = look(blank, "表.docx")
    assert [mark["place"] for mark in seen.layout["marks"]] == ["{{支部名称}}", "空格1", "空格2"]
    assert seen.layout["sheets"][0]["grid"] == [["序号", "姓名"], ["", ""], ["合计", ""]]
    made = filled(
        blank,
        "docx",
        [
            plan(
                marks={
                    "{{支部名称}}": value_of("{{ 空格1 }}支部"),
                    "空格1": value_of("A & <B>"),
                },
                blocks=[rows(("A", [1, 2]), ("B", ["甲", "乙"]), row=2, sheet="表1")],
                cells=[cell("B3", 2, sheet="表1")],
            )
        ],
    )[0]
    text = text_of_docx(made)
    assert "{{空格1}}支部情况表" in text.replace(" ", "")
    assert "书记：A&<B>电话：＿＿＿" in text.replace(" ", "")
    grid = look(made, "表.docx").layout["sheets"][0]["grid"]
    assert grid == [["序号", "姓名"], ["1", "甲"], ["2", "乙"], ["合计", "2"]]


def test_what_cannot_be_kept_is_named():
    drawing = b'<xdr:wsDr xmlns:xdr="x"><xdr:twoCellAnchor><xdr:sp ></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>'
    relation = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        b'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" '
        b'Target="../drawings/drawing1.xml"/></Relationships>'
    )
    content = with_parts(
        book(ROSTER),
        {"xl/drawings/drawing1.xml": drawing, "xl/worksheets/_rels/sheet1.xml.rels": relation},
    )
    assert look(content).layout["losses"] == ["《名 册》中的文本框和图形"]


BAD = {
    "empty": (b"", "空的"),
    "old": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "旧版"),
    "text": (b"a,b,c\n", "不是 .xlsx 或 .docx"),
    "cut": (book(ROSTER)[:2000], "损坏"),
    "archive": (with_parts(b"PK\x05\x06" + b"\0" * 18, {"a.txt": b"x"}), "不是 .xlsx 或 .docx"),
    "macro": (with_parts(book(ROSTER), {"xl/vbaProject.bin": b"x"}), "宏"),
    "embedded": (with_parts(book(ROSTER), {"xl/embeddings/a.docx": b"x"}), "嵌有"),
    "external": (
        with_parts(
            book(ROSTER),
            {
                "xl/externalLinks/_rels/externalLink1.xml.rels": b'<Relationships><Relationship Id="rId1" '
                b'Type="x/externalLinkPath" Target="file:///c.xlsx" TargetMode="External"/></Relationships>'
            },
        ),
        "外部",
    ),
    "doctype": (with_parts(book(ROSTER), {"xl/x.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "损坏"),
    "bomb": (with_parts(book(ROSTER), {"xl/x.xml": b"<a>" + b" " * 60_000_000 + b"</a>"}), "过大"),
    "reaches": (book({"表": [['=WEBSERVICE("h")']]}), "WEBSERVICE"),
    "secret": (book({"表": [["机密★10年"]]}), "密级"),
    "many cells": (book({"表": [[1] * 500] * 420}), "过大"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BAD))
def test_bad_files_are_refused_with_words(name):
    content, words = BAD[name]
    with pytest.raises(FileRefused, match=words):
        look(content)


def test_a_merge_over_the_whole_sheet_is_refused():
    """17 thousand million covered cells in two hundred bytes."""
    content = book({"表": [["x"]]}, merges=("A1:B2",))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b"A1:B2", b"A1:XFD1048576")
    with pytest.raises(FileRefused, match="过大"):
        look(with_parts(content, {"xl/worksheets/sheet1.xml": sheet}))


def test_a_name_with_a_secrecy_mark_is_refused():
    with pytest.raises(SecrecyMarked):
        look(book(ROSTER), "机密★月报.xlsx")
