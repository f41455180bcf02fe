"""A form request in a real browser: typed labels bring up what is held, the branch answers on a phone with one new number."""

import re

import pytest

from tests.browser.people import Person
from tests.browser.test_pages import faults_of

pytestmark = pytest.mark.browser


def test_a_request_goes_out_and_comes_back(stack, desktop, phone, demo_logins, screenshot):
    committee = Person(desktop, stack.url, demo_logins, "committee").sign_in()
    page = committee.page
    page.goto(f"{stack.url}/admin/requests/new/")
    committee.fill("标题", "防汛物资摸底")
    committee.fill("内容", "请核对系统数据，补充防汛沙袋数。")
    label = page.get_by_label("要填的内容").first
    label.press_sequentially("流动党员")
    pick = page.get_by_text("选“外出流动党员数”")
    pick.wait_for()
    screenshot(page, "request-proposals-desktop")
    pick.click()
    # Its group is folded: the tick is made all the same.
    assert page.locator("#held-members_floating").is_checked()
    label.fill("防汛沙袋数")
    page.get_by_label("填写方式").first.select_option("number")
    page.get_by_role("button", name="再加一项").click()
    assert page.get_by_label("要填的内容").count() == 3
    assert faults_of(page) == []
    page.get_by_role("button", name="保存，下一步核对").click()
    page.get_by_text("各级党组织本月已向这些支部发出").wait_for()
    screenshot(page, "request-send-desktop")
    assert faults_of(page) == []
    page.get_by_role("button", name="发出", exact=True).click()
    page.get_by_text("已发出，支部马上收到").wait_for()

    secretary = Person(phone, stack.url, demo_logins, "secretary").sign_in()
    page = secretary.page
    page.goto(f"{stack.url}/supervision/requests/")
    page.get_by_role("link", name="防汛物资摸底").click()
    page.get_by_text("不用填，核对即可").first.wait_for()
    assert faults_of(page) == []
    secretary.fill("防汛沙袋数", "300")
    screenshot(page, "request-answer-phone")
    page.get_by_role("button", name="核对无误，提交").click()
    page.get_by_text("已提交。截止以前可以修改").wait_for()

    page = committee.page
    page.reload()
    row = page.get_by_role("row", name=re.compile(secretary.login["organization"]))
    assert "300" in row.inner_text()
    screenshot(page, "request-collected-desktop")
    assert faults_of(page) == []
    page.goto(f"{stack.url}/admin/requests/burden/")
    page.locator(".chart-canvas canvas").wait_for()
    screenshot(page, "burden-desktop")
    assert faults_of(page) == []
