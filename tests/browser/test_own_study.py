"""自学申报 in a real browser: what is pressed right after the last field is sent, although the preview is still on its way."""

import pytest

from tests.browser.people import Person

pytestmark = pytest.mark.browser


def test_pressing_at_once_sends_the_form(stack, new_page, demo_logins):
    person = Person(new_page("phone"), stack.url, demo_logins, "member").sign_in()
    page = person.page
    page.route("**/own/preview/**", lambda route: (page.wait_for_timeout(400), route.continue_()))
    page.goto(f"{stack.url}/learning/own/new/book/")
    page.get_by_label("书名").fill("论持久战")
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_text("没有保存，请修改以下内容").wait_for()
    assert page.get_by_label("书名").input_value() == "论持久战"
    page.get_by_label("学习时长（分钟）").fill("90")
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_text("已提交，等待党支部审核").wait_for()
    # A preview that is still on its way must not reach into the next test.
    page.unroute_all(behavior="ignoreErrors")
