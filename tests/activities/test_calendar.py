"""The month's page: the grid, what each persona finds in it, paper."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup

from activities.models import HolidayTable
from activities.rules.month import day_mark, month_weeks
from branch_portal.dates import local_datetime
from tests.activities import factories as life
from tests.notices.test_feeds import plan_one

URL = "/activities/calendar/"
TODAY = datetime.date(2026, 5, 18)


@pytest.fixture
def _in_may():
    with time_machine.travel(local_datetime(TODAY, datetime.time(10)), tick=False):
        yield


@pytest.mark.parametrize(("year", "month"), [(2026, 2), (2027, 2), (2024, 12), (2026, 11)])
def test_weeks_begin_on_monday_and_hold_the_month(year, month):
    weeks = month_weeks(datetime.date(year, month, 1))
    assert all(week[0].isoweekday() == 1 and len(week) == 7 for week in weeks)
    days = [day for week in weeks for day in week]
    assert days == sorted(set(days))
    assert datetime.date(year, month, 1) in weeks[0]
    assert {day.day for day in days if day.month == month} >= set(range(1, 29))


def test_marks_are_what_the_week_does_not_say():
    assert day_mark(datetime.date(2026, 10, 1)) == "休"
    assert day_mark(datetime.date(2026, 10, 10)) == "班"
    assert day_mark(datetime.date(2026, 11, 28)) == ""


def cells(client, query="") -> dict[str, str]:
    """Day of the month → what its cell says."""
    html = client.get(URL + query).content.decode()
    found = {}
    for cell in BeautifulSoup(html, "html.parser").select(".month-grid td:not(.is-other)"):
        text = cell.get_text(" ", strip=True)
        found[cell.select_one("b").get_text().replace("5月", "").split("日")[0]] = text
    return found


@pytest.mark.django_db
def test_each_sees_the_own_month(world, as_user, _in_may):
    life.announcement(world.secretary_a, world.branch_a, days=3, theme="走访慰问")
    plan_one(world, days=10, theme="尚在计划", kind="committee_meeting")
    life.record(world.secretary_a, world.branch_a, day=datetime.date(2026, 5, 6), theme="已开的会")
    secretary, member = cells(as_user(world.secretary_a)), cells(as_user(world.member_a))
    assert "15:00 走访慰问" in secretary["21"] and "已通知" in secretary["21"]
    assert "09:00 尚在计划" in secretary["28"]
    assert "已开的会" in secretary["6"]
    assert "截止" in secretary["31"] and "支部委员会会议" in secretary["31"]
    assert "休" in secretary["1"]
    assert "走访慰问" in member["21"] and "已开的会" in member["6"]
    assert not any("尚在计划" in text or "截止" in text for text in member.values())
    outsider = as_user(world.secretary_b)
    assert not any("走访慰问" in text for text in cells(outsider).values())
    assert not any(
        "走访慰问" in text for text in cells(outsider, f"?branch={world.branch_a.uid.hex}").values()
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "held_as"), [("committee_meeting", ""), ("org_life_meeting", "committee")])
def test_committee_meetings_are_not_on_a_plain_members_calendar(world, as_user, _in_may, kind, held_as):
    theme = "研究方建国的处分"
    told = life.announcement(world.secretary_a, world.branch_a, kind, days=3, theme=theme, held_as=held_as)
    held = life.record(
        world.secretary_a, world.branch_a, kind, day=datetime.date(2026, 5, 6), theme=theme, held_as=held_as
    )
    assert theme in str(cells(as_user(world.officer_a)))
    member = as_user(world.member_a)
    assert theme not in str(cells(member))
    for share in (told, held.share):
        assert member.get(f"/activities/gatherings/{share.uid}/").status_code == 404


@pytest.mark.django_db
def test_staff_choose_a_branch_and_log_nothing(world, as_user, _in_may):
    life.announcement(world.secretary_b, world.branch_b, days=3, theme="乙支部的活动")
    client = as_user(world.staff)
    html = client.get(f"{URL}?branch={world.branch_b.uid.hex}").content.decode()
    assert "乙支部的活动" in html
    assert "/activities/new/" not in html
    assert f'<option value="{world.branch_a.uid.hex}"' in html


@pytest.mark.django_db
def test_months_follow_one_another_and_nonsense_is_now(world, as_user, _in_may):
    client = as_user(world.secretary_a)
    assert "2026年12月" in client.get(f"{URL}?month=2026-12").content.decode()
    assert "month=2027-01" in client.get(f"{URL}?month=2026-12").content.decode()
    for month in ("2026-13", "x", "0000-01", "9999-12"):
        assert "2026年5月" in client.get(f"{URL}?month={month}").content.decode()
    assert "2031年没有节假日表" in client.get(f"{URL}?month=2031-01").content.decode()
    HolidayTable.objects.create(
        year=2031, version=1, days=[["2031-01-02", "元旦", True]], created_by=world.staff
    )
    assert "没有节假日表" not in client.get(f"{URL}?month=2031-01").content.decode()


@pytest.mark.django_db
def test_paper_and_navigation(world, as_user):
    client = as_user(world.member_a)
    assert 'class="month-grid"' in client.get(f"{URL}print/?month=2026-05").content.decode()
    html = client.get(URL).content.decode()
    current = BeautifulSoup(html, "html.parser").select("header [aria-current=page], nav [aria-current=page]")
    assert {link.get_text(strip=True) for link in current} == {"日历"}
    assert as_user(world.superuser).get(URL).status_code == 200


@pytest.mark.django_db
def test_the_number_of_queries_does_not_follow_the_month(
    world, as_user, _in_may, django_assert_max_num_queries
):
    for days in range(1, 12):
        life.announcement(world.secretary_a, world.branch_a, days=days)
    client = as_user(world.secretary_a)
    with django_assert_max_num_queries(47):
        client.get(URL)
