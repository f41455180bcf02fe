"""记录活动, as a secretary does it: what the page offers, what is stored, what comes back when something is wrong."""

import datetime
import re

import pytest

from activities.models import ActivityRecord, BranchYear, Gathering, GatheringBranch, RollEntry
from branch_portal.dates import today_shanghai
from learning.models import StudyCredit

pytestmark = pytest.mark.django_db
NEW = "/activities/new/theme_day/"


def hidden(html: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', html).group(1)


def page(client, url=NEW) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def filled(html: str, **changes) -> dict:
    """The form as the browser would send it: everything that the page has pre-filled, and what a secretary types."""
    data = {
        "theme": "重温入党誓词",
        "on_date": today_shanghai().isoformat(),
        "start": "15:00",
        "end": "16:30",
        "place": "党群服务中心",
        "chair": re.search(r'name="chair".*?<option value="([0-9a-f]{32})" selected', html, re.S).group(1),
        "recorder": re.search(r'name="recorder".*?<option value="([0-9a-f]{32})" selected', html, re.S).group(
            1
        ),
        "content": "学习党章，重温入党誓词。",
        "roll_signature": hidden(html, "roll_signature"),
        "submission_key": hidden(html, "submission_key"),
    }
    return data | changes


def test_a_theme_day_is_logged_with_roll_hours_and_year(world, as_user):
    client = as_user(world.secretary_a)
    answer = client.post(NEW, filled(page(client), absent_line="3 5-6", common_reason="外出务工"))
    record = ActivityRecord.objects.get()
    assert answer.headers["Location"] == f"/activities/records/{record.uid}/"
    share = GatheringBranch.objects.get()
    assert (share.expected_count, share.present_count, share.leave_count, share.absent_count) == (10, 7, 0, 3)
    rows = RollEntry.objects.filter(share=share).order_by("row_number")
    assert [row.row_number for row in rows if row.status == "absent"] == [3, 5, 6]
    assert {row.reason for row in rows if row.status == "absent"} == {"外出务工"}
    assert (record.state, record.number, record.recorded_by) == ("recorded", 1, world.secretary_a)
    assert record.study_minutes == 90
    credits = StudyCredit.objects.values_list("minutes", "hours", "status")
    assert len(credits) == 7
    assert {tuple(map(str, credit)) for credit in credits} == {("90", "2.00", "pending")}
    bit = 1 << (today_shanghai().month - 1)
    year = BranchYear.objects.get(branch=world.branch_a, year=today_shanghai().year)
    assert (year.held_theme_day, year.confirmed_theme_day) == (bit, 0)
    shown = client.get(answer.headers["Location"]).content.decode()
    for words in ("应到", "实到", "缺席", "学时", "外出务工", "2.0"):
        assert words in shown


def test_the_page_prefills_like_last_time_but_never_roll_or_minutes(world, as_user):
    client = as_user(world.secretary_a)
    html = page(client)
    client.post(
        NEW,
        filled(html, place="村部会议室", start="09:00", end="10:00", absent_line="3", common_reason="住院"),
    )
    again = page(client)
    assert 'value="村部会议室"' in again
    assert 'value="09:00"' in again
    assert "住院" not in again
    assert "学习党章" not in again


def test_a_form_sent_twice_makes_one_gathering(world, as_user):
    client = as_user(world.secretary_a)
    data = filled(page(client))
    first, second = client.post(NEW, data), client.post(NEW, data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Gathering.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"theme": ""}, "请填写主题。"),
        ({"content": " "}, "请填写内容。"),
        ({"on_date": "2026-13-01"}, "日期看不懂，请写成 2026-04-13。"),
        ({"end": "14:00"}, "结束时间应晚于开始时间 15:00。"),
        ({"absent_line": "31", "common_reason": "x"}, "“31”超出名单"),
        ({"absent_line": "3 5"}, "序号 3 5 未到会，请填写原因；这里写一次，适用于这几位。"),
        ({"on_date": "2014-12-31"}, "早于党支部成立日期"),
        ({"study_minutes": "91"}, "学习分钟数不能超过活动时长（90 分钟）。"),
        ({"study_minutes": "九十"}, "学习分钟数请填整数，例如 90。"),
        ({"chair": "x"}, "主持人不在当日名单里，请重新选择。"),
    ],
)
def test_bad_input_is_named_and_nothing_typed_is_lost(world, as_user, changes, message):
    client = as_user(world.secretary_a)
    typed = filled(page(client), summary="小结里的一句话") | changes
    answer = client.post(NEW, typed)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert message in html
    assert "小结里的一句话" in html
    assert ActivityRecord.objects.count() == 0
    if changes.get("absent_line"):
        assert f'value="{changes["absent_line"]}"' in html


def test_a_date_to_come_is_sent_to_the_announcement(world, as_user):
    client = as_user(world.secretary_a)
    tomorrow = today_shanghai() + datetime.timedelta(days=1)
    html = client.post(NEW, filled(page(client), on_date=tomorrow.isoformat())).content.decode()
    assert "活动尚未开始，可先发布预告" in html
