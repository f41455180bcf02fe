"""Calendar addresses: by the book of RFC 5545, read back by two libraries, and never more than their owner may see."""

import datetime
import re
from urllib.parse import urlsplit

import pytest
import vobject
from django.test import Client
from icalendar import Calendar

from activities.actions.gatherings import cancel_gathering, postpone_gathering
from activities.actions.plan import PlanLine, announce_planned, plan_gatherings
from activities.models import Gathering, GatheringBranch
from branch_portal.dates import local_datetime, today_shanghai
from members.models import PostTenure, RoleGrant
from notices.actions.feeds import MAX_FETCHES, FeedRefused, open_feed
from notices.models import CalendarFeed
from tests import factories as make
from tests.activities import factories as life

pytestmark = pytest.mark.django_db
PAGE = "/notices/feeds/"
LONG = "学习贯彻党的二十届历次全会精神；重温入党誓词, 交流体会\\讨论\n（线上线下结合）走访慰问老党员活动安排"


def fetch(token: str, **headers):
    return Client().get(f"/feeds/{token}.ics", headers=headers)


def events(answer) -> dict[str, dict]:
    """Title → event; strict: the parser raises for what it does not understand."""
    calendar = Calendar.from_ical(answer.content)
    assert [e for part in calendar.walk() for e in getattr(part, "errors", [])] == []
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


def plan_one(world, *, days=40, theme="秘密筹备中", kind="theme_day") -> GatheringBranch:
    day = today_shanghai() + datetime.timedelta(days=days)
    start = local_datetime(day, datetime.time(9))
    line = PlanLine((kind, None, day.month), theme, start, start + datetime.timedelta(hours=1), "会议室")
    plan_gatherings(by=world.secretary_a, branch=world.branch_a, year=day.year, lines=[line])
    return GatheringBranch.objects.get(gathering__theme=theme)


# --- The text ---


def test_two_readers_agree_and_lines_are_folded(world):
    share = life.announcement(
        world.secretary_a, world.branch_a, theme=LONG, place="清源村党群服务中心, 二楼；会议室"
    )
    answer = fetch(open_feed(by=world.secretary_a, branch=world.branch_a))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    body: bytes = answer.content
    assert body.endswith(b"\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")  # never cut within a character
    event = events(answer)[LONG]
    gathering = share.gathering
    assert event["dtstart"].dt == gathering.started_at
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert event["dtend"].dt == gathering.ended_at
    assert str(event["location"]) == "清源村党群服务中心, 二楼；会议室"
    assert str(event["uid"]) == f"gathering-{share.uid}@127.0.0.1"
    other = vobject.readOne(body.decode())
    assert other.vevent.summary.value == LONG
    assert other.vevent.dtstart.value == gathering.started_at
    assert other.vevent.validate(raiseException=True)
    zone = other.vtimezone
    assert zone.tzid.value == "Asia/Shanghai"


