"""Robots of chat groups: one post per robot and slot, success by their own code only, a bucket, a digest."""

import base64
import datetime
import hmac
from dataclasses import replace
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection

from notices.actions.robots import RobotRefused, add_robot, change_robot, switch_off_robot, try_robot
from notices.actions.slots import cancel_reminders
from notices.models import Delivery, ReminderRule, RobotAddress, RobotBucket
from notices.registry import register, reminder_kind
from tests.harness.websink import WebSink
from tests.notices import factories
from tests.notices.factories import NOON, at, plan, robot

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def told(world, web):
    """A robot, and one reminder that waits for it."""
    one = robot(world, web)
    plan(world, anchor=NOON + DAY)
    at(NOON)
    return Delivery.objects.get(robot=one)


def send(moment=NOON, **kwargs) -> dict[str, int]:
    """What became of the posts; there is mail beside them."""
    counts = factories.send(moment, **kwargs)
    return {name: number for name, number in counts.items() if not name.startswith("email_")}


def row(delivery) -> tuple:
    delivery.refresh_from_db()
    return delivery.status, delivery.attempts, delivery.next_at, delivery.last_error


def tell_many(world, number: int, *, audience=None) -> None:
    for index in range(number):
        plan(world, anchor=NOON + DAY, subject=f"m:{index}", title=f"第{index}次活动", audience=audience)
    at(NOON)


def test_one_post_says_time_and_link_and_names_nobody(web, told, settings):
    assert send() == {"wecom_sent": 1}
    (post,) = web.posts
    assert post.key == str(told.pk)
    assert post.payload["msgtype"] == "text"
    assert post.text.split("\n") == [
        "【支部工作门户】主题党日：5月20日 09:00",
        "地点：党群服务中心。",
        f"{settings.PORTAL_BASE_URL}/activities/",
        f"编号 {str(told.pk)[:8]}",
    ]
    assert row(told) == ("sent", 1, None, "")
    assert (told.provider_id, told.sent_at, told.recipient) == (post.key, NOON, None)


def test_a_round_more_posts_nothing_again(web, world, told):
    send()
    at(NOON + MINUTE)
    assert (send(NOON + MINUTE), len(web.posts)) == ({}, 1)


def test_what_is_said_to_one_member_is_not_said_to_the_group(world, web):
    robot(world, web)
    plan(world, anchor=NOON + DAY, audience={"kind": "members", "ids": [world.member_a.member_id]})
    plan(
        world,
        anchor=NOON + DAY,
        subject="up",
        audience={"kind": "superior_staff", "organization": world.branch_a.pk},
    )
    at(NOON)
    assert not Delivery.objects.filter(robot__isnull=False).exists()


def test_only_the_robots_of_the_named_organisation_speak(world, web):
    robot(world, web)
    other = add_robot(
        by=world.secretary_b, organization=world.branch_b, kind="wecom", name="b", url=web.robot("b")
    )
    tell_many(world, 1, audience={"kind": "branch_members", "organization": world.branch_b.pk})
    assert list(Delivery.objects.filter(robot__isnull=False).values_list("robot", flat=True)) == [other.pk]


def test_words_that_must_stay_inside_never_go(world, web):
    kept = reminder_kind("meeting_notice")
    robot(world, web)
    try:
        register(replace(kept, outside=False))
        tell_many(world, 1)
        assert not Delivery.objects.exclude(channel="inapp").exists()
    finally:
        register(kept)


def test_only_the_chosen_rules(world, web):
    chosen = robot(world, web, rule_keys=["theme_day_next"])
    plan(world, anchor=NOON + DAY)
    at(NOON)
    assert not Delivery.objects.filter(robot=chosen).exists()
    plan(world, anchor=NOON + DAY, rule_key="theme_day_next")
    at(NOON)
    assert Delivery.objects.filter(robot=chosen).count() == 1


def test_what_waits_is_asked_again_before_sending(world, web, told):
    change_robot(by=world.secretary_a, robot=told.robot, name="g1", rule_keys=["theme_day_next"])
    assert send() == {"wecom_suppressed": 1}
    assert row(told) == ("suppressed", 1, None, "群机器人已停用，或不再发送这种提醒")
    assert web.posts == []


def test_a_robot_that_is_switched_off_says_nothing_that_waits(world, web, told):
    switch_off_robot(by=world.secretary_a, robot=told.robot)
    assert (send(), row(told)[0], web.posts) == ({}, "suppressed", [])


def test_cancelled_before_the_claim_is_never_posted(world, web, told):
    cancel_reminders(by=world.secretary_a, subject="m:1")
    assert (send(), row(told)[0], web.posts) == ({}, "cancelled", [])


