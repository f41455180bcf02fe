"""Announcing, moving, cancelling and taking up a gathering, with the reminders that follow."""

import datetime
import re

import pytest
from django.utils import timezone

from activities.models import ActivityRecord, Gathering, GatheringBranch
from branch_portal.dates import local_datetime, today_shanghai
from notices.actions.tick import tick
from notices.models import ReminderSlot
from tests.activities import factories as life
from tests.activities.test_main_path import filled, hidden, page

pytestmark = pytest.mark.django_db
URL = "/activities/announce/"
IN_A_WEEK = datetime.timedelta(days=7)


def slots(state="open") -> list[tuple]:
    found = ReminderSlot.objects.filter(state=state).order_by("due_at")
    return [(slot.rule.key, slot.due_at) for slot in found.select_related("rule")]


def typed(client, **changes) -> dict:
    html = page(client, URL)
    return {
        "theme": "下次的主题",
        "on_date": (today_shanghai() + IN_A_WEEK).isoformat(),
        "start": "15:00",
        "end": "16:30",
        "place": "村部会议室",
        "note": "带学习笔记",
        "submission_key": re.search(r'name="submission_key" value="([^"]+)"', html).group(1),
    } | changes


def test_announcing_makes_a_draft_and_tells_the_branch(world, as_user):
    client = as_user(world.secretary_a)
    data = typed(client)
    answer = client.post(f"{URL}?kind=theme_day", data)
    share = GatheringBranch.objects.get()
    assert answer.headers["Location"] == f"/activities/gatherings/{share.uid}/"
    assert client.post(f"{URL}?kind=theme_day", data).headers["Location"] == answer.headers["Location"]
    assert (share.gathering.state, share.gathering.note) == ("announced", "带学习笔记")
    assert ActivityRecord.objects.get().state == "draft"
    start = local_datetime(today_shanghai() + IN_A_WEEK, datetime.time(15))
    assert slots() == [
        ("meeting_notice", start - datetime.timedelta(days=3)),
        ("meeting_notice", start - datetime.timedelta(hours=1)),
    ]
    slot = ReminderSlot.objects.first()
    assert slot.audience == {"kind": "branch_members", "organization": world.branch_a.pk}
    assert slot.link == f"/activities/gatherings/{share.uid}/"
    html = as_user(world.member_a).get(answer.headers["Location"]).content.decode()
    assert "带学习笔记" in html
    assert "延期" not in html
    assert "下次的主题" in as_user(world.member_a).get("/").content.decode()


def test_audiences_follow_the_kind(world):
    life.announcement(world.secretary_a, world.branch_a, "cell_meeting", cell=world.cell_a1)
    assert ReminderSlot.objects.first().audience == {"kind": "cell_members", "organization": world.cell_a1.pk}
    ReminderSlot.objects.all().delete()
    life.announcement(world.secretary_a, world.branch_a, "committee_meeting")
    # Whoever is on the committee when the moment has come, not who was when it was announced.
    assert ReminderSlot.objects.first().audience == {
        "kind": "committee_members",
        "organization": world.branch_a.pk,
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"on_date": "2026-01-05"}, "预告的活动应在以后"),
        ({"theme": ""}, "请填写主题。"),
        ({"end": "15:00"}, "结束时间应晚于开始时间 15:00。"),
    ],
)
def test_bad_announcements_are_named(world, as_user, changes, message):
    client = as_user(world.secretary_a)
    html = client.post(URL, typed(client, **changes)).content.decode()
    assert message in html
    assert "带学习笔记" in html
    assert Gathering.objects.count() == 0


def test_cancelling_needs_a_reason_and_stops_the_reminders(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a)
    client = as_user(world.secretary_a)
    url = f"/activities/gatherings/{share.uid}/"
    assert "请填写原因。" in client.post(f"{url}cancel/", {"reason": " "}).content.decode()
    assert len(slots()) == 2
    assert client.post(f"{url}cancel/", {"reason": "防汛值守"}).headers["Location"] == url
    assert slots() == []
    html = client.get(url).content.decode()
    assert "防汛值守" in html
    share.gathering.refresh_from_db()
    assert share.gathering.state == "cancelled"
    assert client.post(f"{url}cancel/", {"reason": "再取消"}).status_code == 302
    assert Gathering.objects.get().state_reason == "防汛值守"


