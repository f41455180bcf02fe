"""The roster's journeys at the screen: a letter of transfer through three hands, and a sheet with one bad row."""

import io
import re

import pytest
from xlsxwriter import Workbook

from branch_portal.dates import today_shanghai
from members.rules.national_id import compose
from tests.browser.people import Person

MISTAKE = "2026.13.1"


@pytest.fixture
def secretary(stack, new_page, demo_logins) -> Person:
    return Person(new_page("desktop"), stack.url, demo_logins, "secretary").sign_in()


def choose_first_named(person: Person, position: int) -> str:
    """Open the card of the person in this row of the roster; returns the name."""
    link = person.page.locator("table.portal-table tbody a[href^='/members/']").nth(position * 2)
    name = link.inner_text()
    link.click()
    person.page.wait_for_url(re.compile(r"/members/[0-9a-f-]{36}/"))
    return name


def test_a_letter_goes_from_request_to_acceptance(stack, secretary, new_page, demo_logins, screenshot):
    page = secretary.page
    page.goto(f"{stack.url}/members/")
    name = choose_first_named(secretary, 12)
    page.get_by_role("link", name="流动").click()
    page.get_by_role("link", name="申请转接").click()
    page.get_by_label("转接原因").select_option(label="经常居住地变动")
    page.get_by_label("转往", exact=False).first.select_option(label="本系统以外的党组织")
    page.get_by_label("转入党组织全称").fill("中共邻县城关镇东街支部委员会")
    page.get_by_label("党费交至").fill(f"{today_shanghai():%Y-%m}")
    page.get_by_role("button", name="提交申请").click()
    page.get_by_text("已提交申请").wait_for()

    staff = Person(new_page("desktop"), stack.url, demo_logins, "committee").sign_in()
    staff.page.goto(f"{stack.url}/members/transfers/")
    staff.page.get_by_role("link", name=name).click()
    staff.page.get_by_role("link", name="开出介绍信").click()
    staff.page.get_by_label("介绍信编号").fill("2026-099")
    staff.page.get_by_role("button", name="开出介绍信").click()
    staff.page.get_by_text("介绍信已开出").first.wait_for()
    screenshot(staff.page, "transfer-issued-desktop")

    page.goto(f"{stack.url}/members/transfers/")
    page.get_by_role("link", name=name).click()
    assert page.get_by_text("2026-099").first.is_visible()
    counted = int(
        stack.sql(
            "SELECT count(*) FROM members_member WHERE name = %s AND branch_id IS NOT NULL AND standing = 'normal'", name
        )[0][0]
    )  # fmt: skip
    assert counted == 1  # until the slip is back the old branch keeps the member


def workbook() -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        sheet.write(0, 0, "党员花名册")
        for row, values in enumerate(
            (
                ["姓名", "身份证号", "人员类别", "入党时间", "转正时间"],
                ["郑和平", compose("110101", today_shanghai().replace(year=1980), 11), "正式党员", "2005.7.1", "2006.7.1"],
                ["吕 芳", compose("110101", today_shanghai().replace(year=1985), 12), "正式党员", MISTAKE, "2011.7.1"],
            ),
            start=1,
        ):  # fmt: skip
            sheet.write_row(row, 0, values)
    return out.getvalue()


def test_a_sheet_with_one_bad_row_gives_its_good_row(stack, secretary, screenshot):
    page = secretary.page
    page.goto(f"{stack.url}/members/import/")
    sheet = {
        "name": "名册.xlsx",
        "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "buffer": workbook(),
    }
    page.get_by_label("名册文件").set_input_files(sheet)
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_text("月份应为 1–12").first.wait_for()
    screenshot(page, "import-preview-desktop")
    page.get_by_label("跳过有错误的行").check()
    page.get_by_role("button", name="确认导入").click()
    page.get_by_text("新增 1 人").first.wait_for()
    page.goto(f"{stack.url}/members/?q=zhp")
    assert page.get_by_role("link", name="郑和平", exact=True).is_visible()
    page.goto(f"{stack.url}/members/?q=吕芳")
    assert page.get_by_text("没有符合条件的党员").is_visible()
