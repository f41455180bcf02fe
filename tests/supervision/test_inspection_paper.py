"""检查情况报告: what was drawn and how, what was found of whom, by when, and how it stands; as .docx and as a page."""

import datetime
import io

import pytest
from django.urls import reverse
from docx import Document

from branch_portal.dates import format_date_cn, today_shanghai
from supervision.actions.findings import rectify_finding
from supervision.actions.inspections import (
    InspectionFacts,
    change_inspection,
    inspection_from_check,
)
from supervision.actions.spot_checks import draw_check, judge_item
from supervision.models import Finding
from supervision.paper.inspection import report_of
from supervision.queries.spot_checks import Stratum
from tests.activities import factories as life
from tests.supervision.test_pages import text


@pytest.fixture
def day():
    return today_shanghai()


@pytest.fixture
def inspection(world, day):
    """A sample of three records, two with a problem, one answered, one overdue, with an opinion on one branch."""
    for head, branch in (
        (world.secretary_a, world.branch_a),
        (world.secretary_b, world.branch_b),
        (world.secretary_d, world.branch_d),
    ):
        life.record(head, branch, day=day)
    stratum = Stratum(world.committee, day, day, kinds=("theme_day",))
    check = draw_check(by=world.staff, title="抽查", stratum=stratum, size=3, seed=424242)
    for item in check.items.exclude(branch=world.branch_d):
        judge_item(by=world.staff, item=item, result="problem", text=f"{item.branch}没有小结")
    judge_item(by=world.staff, item=check.items.get(branch=world.branch_d), result="fits")
    row = inspection_from_check(
        by=world.staff,
        check=check,
        facts=InspectionFacts("一季度检查", day, "组织委员", "总体较好。\n仍有不足。"),
        due_on=day + datetime.timedelta(days=7),
    )
    answered, late = Finding.objects.get(branch=world.branch_a), Finding.objects.get(branch=world.branch_b)
    rectify_finding(by=world.secretary_a, finding=answered, text="已补小结")
    Finding.objects.filter(pk=late.pk).update(
        due_on=day - datetime.timedelta(days=1), responsible="外部书记b"
    )
    change_inspection(
        by=world.staff,
        inspection=row,
        version=row.version,
        facts=InspectionFacts("一季度检查", day, "组织委员", "总体较好。\n仍有不足。"),
        opinions={world.branch_a.pk: "基础工作扎实"},
    )
    row.refresh_from_db()
    return row


def words(document) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_the_report_holds_what_a_reader_asks_for(world, inspection, day):
    report = report_of(inspection)
    sample = dict(report.sample)
    assert sample["抽取份数"] == "从 3 份记录中抽取 3 份"
    assert (sample["随机种子"], sample["活动类型"]) == ("424242", "主题党日")
    assert report.figures == "共发现问题 2 项：待整改 1 项、已整改，待核验 1 项，其中逾期 1 项。"
    assert report.without_findings == ["镇机关党支部"]
    first, second = report.spoken_of
    assert (first.name, first.opinion, first.findings[0].state) == (
        "清源村第一党支部",
        "基础工作扎实",
        "已整改，待核验",
    )
    assert second.findings[0].state == "待整改（逾期）"


def test_the_document_says_the_same_in_the_layout_of_paper(world, inspection, as_user, day):
    answer = as_user(world.staff).get(reverse("supervision:inspection-report", args=[inspection.uid]))
    document = Document(io.BytesIO(answer.content))
    title = document.paragraphs[0]
    assert (title.text, title.style.name) == ("检查情况报告", "Title")
    assert "方正小标宋简体" in document.styles["Title"].element.xml
    said = words(document)
    for phrase in (
        "清源镇党委　一季度检查", "一、抽取情况", "424242", "二、总体情况", "仍有不足。", "三、问题和整改", "1. 清源村第一党支部",
        "检查意见：基础工作扎实", "待整改（逾期）", "未发现问题的党支部：镇机关党支部。", "检查人（签名）：", format_date_cn(day),
    ):  # fmt: skip
        assert phrase in said, phrase
    assert sum(table.rows[0].cells[0].text == "序号" for table in document.tables) == 2


def test_the_page_to_print_says_the_same(world, inspection, as_user):
    page = text(as_user(world.staff).get(reverse("supervision:inspection-print", args=[inspection.uid])))
    for phrase in (
        "424242",
        "基础工作扎实",
        "待整改（逾期）",
        "未发现问题的党支部：镇机关党支部",
        "填报单位",
    ):
        assert phrase in page, phrase
    for outsider, status in ((world.staff_x, 404), (world.secretary_a, 403), (world.superuser, 403)):
        for route in ("supervision:inspection-report", "supervision:inspection-print"):
            answer = as_user(outsider).get(reverse(route, args=[inspection.uid]))
            assert answer.status_code == status


def test_an_inspection_saved_meanwhile_is_not_written_over(world, inspection, as_user):
    client = as_user(world.staff)
    url = reverse("supervision:inspection-edit", args=[inspection.uid])
    typed = {
        "title": "改名",
        "on_date": inspection.on_date,
        "inspectors": "某",
        "version": inspection.version,
    }
    assert client.post(url, typed).status_code == 302
    refused = client.post(url, typed | {"title": "再改名"})
    assert "已被他人保存过" in text(refused) and "再改名" in refused.content.decode()
