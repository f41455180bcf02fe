"""消息设置 and 群机器人 as people use them."""

import re
import uuid

import pytest

from branch_portal.permissions import Permission
from notices.models import Delivery, MessagePreference, RobotAddress
from tests.notices.factories import NOON, at, plan, robot, send

pytestmark = pytest.mark.django_db
LIST = "/notices/robots/"


def form(web, **values):
    return {
        "submission_key": str(uuid.uuid4()),
        "kind": "dingtalk",
        "name": "支部党员群",
        "url": web.robot("verysecretkey", "dingtalk"),
        "secret": "SECtopsecret",
        "which": "all",
    } | values


def test_a_secretary_adds_tries_and_switches_off(world, as_user, web):
    client = as_user(world.secretary_a)
    answer = client.post(f"{LIST}new/", form(web), follow=True)
    added = RobotAddress.objects.get()
    assert (added.organization, added.created_by, added.rule_keys) == (world.branch_a, world.secretary_a, [])
    page = answer.content.decode()
    assert "地址末四位 tkey" in page
    for path in (f"{LIST}{added.uid}/", LIST):
        assert not re.search("verysecret|topsecret", client.get(path).content.decode())
    answer = client.post(f"{LIST}{added.uid}/try/", follow=True)
    assert "测试消息一分钟内发出" in answer.content.decode()
    assert web.posts == []  # the web calls nobody
    assert Delivery.objects.get().status == "pending"
    client.post(f"{LIST}{added.uid}/off/")
    assert Delivery.objects.get().status == "suppressed"
    assert "已停用" in client.get(LIST).content.decode()
    client.post(f"{LIST}{added.uid}/on/")
    added.refresh_from_db()
    assert added.enabled


def test_a_double_click_adds_one(world, as_user, web):
    client, data = as_user(world.secretary_a), form(web)
    assert {client.post(f"{LIST}new/", data).url for _ in range(2)} == {
        f"{LIST}{RobotAddress.objects.get().uid}/"
    }


def test_staff_choose_where(world, as_user, web):
    client = as_user(world.staff)
    page = client.get(f"{LIST}new/").content.decode()
    assert (
        "清源镇党委" in page
        and "镇机关党支部" in page
        and "东湖" not in page
        and "党小组</option>" not in page
    )
    client.post(f"{LIST}new/", form(web, organization=world.committee.uid.hex))
    assert RobotAddress.objects.get().organization == world.committee


def test_a_wrong_address_says_where_the_right_one_is_and_keeps_what_was_typed(world, as_user, web):
    wrong = "https://example.com/hook"
    page = as_user(world.secretary_a).post(f"{LIST}new/", form(web, url=wrong)).content.decode()
    assert "这不是钉钉群机器人的地址。请在钉钉群的机器人设置中整段复制" in page
    assert wrong in page and "支部党员群" in page
    assert RobotAddress.objects.count() == 0


def test_nothing_chosen_is_asked_for(world, as_user, web):
    page = as_user(world.secretary_a).post(f"{LIST}new/", form(web, which="chosen")).content.decode()
    assert "请至少勾选一种提醒" in page


def test_another_name_and_other_reminders(world, as_user, web):
    one = robot(world, web)
    data = {"name": "新群名", "which": "chosen", "rules": ["theme_day_next"], "url": web.robot("other")}
    as_user(world.staff).post(f"{LIST}{one.uid}/", data)
    changed = RobotAddress.objects.get()
    assert (changed.name, changed.rule_keys, changed.url) == ("新群名", ["theme_day_next"], one.url)


def test_the_page_says_what_failed_and_why(world, as_user, web):
    one = robot(world, web)
    client = as_user(world.secretary_a)
    client.post(f"{LIST}{one.uid}/try/")
    web.behave = "code:93000"
    send(Delivery.objects.get().next_at)
    for path in (LIST, f"{LIST}{one.uid}/"):
        assert "群机器人已被移除，或地址有误（93000）" in client.get(path).content.decode()


def test_lists_cost_the_same_however_many(world, as_user, web, django_assert_max_num_queries):
    for index in range(12):
        robot(world, web, f"g{index}")
    client = as_user(world.secretary_a)
    with django_assert_max_num_queries(14):
        assert client.get(LIST).content.decode().count("企业微信") >= 12


def test_the_permission_is_the_secretary_s_and_the_committee_s(world):
    assert [
        name
        for name in ("member_a", "cell_leader_a", "officer_a", "secretary_a", "staff", "superuser")
        if getattr(world, name).access.may(Permission.MANAGE_ROBOTS, world.branch_a)
        and not getattr(world, name).is_superuser
    ] == ["secretary_a", "staff"]


# --- 消息设置 ---


def test_one_s_own_wishes(world, as_user):
    client = as_user(world.member_a)
    page = client.get("/notices/settings/").content.decode()
    assert "me***@demo.example" in page and "member_a@" not in page
    client.post("/notices/settings/", {"email": "on", "groups": ["meetings", "roster"]})
    wish = MessagePreference.objects.get()
    assert (wish.user, wish.email, wish.daily) == (world.member_a, True, False)
    assert wish.muted == ["dealings", "duties", "others", "study"]
    page = client.get("/notices/settings/").content.decode()
    assert len(re.findall(r"checked", page)) == 3


def test_the_inbox_has_everything_whatever_is_muted(world, as_user):
    as_user(world.member_a).post("/notices/settings/", {})
    plan(world, anchor=NOON.replace(day=16))
    at(NOON)
    assert list(Delivery.objects.filter(recipient=world.member_a).values_list("channel", flat=True)) == [
        "inapp"
    ]
