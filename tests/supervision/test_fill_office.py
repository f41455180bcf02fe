"""Three blank workbooks and a document made by LibreOffice: bound only, filled in, opened again, worked out anew."""

import io

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from branch_portal.blank_forms import layout_of
from branch_portal.files import read_file
from supervision.actions.form_runs import fill_now
from supervision.actions.forms import add_form, latest_version
from tests.supervision import office_forms
from tests.supervision.test_fill_forms import bind
from tests.supervision.test_fill_sources import MARCH, held


@pytest.fixture
def blank(world, by_office):
    """`blank(content, "fods", "xlsx")` → the form as it was uploaded."""

    def add(content: bytes, source: str, target: str):
        made = by_office(content, source, target)
        template = add_form(
            by=world.staff,
            organization=world.committee,
            name="上级表格",
            file=io.BytesIO(made),
            file_name=f"表.{target}",
        )
        assert latest_version(template).layout["losses"] == []
        return template

    return add


def fill(world, template, organization) -> bytes:
    return fill_now(
        user=world.staff, version=latest_version(template), organization=organization, period=MARCH
    )[0]


def worked_out(content: bytes, by_office, sheet: int = 0) -> list[list]:
    """Values once LibreOffice has worked out every formula."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(by_office(content, "xlsx", "xlsx")))
    return book.get_sheet_by_index(sheet).to_python()


def first_sheet(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def looks(cell) -> tuple:
    """Font, borders, alignment, fill, number format; what is not said and what is said to be off are the same."""
    return tuple(
        repr(part).replace("=False", "=None")
        for part in (cell.font, cell.border, cell.alignment, cell.fill, cell.number_format)
    )


def merges(content: bytes) -> set[str]:
    return {str(area) for area in first_sheet(content).merged_cells.ranges}


def test_a_month_of_one_branch(world, blank, by_office):
    held(world, 5), held(world, 12, present=7)
    world.members_a[1].gender = "female"
    world.members_a[1].save()
    template = blank(office_forms.workbook(office_forms.MONTHLY), "fods", "xlsx")
    bind(world, template, "A2", "organization_name", keep=True)
    bind(world, template, "C2", "period", keep=True)
    for place, source in (("C3", "members_full"), ("C4", "members_probationary"), ("C5", "members_female"),
                          ("C6", "expected"), ("C7", "present"), ("B8", "secretary")):  # fmt: skip
        bind(world, template, place, source)
    content = fill(world, template, world.branch_a)
    rows = worked_out(content, by_office)
    assert (rows[1][0], rows[1][2]) == ("填报单位：清源村第一党支部", "填报时段：2026年3月")
    assert [row[2] for row in rows[2:7]] == [9, 1, 1, 20, 15]
    assert (rows[2][3], rows[4][3], rows[5][3]) == (10, 0.1, 0.75)
    assert rows[7][1] == "安国强"
    assert worked_out(content, by_office, sheet=1) == [["党员合计", 10], ["每百名党员到会", 150]]
    assert merges(content) == {"A1:D1", "A2:B2", "C2:D2", "A3:A5", "D3:D4", "A6:A7", "D6:D7", "B8:D8"}
    before = first_sheet(read_file(latest_version(template).stored_name))
    after = first_sheet(content)
    assert (after["D5"].number_format, before["A1"].font.sz) == ("0.0%", 18)
    for place in ("A1", "C3", "D5", "B8"):
        assert looks(after[place]) == looks(before[place]), place
    assert after.column_dimensions["A"].width == before.column_dimensions["A"].width


def test_a_roster_of_repeated_rows(world, blank, by_office):
    template = blank(office_forms.workbook(office_forms.ROSTER, high=(3,)), "fods", "xlsx")
    for place, column in (("A3", "number"), ("B3", "name"), ("C3", "posts"), ("E3", "birth_year")):
        bind(world, template, place, "roster", column=column)
    content = fill(world, template, world.branch_a)
    rows = worked_out(content, by_office)
    people = rows[2:12]
    assert [row[0] for row in people] == list(range(1, 11))
    assert {row[1] for row in people} == {member.name for member in world.members_a}
    assert people[0][2] == "党支部书记" and {row[5] for row in people} == {56}
    assert rows[12][:6] == ["合计", "", "人数", 10, "平均", 56] and rows[13][5] == 560
    kept = {"A1:F1", "C2:D2", "A13:B13", "A14:E14"} | {f"C{row}:D{row}" for row in range(3, 13)}
    assert merges(content) == kept
    before, after = first_sheet(read_file(latest_version(template).stored_name)), first_sheet(content)
    assert {after.row_dimensions[row].height for row in range(3, 13)} == {before.row_dimensions[3].height}
    assert before.row_dimensions[3].height > 20 and before["B3"].border.top.style
    for row in range(3, 13):
        assert looks(after.cell(row, 2)) == looks(before["B3"])


def test_a_committee_s_summary(world, blank, by_office):
    template = blank(office_forms.workbook(office_forms.SUMMARY), "fods", "xlsx")
    bind(world, template, "B3", "branches", column="organization_name", whole_row=True, spare=2)
    content = fill(world, template, world.committee)
    rows = worked_out(content, by_office)
    assert [row[:3] for row in rows[2:5]] == [
        [1, "清源村第一党支部", 10],
        [2, "清源村第二党支部", 2],
        [3, "镇机关党支部", 1],
    ]
    assert [row[3] for row in rows[2:5]] == pytest.approx([10 / 13, 2 / 13, 1 / 13])
    assert [row[4:6] for row in rows[2:5]] == [[10, 5], [12, 1], [13, 0.5]]
    assert rows[5][2:6] == [13, 1, 10, pytest.approx(13 / 3)]
    assert rows[6][2] == 3
    # One branch: the second row that stands ready stays empty, and the sums are still right.
    one = worked_out(fill(world, template, world.branch_a), by_office)
    assert (one[2][1:4], one[4][2], one[5][2]) == (["清源村第一党支部", 10, 1], 10, 1)


def test_a_document_with_a_table(world, blank, by_office, to_pdf):
    rows = [["序号", "姓名", ("职务", 2, 1, "box"), None], ["", "", "", ""], ["合计", "", "", ""]]
    template = blank(
        office_forms.text_document(["{{ 支部 }}党员名单", "填表日期：________"], rows), "fodt", "docx"
    )
    bind(world, template, "{{支部}}", "organization_name")
    bind(world, template, "空格1", "fixed_words", words="三月底")
    for place, column in (("A2", "number"), ("B2", "name"), ("C2", "posts")):
        bind(world, template, place, "roster_officers", column=column, sheet="表1")
    bind(world, template, "B3", "committee_size", sheet="表1")
    content = fill(world, template, world.branch_a)
    grid = layout_of(content, "docx")["sheets"][0]["grid"]
    assert [row[:3] for row in grid[1:5]] == [
        ["1", "安国强", "党支部书记"],
        ["2", "白春梅", "组织委员"],
        ["3", "方建国", "宣传委员"],
        ["4", "陈志远", "党小组组长（第一党小组）"],
    ]
    assert grid[5][:2] == ["合计", "3"]
    printed = to_pdf(content).text
    assert "清源村第一党支部党员名单" in printed and "填表日期：三月底" in printed and "方建国" in printed
