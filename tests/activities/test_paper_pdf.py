"""What comes out of the printer: every entered value, and the page as the standard measures it."""

import pytest

from activities.actions.archive import archive_record
from activities.models import ActivityRecord
from activities.paper.binder import binder_docx
from activities.paper.form_values import sample_sheet
from activities.paper.sheet import sheet_docx
from activities.queries.sheet import sheet_of, sheets_of
from branch_portal.paper import Paper
from branch_portal.verification import shown_code
from tests import factories
from tests.activities.paper_records import RARE, entered, full_record
from tests.activities.test_sheet import joined

MM = 72 / 25.4


def without_space(text: str) -> str:
    return "".join(text.split())


def test_every_entered_value_is_printed(world, to_pdf):
    record = full_record(world)
    archive_record(by=world.secretary_a, record=record)
    record = joined(record)
    pdf = to_pdf(sheet_docx(sheet_of(record)))
    missing = [piece for piece in entered(record) if without_space(piece) not in pdf.text]
    assert missing == []
    assert RARE in pdf.text
    assert shown_code(record.verify_code) in pdf.text


def test_a_roll_of_three_hundred_is_printed_whole(world, to_pdf):
    for number in range(290):
        factories.member(world.branch_a, f"党员{number:03d}号")
    record = joined(full_record(world))
    assert record.share.roll.count() == 300
    pdf = to_pdf(sheet_docx(sheet_of(record)))
    missing = [
        entry.name for entry in record.share.roll.all() if f"{entry.row_number}{entry.name}" not in pdf.text
    ]
    assert missing == []
    # The header is repeated on every page of the roll, and no page is written beyond its text area.
    assert pdf.text.count("序号姓名到会情况原因学习分钟") >= 8
    for words in pdf.pages:
        assert max(word.right for word in words) <= (210 - 26 + 2) * MM


def test_page_margins_lines_and_characters(to_pdf):
    paper = Paper("量一量")
    paper.text("党" * 28 * 30)
    pdf = to_pdf(paper.bytes())
    assert "A4" in pdf.size
    words = [word for word in pdf.pages[0] if "党" in word.text]
    lines = sorted({round(word.top) for word in words})
    assert len(lines) == 22
    pitch = (lines[-1] - lines[0]) / 21
    assert pitch == pytest.approx(225 * MM / 22, abs=0.2)
    by_line = {line: sum(len(w.text) for w in words if round(w.top) == line) for line in lines}
    assert list(by_line.values()) == [26, *[28] * 21]  # the first line is indented by two
    assert min(word.left for word in words) == pytest.approx(28 * MM, abs=1.5)
    assert max(word.right for word in words) == pytest.approx((210 - 26) * MM, abs=3)
    assert lines[0] >= 37 * MM - 3
    assert max(word.bottom for word in words) <= (297 - 35) * MM + 4
    assert len(pdf.pages) == 2


def test_page_numbers_stand_on_the_outer_side(to_pdf):
    paper = Paper("页码")
    paper.text("党" * 28 * 50)
    pdf = to_pdf(paper.bytes())
    feet = [[word for word in words if word.top > (297 - 35) * MM] for words in pdf.pages]
    assert ["".join(word.text for word in foot) for foot in feet] == ["—1—", "—2—", "—3—"]
    assert feet[0][0].left > 105 * MM and feet[1][0].left < 105 * MM


def test_binder_has_title_contents_with_pages_and_every_record(world, to_pdf):
    for day in (1, 2, 3):
        full_record(world, day=sample_sheet().on_date.replace(day=day), theme=f"第{day}次会议")
    records = [joined(row) for row in ActivityRecord.objects.order_by("on_date")]
    steps: list[int] = []
    content = binder_docx(
        branch="清源村第一党支部",
        period="2026年度",
        made_on="2026年12月31日",
        sheets=sheets_of(records),
        step=steps.append,
    )
    pdf = to_pdf(content)
    assert steps == [1, 2, 3]
    cover = "".join(word.text for word in pdf.pages[0])
    assert "组织生活记录册" in cover and "2026年度" in cover and "清源村第一党支部" in cover
    contents = "".join(word.text for word in pdf.pages[1])
    starts = [
        place + 1 for place, words in enumerate(pdf.pages) if "主题第" in "".join(word.text for word in words)
    ]
    assert len(starts) == 3
    for number, page in enumerate(starts, 1):
        assert f"第{number}次会议" in contents
        line = contents.partition(f"第{number}次会议")[2].lstrip(".…·")
        assert line.startswith(str(page))


def test_sample_of_every_value_prints(to_pdf):
    pdf = to_pdf(sheet_docx(sample_sheet()))
    for piece in ("示例表决", "示例决议", "更正原因：示例原因", "（不同意见）", "示例丙", "住院治疗"):
        assert piece in pdf.text