def test_postponing_moves_the_reminders_to_the_new_time(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a)
    client = as_user(world.secretary_a)
    url = f"/activities/gatherings/{share.uid}/"
    day = today_shanghai() + datetime.timedelta(days=10)
    new = {"reason": "场地维修", "on_date": day.isoformat(), "start": "09:00", "end": "10:30", "place": ""}
    half = client.post(f"{url}postpone/", new | {"start": ""}).content.decode()
    assert "要一起填写，或者都不填" in half
    assert client.post(f"{url}postpone/", new).headers["Location"] == url
    start = local_datetime(day, datetime.time(9))
    assert [due_at for _, due_at in slots()] == [
        start - datetime.timedelta(days=3),
        start - datetime.timedelta(hours=1),
    ]
    gathering = Gathering.objects.get()
    assert (gathering.state, gathering.on_date, gathering.place) == ("announced", day, "党群服务中心")
    assert ActivityRecord.objects.get().on_date == day


def test_postponing_without_a_new_time_leaves_no_reminder(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a)
    client = as_user(world.secretary_a)
    client.post(f"/activities/gatherings/{share.uid}/postpone/", {"reason": "另行通知"})
    assert slots() == []
    assert Gathering.objects.get().state == "postponed"


def test_an_announced_gathering_is_recorded_from_its_draft(world, as_user):
    share = life.announcement(
        world.secretary_a, world.branch_a, days=0, start="00:00", end="23:59", theme="预告的主题"
    )
    client = as_user(world.secretary_a)
    assert "记录" in client.get(f"/activities/gatherings/{share.uid}/").content.decode()
    record = ActivityRecord.objects.get()
    url = f"/activities/records/{record.uid}/edit/"
    html = page(client, url)
    assert 'value="预告的主题"' in html
    data = filled(html, version=hidden(html, "version"), absent_line="2", common_reason="外出")
    assert client.post(url, data).status_code == 302
    record.refresh_from_db()
    share.refresh_from_db()
    assert (record.state, share.gathering.state) == ("recorded", "held")
    assert (share.expected_count, share.present_count) == (10, 9)
    assert slots() == []
    assert Gathering.objects.count() == 1


def test_what_was_put_off_is_rescheduled(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a)
    client = as_user(world.secretary_a)
    url = f"/activities/gatherings/{share.uid}/"
    client.post(f"{url}postpone/", {"reason": "另行通知"})
    assert "重新排期" in client.get(url).content.decode()
    day = today_shanghai() + IN_A_WEEK
    new = {"on_date": day.isoformat(), "start": "09:00", "end": "10:00", "place": "文化礼堂"}
    assert "请填写日期。" in client.post(f"{url}reschedule/", new | {"on_date": ""}).content.decode()
    assert client.post(f"{url}reschedule/", new).headers["Location"] == url
    gathering = Gathering.objects.get()
    assert (gathering.state, gathering.on_date, gathering.place) == ("announced", day, "文化礼堂")
    assert len(slots()) == 2
    assert "通知情况" in client.get(url).content.decode()
    assert "通知情况" not in as_user(world.member_a).get(url).content.decode()


def told(share) -> None:
    """The earlier reminder has gone out."""
    slot = ReminderSlot.objects.filter(link__contains=str(share.uid)).earliest("due_at")
    ReminderSlot.objects.filter(pk=slot.pk).update(due_at=timezone.now())
    tick(ticker="test")


def test_whoever_was_told_learns_at_once_that_it_is_off(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a)
    told(share)
    as_user(world.secretary_a).post(f"/activities/gatherings/{share.uid}/cancel/", {"reason": "防汛值守"})
    # The tick has also planned what the branch owes by the calendar.
    (slot,) = ReminderSlot.objects.open().filter(link__contains=str(share.uid))
    assert slot.title.startswith("已取消：主题党日（原定")
    assert slot.due_at <= timezone.now()


def test_nobody_is_told_of_the_end_of_what_nobody_knew(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a)
    as_user(world.secretary_a).post(f"/activities/gatherings/{share.uid}/cancel/", {"reason": "防汛值守"})
    assert ReminderSlot.objects.open().count() == 0
