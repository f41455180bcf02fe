"""From a random sample to a finding that is closed: the committee reads by keyboard, the branch answers, both in a real browser."""

import datetime
import re

from branch_portal.dates import today_shanghai
from supervision.demo.structure import BRANCHES, HOME
from tests.browser.people import Person
from tests.browser.test_pages import faults_of


def test_a_sample_is_read_by_keyboard_and_its_problem_put_right(stack, new_page, demo_logins, screenshot):
    committee = Person(new_page("desktop"), stack.url, demo_logins, "committee").sign_in()
    secretary = Person(new_page("phone"), stack.url, demo_logins, "secretary").sign_in()
    page, home = committee.page, secretary.page
    page.goto(f"{stack.url}/admin/supervision/checks/new/")
    page.get_by_label("名称").fill("家乡支部抽查")
    own = next(plan.name for plan in BRANCHES if plan.key == HOME)
    listed = page.get_by_label("组织范围").locator("option", has_text=own)
    page.get_by_label("组织范围").select_option(value=listed.get_attribute("value"))
    page.get_by_label("抽取份数").fill("2")
    screenshot(page, "check-new-desktop")
    page.get_by_role("button", name="随机抽取").click()
    page.get_by_role("link", name="开始检查").click()
    page.get_by_text("第 1 / 2 份").first.wait_for()
    screenshot(page, "check-item-desktop")
    assert faults_of(page) == []
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="第 2 / 2 份").wait_for()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("heading", name="第 1 / 2 份").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", name="第 2 / 2 份").wait_for()
    page.keyboard.press("2")
    page.keyboard.insert_text("没有写明缺席原因")
    page.keyboard.press("Control+Enter")
    page.get_by_text("按同样的范围和种子重新抽取，结果相同").wait_for()
    screenshot(page, "check-desktop")
    assert faults_of(page) == []
    page.get_by_role("link", name="形成检查，提出整改").click()
    page.get_by_label("整改期限").fill((today_shanghai() + datetime.timedelta(days=7)).isoformat())
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="没有写明缺席原因").wait_for()
    screenshot(page, "inspection-desktop")
    assert faults_of(page) == []

    home.goto(f"{stack.url}/supervision/findings/")
    home.get_by_role("link", name="没有写明缺席原因").click()
    assert faults_of(home) == []
    screenshot(home, "finding-phone")
    home.get_by_label("整改情况").fill("已逐人补记缺席原因")
    home.get_by_role("button", name="提交整改情况").click()
    home.get_by_text("已整改，待核验").first.wait_for()

    page.get_by_role("link", name="没有写明缺席原因").click()
    page.get_by_text("已逐人补记缺席原因").wait_for()
    screenshot(page, "finding-desktop")
    page.get_by_role("button", name="办结", exact=True).click()
    page.get_by_text(re.compile("已办结，并通知党支部")).wait_for()
    assert faults_of(page) == []
