"""The committee finds who needs help, reads the records behind a cell, reminds once; the secretary finds the form filled in."""

import re

import pytest

from tests.browser.people import Person
from tests.browser.test_pages import faults_of

pytestmark = pytest.mark.browser
GRID = "/admin/supervision/"


@pytest.fixture
def committee(stack, desktop, demo_logins) -> Person:
    return Person(desktop, stack.url, demo_logins, "committee").sign_in()


def test_from_the_grid_to_a_record_and_back_by_keyboard(committee, screenshot):
    page = committee.page
    page.goto(committee.url + GRID)
    page.locator("figure.chart canvas").wait_for()
    screenshot(page, "committee-grid")
    page.locator("table#grid-sums a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("organization="))
    assert page.locator(".breadcrumbs a").count() == 3
    page.goto(f"{committee.url}{GRID}?kind=theme_day")
    done = page.locator("td.is-done a.cell").first
    done.scroll_into_view_if_needed()
    done.click()
    page.locator("table.portal-table tbody a").first.click()
    page.wait_for_url(re.compile(r"/activities/records/"))
    page.go_back()
    page.go_back()
    assert page.locator("table.cadence-grid").is_visible()
    assert faults_of(page) == []


def test_one_reminder_and_the_form_filled_in(stack, committee, new_page, demo_logins, screenshot):
    page = committee.page
    other = Person(new_page("phone"), stack.url, demo_logins, "secretary").sign_in()
    other.page.goto(other.url)
    home = other.page.locator("#branches-in-need").count()
    assert home == 0, "the committee's panel is not the secretary's"
    page.goto(f"{committee.url}{GRID}?kind=theme_day")
    row = page.locator("tr", has_text=re.compile("第一党支部")).first
    cell = row.locator("td.is-missing a.cell, td.is-due a.cell").first
    cell.click()
    page.get_by_role("link", name="提醒该党支部").click()
    screenshot(page, "remind")
    page.get_by_label(re.compile("^留言")).fill("有困难请来电")
    page.get_by_role("button", name=re.compile("发出提醒")).click()
    page.get_by_text("已向 1 个党支部各发出一条提醒").wait_for()
    assert page.get_by_role("link", name="提醒该党支部").count() == 0
    other.page.reload()
    line = other.page.locator("li.due-line", has_text="有困难请来电").first
    line.wait_for()
    line.locator("a.btn").first.click()
    assert "/activities/new/theme_day/" in other.page.url
    assert faults_of(page) == []


def test_the_report_is_one_page(committee):
    page = committee.page
    page.goto(f"{committee.url}{GRID}report/")
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
    assert page.get_by_text("填报单位").is_visible()


def test_phone_and_elder(stack, new_page, demo_logins, screenshot):
    person = Person(new_page("phone"), stack.url, demo_logins, "committee").sign_in()
    for address in (GRID, f"{GRID}?kind=theme_day", f"{GRID}report/"):
        person.page.goto(person.url + address)
        assert faults_of(person.page) == [], address
    person.page.goto(person.url + GRID)
    screenshot(person.page, "committee-grid-phone")
