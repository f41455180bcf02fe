"""A general meeting with an ordinary resolution, and a sign-in by code: what they cost a hand, in a real browser."""

import datetime
import io
import re

import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image

from branch_portal.dates import to_local, today_shanghai
from tests.browser.people import Person

MEETING_BUDGET, SIGN_IN_BUDGET = 22, 2


@pytest.fixture
def secretary(stack, desktop, demo_logins) -> Person:
    return Person(desktop, stack.url, demo_logins, "secretary").sign_in()


def test_a_general_meeting_with_a_resolution_is_logged_within_the_budget(secretary, screenshot, capsys):
    page = secretary.page
    secretary.start_counting()
    secretary.click(page.get_by_role("button", name="记录活动"))
    secretary.click(page.get_by_text("支部党员大会", exact=True).first)
    secretary.fill("主题", "讨论年度工作计划")
    secretary.fill("缺席", "事假 4 病假 9")
    secretary.click(page.get_by_role("textbox", name="议题").first)
    page.keyboard.insert_text("讨论通过年度工作计划")
    secretary.fill("发言人", "镇党委组织委员")
    secretary.click(page.get_by_role("textbox", name="发言要点").first)
    page.keyboard.insert_text("计划切实可行，注意分工到人。")
    secretary.fill("决议内容", "通过年度工作计划，由党支部书记组织落实")
    secretary.fill("完成时限", (today_shanghai() + datetime.timedelta(days=60)).isoformat())
    secretary.click(page.get_by_role("button", name="保存记录"))
    page.wait_for_url(re.compile(r"/activities/records/[0-9a-f-]{36}/"))
    secretary.click(page.get_by_role("link", name="添加表决"))
    secretary.fill("表决事项", "年度工作计划")
    secretary.click(page.get_by_role("button", name="一致同意"))
    screenshot(page, "vote-desktop")
    secretary.click(page.get_by_role("button", name="保存表决结果"))
    page.get_by_text(re.compile("决议通过：年度工作计划")).first.wait_for()
    with capsys.disabled():
        print(
            f"\n  general meeting with a resolution: {secretary.interactions} interactions, "
            f"{secretary.seconds:.1f} s of machine time"
        )
    assert secretary.interactions <= MEETING_BUDGET
    page.goto(f"{secretary.url}/activities/resolutions/")
    assert "由党支部书记组织落实" in page.locator("main").inner_text()
    screenshot(page, "resolutions-desktop")
    page.goto(f"{secretary.url}/activities/new/general_meeting/")
    assert page.get_by_role("textbox", name="议题").first.input_value().startswith("通报决议落实情况")
    screenshot(page, "next-agenda-desktop")


def test_what_is_typed_is_kept_by_itself(secretary):
    page = secretary.page
    page.goto(f"{secretary.url}/activities/new/theme_day/")
    page.get_by_label(re.compile("^内容")).fill("写到一半，浏览器就关了。")
    page.get_by_text("已自动保存").wait_for(timeout=15_000)
    page.evaluate("document.querySelector('form[data-keep]').dataset.dirty = ''")
    page.goto(f"{secretary.url}/activities/new/theme_day/")
    page.get_by_role("link", name="接着填写").click()
    assert page.get_by_label(re.compile("^内容")).input_value() == "写到一半，浏览器就关了。"
    page.evaluate("document.querySelector('form[data-keep]').dataset.dirty = ''")
    page.goto(f"{secretary.url}/activities/new/theme_day/")
    page.get_by_role("button", name="不要了").click()
    page.wait_for_url(re.compile("theme_day"))
    assert page.get_by_role("link", name="接着填写").count() == 0


def test_a_member_signs_in_by_the_code_on_the_screen(
    stack, secretary, new_page, demo_logins, capsys, screenshot
):
    begins = to_local(timezone.now()) + datetime.timedelta(minutes=10)
    if begins.hour >= 23:
        pytest.skip("a gathering of today needs an hour that is left of the day")
    page = secretary.page
    page.goto(f"{stack.url}/activities/announce/?kind=theme_day")
    page.get_by_label("主题").fill("扫码签到的主题党日")
    page.get_by_label("日期").fill(begins.date().isoformat())
    page.get_by_label("开始时间").fill(f"{begins:%H:%M}")
    page.get_by_label("结束时间").fill(f"{begins + datetime.timedelta(minutes=30):%H:%M}")
    page.get_by_label("地点").fill("党群服务中心")
    page.get_by_role("button", name="发布预告").click()
    page.wait_for_url(re.compile(r"/activities/gatherings/"))
    page.get_by_role("button", name=re.compile("扫码签到")).click()
    code = page.locator("svg.qr")
    code.wait_for()
    screenshot(page, "sign-in-screen-desktop")
    member = Person(new_page("phone"), stack.url, demo_logins, "member").sign_in()
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(code.screenshot())))
    assert found.text.startswith(f"{stack.url}/activities/s/")
    member.start_counting()
    member.page.goto(found.text)
    screenshot(member.page, "sign-in-phone")
    member.click(member.page.get_by_role("button", name=re.compile("签到")))
    member.page.get_by_text("您已签到").wait_for()
    with capsys.disabled():
        print(f"\n  sign-in by code: {member.interactions} interactions, {member.seconds:.1f} s")
    assert member.interactions <= SIGN_IN_BUDGET
    assert page.evaluate("htmx.config.allowEval") is False, "the library has read what it may do"
    page.get_by_text(member.login["name"]).first.wait_for(timeout=15_000)