def test_what_is_over_expires(web, told):
    assert send(NOON + DAY) == {"wecom_expired": 1}
    assert web.posts == []


def test_night_keeps_quiet_unless_urgent(world, web):
    ReminderRule.objects.filter(key="meeting_notice").update(urgent=False)
    one = robot(world, web)
    plan(world, anchor=NOON + DAY, now=NOON)
    night, morning = NOON.replace(hour=14), (NOON + DAY).replace(hour=0)
    at(night)
    assert Delivery.objects.get(robot=one).next_at == morning


# --- Their own result code decides ---


@pytest.mark.parametrize(
    ("kind", "behave", "status", "wait", "words"),
    [
        ("wecom", "code:45009", "pending", MINUTE, "企业微信要求降低发送频率（45009）"),
        ("wecom", "code:93000", "dead", None, "企业微信没有接受：群机器人已被移除，或地址有误（93000）"),
        ("wecom", "code:-1", "pending", MINUTE, "企业微信没有接受（-1）"),
        ("wecom", "status:500", "pending", MINUTE, "企业微信暂时不能接收（500）"),
        ("wecom", "status:429", "pending", MINUTE, "企业微信要求降低发送频率（429）"),
        ("wecom", "status:404", "pending", MINUTE, "企业微信没有接受（404）"),
        ("wecom", "garbage", "pending", MINUTE, "企业微信的答复无法识别，结果不明"),
        ("wecom", "huge", "pending", MINUTE, "企业微信没有完整答复，结果不明"),
        ("wecom", "redirect", "pending", MINUTE, "企业微信暂时不能接收（302）"),
        ("wecom", "drop", "pending", MINUTE, "企业微信没有完整答复，结果不明"),
        ("dingtalk", "code:130101", "pending", 10 * MINUTE, "钉钉要求降低发送频率（130101）"),
        ("dingtalk", "code:300001", "dead", None, "钉钉没有接受：地址中的令牌有误（300001）"),
        ("feishu", "code:11232", "pending", MINUTE, "飞书要求降低发送频率（11232）"),
        ("feishu", "code:19021", "dead", None, "飞书没有接受：加签密钥不符，或服务器时间不准（19021）"),
    ],
)  # fmt: skip
def test_only_code_zero_is_success(world, web, kind, behave, status, wait, words):
    one = robot(world, web, kind=kind)
    tell_many(world, 1)
    web.behave = behave
    assert send() == {f"{kind}_{status}": 1}
    delivery = Delivery.objects.get(robot=one)
    assert row(delivery) == (status, 1, wait and NOON + wait, words)
    assert web.asked == 1


def test_a_lost_answer_costs_one_copy_of_the_same_number(web, told):
    web.script = ["drop"]
    send()
    assert send(NOON + MINUTE) == {"wecom_sent": 1}
    assert web.copies() == {str(told.pk): 2}


def test_a_robot_that_drips_is_left_at_the_deadline(web, told):
    web.behave = "drip"
    assert send(deadline=0.3) == {"wecom_pending": 1}
    assert row(told)[:3] == ("pending", 1, NOON + MINUTE)
    assert row(told)[3].endswith("结果不明")


def test_a_robot_that_hangs_holds_up_nobody(world, web, mail):
    """G7: while one group's server says nothing, another group of the same kind and all mail go out."""
    robot(world, web, "dead")
    robot(world, web, "alive")
    web.behave_at = {"/cgi-bin/webhook/send?key=dead": "hang"}
    tell_many(world, 1)
    assert send(deadline=0.5) == {"wecom_sent": 1, "wecom_pending": 1}
    assert web.texts("/cgi-bin/webhook/send?key=alive") != []
    assert len(mail.mails) == 1


def test_after_a_failure_the_robot_is_left_alone_with_all_that_waits(world, web):
    robot(world, web)
    tell_many(world, 3)
    web.behave = "code:45009"
    send()
    assert (send(NOON + MINUTE / 2), web.asked) == ({}, 1)
    assert sorted(Delivery.objects.filter(channel="wecom").values_list("attempts", flat=True)) == [0, 0, 1]
    web.behave = "ok"
    assert send(NOON + MINUTE) == {"wecom_sent": 3}


# --- How much at once ---


def test_five_go_singly_and_six_as_one(world, web):
    robot(world, web)
    tell_many(world, 5)
    assert (send(), len(web.posts)) == ({"wecom_sent": 5}, 5)
    tell_many(world, 11)
    assert send(NOON + MINUTE) == {"wecom_sent": 6}
    digest = web.posts[-1]
    assert "6 条提醒" in digest.text and "第10次活动" in digest.text
    assert Delivery.objects.filter(provider_id=digest.key, status="sent").count() == 6


