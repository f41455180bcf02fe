"""The workbench by person: what is due, the year's strip, what comes up, and the member's own attendance."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.panels import due_line
from branch_portal.dates import today_shanghai
from branch_portal.due import DueItem
from tests.activities import factories as life

pytestmark = pytest.mark.django_db


def home(as_user, user) -> str:
    response = as_user(user).get("/")
    assert response.status_code == 200
    return response.content.decode()


def test_officers_find_work_strip_and_records(world, as_user):
    life.record(world.secretary_a, world.branch_a, theme="本次主题")
    html = home(as_user, world.secretary_a)
    for words in (
        '<button class="btn btn-primary">记录活动</button>',
        "发布预告",
        "本年组织生活",
        "本次主题",
        "确认记录",
    ):
        assert words in html


def test_members_find_what_comes_up_and_their_own_rows(world, as_user):
    life.record(world.secretary_a, world.branch_a, theme="上次主题", rows={"row_5": ("leave", "sick", "")})
    life.announcement(world.secretary_a, world.branch_a, theme="下次主题")
    html = home(as_user, world.member_a)
    assert "记录活动" not in html
    assert "下次主题" in html
    assert "上次主题" in html
    assert "病假" in html
    assert "上次主题" not in home(as_user, world.member_b)


def test_a_cell_leader_sees_what_the_cell_owes(world, as_user):
    html = home(as_user, world.cell_leader_a)
    assert f"{today_shanghai().month}月党小组会" in html
    assert "第二党小组" not in html
    assert "支部委员会会议" not in html


def test_what_does_not_fit_is_one_tap_away(world, as_user):
    for n in range(13):
        day = today_shanghai() - datetime.timedelta(days=n)
        life.record(world.secretary_a, world.branch_a, day=day, theme=f"主题{n}")
    html = home(as_user, world.secretary_a)
    first, _, further = html.partition("点开查看")
    assert first.count('class="due-line') >= 12
    assert html.count("确认记录：") >= 13 and "确认记录：" in further


def test_everyone_else_has_a_workbench_too(world, as_user):
    for user in (world.staff, world.staff_x, world.superuser):
        assert "记录活动" not in home(as_user, user)


def test_the_workbench_costs_the_same_with_one_record_and_with_three(world, as_user):
    client = as_user(world.secretary_a)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    life.record(world.secretary_a, world.branch_a)
    life.announcement(world.secretary_a, world.branch_a)
    client.get("/")
    before = cost()
    for kind in ("general_meeting", "party_lecture"):
        life.record(world.secretary_a, world.branch_a, kind)
        life.announcement(world.secretary_a, world.branch_a, kind)
    assert cost() == before


def test_the_members_card_shows_attendance_within_reach(world, as_user):
    life.record(world.secretary_a, world.branch_a, theme="本次主题")
    url = f"/members/{world.members_a[3].uid}/?tab=activities"
    assert "本次主题" in as_user(world.secretary_a).get(url).content.decode()


@pytest.mark.parametrize(
    ("left", "words", "late"), [(0, "今天", False), (3, "还剩 3 天", False), (-2, "逾期 2 天", True)]
)
def test_a_due_line_says_how_long(left, words, late):
    day = datetime.date(2026, 4, 13)
    item = DueItem("k", "s", "d", 1, "某支部", "某事", day + datetime.timedelta(days=left), "依据", "/x/")
    line = due_line(item, day)
    assert (line["left"], line["late"]) == (words, late)
