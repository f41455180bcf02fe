"""The year plan in one minute: from the workbench to a stored year; then one of it is let out in one click."""

import re

import pytest

from tests.browser.people import Person

MAX_INTERACTIONS, MAX_SECONDS = 6, 60
PLANNED = (
    "SELECT count(*) FROM activities_gathering g JOIN members_partyorganization o ON o.id = g.host_id "
    "WHERE g.state = 'planned' AND o.short_name = %s"
)


@pytest.fixture
def secretary(stack, desktop, demo_logins) -> Person:
    return Person(desktop, stack.url, demo_logins, "secretary").sign_in()


def test_a_year_is_planned_within_the_budget(stack, secretary, screenshot, capsys, phone, demo_logins):
    page = secretary.page
    secretary.start_counting()
    secretary.click(page.get_by_role("link", name="年度计划"))
    page.get_by_role("button", name="保存年度计划").wait_for()
    screenshot(page, "year-plan-desktop")
    secretary.click(page.get_by_role("button", name="保存年度计划"))
    page.get_by_text(re.compile("年度计划已保存")).wait_for()
    seconds = secretary.seconds
    count = stack.sql(PLANNED, secretary.login["organization"])[0][0]
    with capsys.disabled():
        print(
            f"\n  year plan: {secretary.interactions} interactions, {seconds:.1f} s of machine time, {count} gatherings"
        )
    assert count >= 4
    assert secretary.interactions <= MAX_INTERACTIONS
    assert seconds <= MAX_SECONDS
    screenshot(page, "year-plan-saved-desktop")

    page.get_by_role("link", name=re.compile("^查看")).last.click()
    page.get_by_role("button", name="发出通知").click()
    page.get_by_text("已通知").first.wait_for()

    page.goto(f"{stack.url}/activities/calendar/")
    page.locator(".month-grid").wait_for()
    screenshot(page, "calendar-desktop")
    member = Person(phone, stack.url, demo_logins, "member").sign_in()
    member.page.goto(f"{stack.url}/activities/calendar/")
    screenshot(member.page, "calendar-phone")


def test_the_wall_is_one_landscape_page(stack, secretary):
    page = secretary.page
    page.goto(f"{stack.url}/activities/plan/print/")
    page.locator(".plan-wall tbody tr").nth(11).wait_for()
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
    width, height = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", pdf).groups()
    assert float(width) > float(height)