def test_a_digest_fits_what_the_robot_takes(world, web):
    robot(world, web)
    for index in range(60):
        plan(world, anchor=NOON + DAY, subject=f"m:{index}", title="长" * 110 + str(index))
    at(NOON)
    assert send() == {"wecom_sent": 60}
    (post,) = web.posts
    assert len(post.text.encode()) <= 2048
    assert "另有" in post.text


def test_the_bucket_is_empty_after_five_and_fills_by_one_in_four_seconds(world, web):
    one = robot(world, web)
    tell_many(world, 5)
    send()
    tell_many(world, 7)
    assert send(NOON + datetime.timedelta(seconds=3)) == {}
    assert send(NOON + datetime.timedelta(seconds=4)) == {"wecom_sent": 1}
    assert RobotBucket.objects.get(robot=one).tokens == pytest.approx(0)


# --- Adding one ---

WRONG = [
    "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
    "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=1",
    "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=1",
    "https://evil.example/cgi-bin/webhook/send?key=1",
    "https://qyapi.weixin.qq.com@127.0.0.1/cgi-bin/webhook/send?key=1",
    "https://127.0.0.1/cgi-bin/webhook/send?key=1",
    "https://qyapi.weixin.qq.com/cgi-bin/other?key=1",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/../admin?key=1",
    "https://oapi.dingtalk.com/robot/send?access_token=1",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1#x",
    "https://qyapi.weixin.qq.com\\@evil/cgi-bin/webhook/send?key=1",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1\r\nX: y",
    "file:///etc/passwd",
    "",
]


@pytest.mark.parametrize("url", WRONG)
def test_other_addresses_are_not_taken(world, url):
    with pytest.raises(RobotRefused, match="这不是企业微信群机器人的地址"):
        add_robot(by=world.secretary_a, organization=world.branch_a, kind="wecom", name="群", url=url)
    assert RobotAddress.objects.count() == 0


def test_address_and_secret_are_sealed_in_the_table_and_in_its_history(world, web):
    url = web.robot("topsecretname", "dingtalk")
    one = add_robot(
        by=world.secretary_a,
        organization=world.branch_a,
        kind="dingtalk",
        name="群",
        url=url,
        secret="SECabc",
    )
    assert (one.url_tail, RobotAddress.objects.get().secret) == ("name", "SECabc")
    with connection.cursor() as cursor:
        for table in ("notices_robotaddress", "notices_robotaddressevent"):
            cursor.execute(f"SELECT row::text FROM {table} row")
            assert not any("topsecret" in text or "SECabc" in text for (text,) in cursor.fetchall())


def test_the_same_group_is_not_told_twice(world, web):
    one = robot(world, web)
    with pytest.raises(RobotRefused, match="已经添加过"):
        robot(world, web)
    switch_off_robot(by=world.secretary_a, robot=one)
    assert robot(world, web).pk != one.pk


@pytest.mark.parametrize("persona", ["officer_a", "secretary_b", "staff_x", "superuser"])
def test_only_who_answers_for_the_organisation(world, web, persona):
    with pytest.raises(RobotRefused, match="权限"):
        add_robot(
            by=getattr(world, persona),
            organization=world.branch_a,
            kind="wecom",
            name="x",
            url=web.robot("x"),
        )


def test_a_test_message_goes_by_the_next_tick_at_night_too_and_once_a_minute(world, web):
    one = robot(world, web, rule_keys=["theme_day_next"])
    night = NOON.replace(hour=15)
    try_robot(by=world.secretary_a, robot=one, now=night)
    with pytest.raises(RobotRefused, match="一分钟后"):
        try_robot(by=world.secretary_a, robot=one, now=night + MINUTE / 2)
    assert send(night) == {"wecom_sent": 1}
    assert "测试消息" in web.texts()[0]


# --- Signatures ---


def test_dingtalk_signs_its_address(world, web):
    seen = _signed_posts(world, web, "dingtalk")
    query = parse_qs(urlsplit(seen).query)
    expected = hmac.digest(b"SEC1", f"{query['timestamp'][0]}\nSEC1".encode(), sha256)
    assert base64.b64decode(query["sign"][0]) == expected


def test_feishu_signs_its_payload(world, web):
    _signed_posts(world, web, "feishu")
    payload = web.posts[0].payload
    expected = hmac.digest(f"{payload['timestamp']}\nSEC1".encode(), b"", sha256)
    assert base64.b64decode(payload["sign"]) == expected
    assert payload["msg_type"] == "text" and web.posts[0].text


def _signed_posts(world, web: WebSink, kind: str) -> str:
    robot(world, web, kind=kind, secret="SEC1")
    tell_many(world, 1)
    assert send() == {f"{kind}_sent": 1}
    return web.paths[0]
