"""The doors: all of them listed, a token of one opened by no other, the owner told, and the same answer for every name."""

import ast
import itertools
import re
import statistics
import time

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.actions.account_links import find_link, make_link, use_link
from members.actions.accounts import create_first_admin, first_admin_link, make_first_admin_link, update_user
from members.actions.passwords import set_password
from members.actions.two_step import pass_second_step, turn_off
from members.models import KnownDevice, SecurityEvent
from notices.actions.feeds import feed_for_fetch, open_feed
from notices.models import ReminderSlot
from tests.members.doors import NEXT_PASSWORD, PASSWORD, QUICK, phone_of, sign_in, signed_in_as, with_password
from tests.source import at, called_name, nodes, none, python_files, verdict

LOGIN = "/accounts/login/"


@pytest.fixture
def quick(settings):
    settings.PASSWORD_HASHERS = QUICK


# --- Which doors there are (docs/accounts.md names the same) ---

SIGNS_IN = {
    "members/session_state.py": "`enter`: the one place that calls Django's `login()`",
    "members/views/accounts.py": "password without a second step; the first administrator's link",
    "members/views/account_links.py": "a link, where there is no second step",
    "members/views/second_step.py": "the code, or a recovery code, after password or link",
}


def test_every_way_in_is_known():
    findings = [
        at(path, node.lineno, f"signs somebody in: {called_name(node)}()")
        for path, node in nodes(python_files(), ast.Call)
        if called_name(node) in {"login", "enter", "force_login", "alogin"}
    ]
    none(verdict(findings, SIGNS_IN))


def test_every_salt_is_another():
    """What is signed for one purpose is nothing for another, because no two sign with the same salt."""
    salts: dict[str, set[str]] = {}
    for path, node in nodes(python_files(), ast.Assign):
        for target in node.targets:
            targets = target.elts if isinstance(target, ast.Tuple) else [target]
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for name, value in zip(targets, values, strict=False):
                named = isinstance(name, ast.Name) and name.id.endswith("_SALT")
                # Texts only: bytes and lengths are salts of sealing, not of signing.
                if named and isinstance(salt := ast.literal_eval(value), str):
                    salts.setdefault(salt, set()).add(f"{path}:{name.id}")
    assert len(salts) >= 3
    none([f"{salt}: {sorted(where)}" for salt, where in salts.items() if len(where) > 1])
    unnamed = [
        at(path, node.lineno, "signs without a salt of its own")
        for path, node in nodes(python_files(), ast.Call)
        if called_name(node)
        in {"dumps", "loads", "TimestampSigner", "Signer", "set_signed_cookie", "get_signed_cookie"}
        and "json" not in ast.unparse(node.func)
        and not any(keyword.arg == "salt" for keyword in node.keywords)
    ]
    none(unnamed)
    for one, other in itertools.permutations(salts, 2):
        with pytest.raises(signing.BadSignature):
            signing.loads(signing.dumps("x", salt=one), salt=other)


def test_a_token_of_one_door_opens_no_other(world, quick):
    """Every pair: link, first administrator, calendar, recovery code, session, device."""
    phone_of(world.secretary_a)
    _, codes = phone_of(world.staff)
    owner = sign_in(with_password(world.member_a))
    world.superuser.is_active = False
    world.superuser.save()
    tokens = {
        "link": make_link(by=world.staff, user=world.member_a).token,
        "first administrator": make_first_admin_link() or "",
        "calendar": open_feed(by=world.secretary_a, branch=world.branch_a),
        "recovery code": codes[0],
        "session": owner.cookies["sessionid"].value,
        "device": owner.cookies["device"].value,
    }
    now = timezone.now()
    doors = {
        "link": lambda token: find_link(token, now) is not None,
        "first administrator": lambda token: first_admin_link(token) is not None,
        "calendar": lambda token: feed_for_fetch(token=token) is not None,
        "recovery code": lambda token: pass_second_step(by=world.staff, typed=token),
        "session": lambda token: _with_cookie("sessionid", token) is not None,
        "device": lambda token: KnownDevice.objects.filter(token_hash=token).exists(),
    }
    for (purpose, token), (door, opens) in itertools.product(tokens.items(), doors.items()):
        assert opens(token) is (purpose == door and door != "device"), f"{purpose} at {door}"
    form = {"username": "x", "display_name": "x", "password": NEXT_PASSWORD}
    assert use_link(token=tokens["first administrator"], password=NEXT_PASSWORD) is None
    assert create_first_admin(token=tokens["link"], **form) is None


def _with_cookie(name: str, value: str):
    client = Client()
    client.cookies[name] = value
    return signed_in_as(client)


# --- The owner is told ---


def told(user) -> list[str]:
    slots = ReminderSlot.objects.filter(rule__key="account_changed").order_by("pk")
    return [slot.title for slot in slots if user.pk in slot.audience["ids"]]