def test_what_stands_in_an_event_is_title_time_and_place(world):
    share = life.announcement(world.secretary_a, world.branch_a)
    Gathering.objects.filter(pk=share.gathering_id).update(note="请张三汇报")
    body = fetch(open_feed(by=world.secretary_a, branch=world.branch_a)).content.decode()
    names = {re.split("[;:]", line)[0] for line in body.replace("\r\n ", "").split("\r\n")}
    inside = {"DTSTART", "DTEND", "SUMMARY", "LOCATION", "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "STATUS", "CATEGORIES"}  # fmt: skip
    outside = {"BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME", "X-WR-TIMEZONE",
               "REFRESH-INTERVAL", "TZID", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", ""}  # fmt: skip
    assert names <= inside | outside
    assert "张三" not in body
    assert not any(member.name in body for member in world.members_a)


def test_changes_raise_the_sequence_and_cancelled_ones_say_so(world):
    token = open_feed(by=world.secretary_a, branch=world.branch_a)
    share = life.announcement(world.secretary_a, world.branch_a, theme="七月主题党日")
    first = events(fetch(token))["七月主题党日"]
    start = share.gathering.started_at + datetime.timedelta(days=1)
    postpone_gathering(by=world.secretary_a, share=share, reason="防汛", started_at=start,
                       ended_at=start + datetime.timedelta(hours=1))  # fmt: skip
    moved = events(fetch(token))["七月主题党日"]
    assert moved["uid"] == first["uid"]
    assert int(moved["sequence"]) > int(first["sequence"])
    assert moved["dtstamp"].dt >= first["dtstamp"].dt
    assert moved["dtstart"].dt == start
    cancel_gathering(by=world.secretary_a, share=share, reason="另行安排")
    gone = events(fetch(token))["七月主题党日"]
    assert (str(gone["status"]), int(gone["sequence"]) > int(moved["sequence"])) == ("CANCELLED", True)
    assert "另行安排" not in fetch(token).content.decode()


def test_an_unchanged_feed_is_answered_by_its_tag(world):
    token = open_feed(by=world.secretary_a, branch=world.branch_a)
    share = life.announcement(world.secretary_a, world.branch_a)
    first = fetch(token)
    tag = first.headers["ETag"]
    assert "no-store" not in first.headers["Cache-Control"]
    same = fetch(token, if_none_match=tag)
    assert (same.status_code, same.content) == (304, b"")
    cancel_gathering(by=world.secretary_a, share=share, reason="另行安排")
    assert fetch(token, if_none_match=tag).status_code == 200


# --- Whose it is ---


def test_the_address_is_kept_as_a_hash_and_shown_once(world, as_user):
    client = as_user(world.secretary_a)
    html = client.get(PAGE).content.decode()
    key = re.search(r'name="submission_key" value="([^"]+)"', html)[1]
    data = {"of": world.branch_a.uid.hex, "submission_key": key}
    address = re.search(r'id="feed-address">([^<]+)<', client.post(PAGE, data).content.decode())[1]
    path = urlsplit(address).path
    assert Client().get(path).status_code == 200
    token = path.removeprefix("/feeds/").removesuffix(".ics")
    feed = CalendarFeed.objects.get()
    assert token not in str(vars(feed))
    assert token not in client.get(PAGE).content.decode()
    again = client.post(PAGE, data)
    assert again.status_code == 302
    assert CalendarFeed.objects.count() == 1
    renewed = client.post(f"{PAGE}{feed.uid}/renew/").content.decode()
    assert Client().get(path).status_code == 404
    fresh = urlsplit(re.search(r'id="feed-address">([^<]+)<', renewed)[1]).path
    assert Client().get(fresh).status_code == 200
    client.post(f"{PAGE}{CalendarFeed.objects.open().get().uid}/revoke/")
    assert Client().get(fresh).status_code == 404


def test_nobody_else_renews_or_revokes(world, as_user):
    token = open_feed(by=world.secretary_a, branch=world.branch_a)
    feed = CalendarFeed.objects.get()
    for persona in ("officer_a", "staff", "superuser", "secretary_b"):
        client = as_user(getattr(world, persona))
        assert client.post(f"{PAGE}{feed.uid}/revoke/").status_code == 404
        assert client.post(f"{PAGE}{feed.uid}/renew/").status_code == 404
        assert "支部日历：" + str(world.branch_a) + "<span" not in client.get(PAGE).content.decode()
    assert fetch(token).status_code == 200


@pytest.mark.parametrize("persona", ["member_a", "cell_leader_a", "secretary_b", "staff_x", "superuser"])
def test_a_branchs_address_is_for_who_keeps_or_supervises_it(world, as_user, persona):
    user = getattr(world, persona)
    with pytest.raises(FeedRefused):
        open_feed(by=user, branch=world.branch_a)
    data = {"of": world.branch_a.uid.hex, "submission_key": "00000000-0000-4000-8000-000000000002"}
    as_user(user).post(PAGE, data)
    assert CalendarFeed.objects.count() == 0


def test_the_feed_of_an_ex_secretary_goes_dead(world):
    token = open_feed(by=world.secretary_a, branch=world.branch_a)
    own = open_feed(by=world.secretary_a)
    assert (fetch(token).status_code, fetch(own).status_code) == (200, 200)
    PostTenure.objects.filter(member=world.members_a[0]).delete()
    dead, unknown = fetch(token), fetch("no-such-token")
    assert (dead.status_code, fetch(own).status_code) == (404, 200)
    strip = re.compile(rb"\b[0-9a-f]{12}\b")
    assert strip.sub(b"", dead.content) == strip.sub(b"", unknown.content)


def test_rights_are_those_of_the_moment(world):
    RoleGrant.objects.filter(user=world.staff).update(valid_to=today_shanghai() + datetime.timedelta(days=1))
    token = open_feed(by=world.staff, branch=world.branch_a)
    assert fetch(token).status_code == 200
    RoleGrant.objects.filter(user=world.staff).update(valid_to=today_shanghai() - datetime.timedelta(days=1))
    assert fetch(token).status_code == 404
    own = open_feed(by=world.member_a)
    world.member_a.is_active = False
    world.member_a.save()
    assert fetch(own).status_code == 404


def test_a_member_sees_what_was_announced_and_concerns_the_member(world):
    a, by = world.branch_a, world.secretary_a
    life.announcement(by, a, theme="全体的主题党日")
    life.announcement(by, a, "committee_meeting", theme="支委会议题")
    life.announcement(by, a, "cell_meeting", cell=world.cell_a1, theme="本组的会")
    life.announcement(by, a, "cell_meeting", cell=world.cell_a2, theme="他组的会")
    life.announcement(world.secretary_b, world.branch_b, theme="隔壁的活动")
    share = plan_one(world)
    member, secretary = open_feed(by=world.member_a), open_feed(by=by)
    assert set(events(fetch(member))) == {"全体的主题党日", "本组的会"}
    assert set(events(fetch(secretary))) == {"全体的主题党日", "支委会议题", "本组的会"}
    branch = events(fetch(open_feed(by=by, branch=a)))
    assert set(branch) == {"全体的主题党日", "支委会议题", "本组的会", "他组的会", "秘密筹备中"}
    assert str(branch["秘密筹备中"]["status"]) == "TENTATIVE"
    announce_planned(by=by, share=share)
    assert "秘密筹备中" in events(fetch(member))


def test_who_has_moved_sees_the_new_branch(world):
    token = open_feed(by=world.member_b)
    life.announcement(world.secretary_b, world.branch_b, theme="原支部的活动")
    assert set(events(fetch(token))) == {"原支部的活动"}
    other = make.organization(parent=world.general_branch, name="清源村第三党支部")
    member = world.member_b.member
    member.branch = other
    member.save()
    assert events(fetch(token)) == {}


# --- The door ---


def test_it_needs_no_session_and_gives_none(world, as_user):
    token = open_feed(by=world.secretary_a, branch=world.branch_a)
    answer = fetch(token)
    assert not answer.cookies
    # Somebody else's session changes nothing: the address is its owner's.
    assert as_user(world.secretary_b).get(f"/feeds/{token}.ics").content == answer.content
    assert Client().post(f"/feeds/{token}.ics").status_code in (403, 405)


def test_too_often_is_refused_for_an_hour(world):
    token = open_feed(by=world.secretary_a)
    other = open_feed(by=world.secretary_a, branch=world.branch_a)
    CalendarFeed.objects.filter(branch=None).update(
        fetches=MAX_FETCHES - 1, window_start=datetime.datetime.now(datetime.UTC)
    )
    assert fetch(token).status_code == 200
    busy = fetch(token)
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "3600")
    assert fetch(other).status_code == 200
    CalendarFeed.objects.filter(branch=None).update(
        window_start=datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=61)
    )
    assert fetch(token).status_code == 200


def test_a_feed_costs_few_queries(world, django_assert_max_num_queries):
    for days in range(3, 20):
        life.announcement(world.secretary_a, world.branch_a, days=days)
    token = open_feed(by=world.secretary_a, branch=world.branch_a)
    with django_assert_max_num_queries(15):
        assert len(events(fetch(token))) == 1  # all of one title
