"""填表 in a real browser: cells are chosen by a click and by the keyboard, bound beside the grid, seen filled in."""

import pytest

from tests.browser.people import Person
from tests.browser.test_pages import faults_of
from tests.supervision.blank_books import book

pytestmark = pytest.mark.browser

FORM = {
    "月报": [
        ["党支部月报", None, None],
        ["党员总数", None, "=B2*2"],
        ["姓名", "性别", "职务"],
        [None, None, None],
    ]
}


def test_cells_are_bound_by_clicking(stack, new_page, demo_logins, screenshot):
    person = Person(new_page("desktop"), stack.url, demo_logins, "committee").sign_in()
    page = person.page
    page.goto(f"{stack.url}/admin/forms/new/")
    page.get_by_label("名称").fill("党支部月报")
    page.get_by_label("空白表格").set_input_files(
        {"name": "月报.xlsx", "mimeType": "", "buffer": book(FORM, merges=("A1:C1",))}
    )
    page.get_by_role("button", name="上传", exact=True).click()
    page.locator("#c-B2").click()
    assert page.get_by_label("位置").input_value() == "B2"
    page.get_by_label("填什么").select_option(label="党员总数")
    page.get_by_role("button", name="绑定", exact=True).click()
    page.locator("#c-B2.is-bound").get_by_text("党员总数").wait_for()
    # From the bound cell by keyboard: down over the heads to the empty row, one to the left, and choose.
    page.locator("#c-B2").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    assert page.get_by_label("位置").input_value() == "A4"
    assert page.evaluate("document.activeElement.name") == "source"
    page.get_by_label("填什么").select_option("roster|name")
    page.get_by_label("同一行其他空格按表头自动绑定").check()
    page.get_by_role("button", name="绑定", exact=True).click()
    page.locator("#c-C4.is-bound").wait_for()
    screenshot(page, "form-binding-desktop")
    assert faults_of(page) == []
    # A bound cell brings back what it is bound to.
    page.locator("#c-B2").click()
    assert page.get_by_label("填什么").input_value() == "members"
    page.get_by_role("link", name="用真实数据预览").click()
    page.get_by_text("党支部书记").first.wait_for()
    screenshot(page, "form-preview-desktop")
    assert faults_of(page) == []