def test_the_owner_is_told_of_every_change_to_what_guards_the_account(world, quick):
    user = world.member_a
    make_link(by=world.staff, user=user)
    set_password(by=user, user=user, password=NEXT_PASSWORD)
    update_user(
        by=world.superuser,
        user=user,
        display_name=user.display_name,
        email="new@demo.example",
        is_active=True,
    )
    update_user(by=world.superuser, user=user, display_name="改名", email="new@demo.example", is_active=True)
    phone_of(user)
    turn_off(by=user, user=user, reason="本人")
    use_link(token=make_link(by=world.staff, user=user).token, password=PASSWORD)
    link = "有人为您的账号生成了设置密码的链接"
    assert told(user) == [
        link, "您的密码已修改", "您的电子邮箱已修改", "您的账号已开启两步验证", "您的账号已关闭两步验证", link,
        "您的密码已用链接重新设置",
    ]  # fmt: skip
    slot = ReminderSlot.objects.filter(title=link).earliest("pk")
    assert "镇党委组织委员" in slot.body and "如不是您本人" in slot.body
    assert slot.audience == {"kind": "accounts", "ids": [user.pk]}


def test_a_sign_in_on_a_new_device_is_told_and_one_on_the_old_is_not(world, quick):
    user = with_password(world.member_a)
    first = sign_in(user)
    assert told(user) == [], "the first device is nothing to compare with"
    first.post("/accounts/logout/")
    sign_in(user, client=first)
    assert told(user) == []
    sign_in(user, client=Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Edg/120"}))
    assert told(user) == ["您的账号在一台新设备上登录"]
    assert "Windows 电脑" in ReminderSlot.objects.get(title="您的账号在一台新设备上登录").body
    assert SecurityEvent.objects.filter(kind="new_device", user_id=user.pk).count() == 1
    sign_in(with_password(world.member_b), client=first)
    assert told(world.member_b) == [], "one machine may serve several people"


def test_the_cookie_says_nothing_and_is_out_of_reach_of_scripts(world, quick):
    client = sign_in(with_password(world.member_a))
    cookie = client.cookies["device"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    token = cookie.value.split(":")[0]
    assert len(token) >= 32 and "member_a" not in cookie.value
    assert sign_in(with_password(world.member_a)).cookies["device"].value.split(":")[0] != token, (
        "drawn, not derived"
    )
    assert not KnownDevice.objects.filter(token_hash=token).exists(), "only the hash is kept"


# --- The same answer for names that exist and for others ---


def _body(username: str) -> tuple[int, bytes]:
    client = Client(enforce_csrf_checks=False)
    answer = client.post(LOGIN, {"username": username, "password": "wrong-Password-1"})
    text = answer.content.replace(username.encode(), b"NAME")
    return answer.status_code, _without_nonces(text)


def _without_nonces(body: bytes) -> bytes:
    return re.sub(rb'(csrfmiddlewaretoken" value="|csrf-token" content=")[A-Za-z0-9]+', rb"\1", body)


def test_known_unknown_and_closed_names_get_the_same_bytes(world, quick):
    world.member_b.is_active = False
    world.member_b.save()
    bodies = {name: _body(name) for name in ("member_a", "nobody_x", "member_b")}
    assert len(set(bodies.values())) == 1


@pytest.mark.long
def test_known_and_unknown_names_take_the_same_time(world):
    """With the real hash: a name that does not exist costs one as well. Work is counted, which a busy machine does not stretch."""
    with_password(world.member_a)

    def seconds(name: str) -> float:
        began = time.thread_time()
        Client(REMOTE_ADDR="10.1.1.1").post(LOGIN, {"username": name, "password": "wrong"})
        return time.thread_time() - began

    pairs = [(seconds("member_a"), seconds("nobody_x")) for _ in range(9)]
    known, unknown = (statistics.median(values) for values in zip(*pairs, strict=True))
    assert 0.75 < known / unknown < 1.33, (known, unknown)


# --- From where ---


def test_behind_the_proxy_each_network_has_its_own_tries(world, settings, quick):
    """And what the caller writes in front of the proxy's word changes nothing."""
    settings.PORTAL_BEHIND_PROXY = True

    def status(address: str) -> int:
        wrong = {"username": "member_a", "password": "wrong"}
        return (
            Client()
            .post(LOGIN, wrong, headers={"x-real-ip": address, "x-forwarded-for": "6.6.6.6"})
            .status_code
        )

    assert [status("10.1.1.1") for _ in range(11)] == [200] * 10 + [429]
    assert status("10.1.1.2") == 200
    assert [status(f"2001:db8:0:1::{n}") for n in range(11)] == [200] * 10 + [429], "IPv6 goes by its /64"
    assert status("2001:db8:0:2::1") == 200


def test_outside_the_allowed_networks_there_is_no_back_office(world, settings, as_user):
    settings.PORTAL_ADMIN_NETWORKS = ["10.20.0.0/16", "fd00::/8"]
    client = as_user(world.staff)
    pages = ["/admin/", "/admin/accounts/", reverse("supervision:audit"), "/admin/no-such-page/"]
    assert [client.get(page).status_code for page in pages] == [404] * 4
    assert Client().get("/admin/").status_code == 404, "nor for who has not signed in"
    assert client.get("/").status_code == 200
    for inside in ("10.20.3.4", "fd12::1"):
        assert client.get("/admin/", REMOTE_ADDR=inside).status_code == 200
