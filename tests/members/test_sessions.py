"""Where an account is signed in: how long that lasts, what it costs, how it is seen and how it ends."""

import datetime
import threading

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from branch_portal.retention import apply_short_rules
from members.actions.account_state import disable_account
from members.actions.accounts import change_grant, grant_role, reset_password
from members.actions.delegation import delegate, end_delegation
from members.actions.posts import end_tenure
from members.actions.sessions import touch
from members.models import SecurityEvent, SignInSession, User
from members.rules.devices import device_words, masked_network
from members.rules.sessions import ABSOLUTE, IDLE, TOUCH
from tests.members.doors import NEXT_PASSWORD, PASSWORD, QUICK, sign_in, signed_in_as, with_password
from tests.personas import build_world

SECOND = datetime.timedelta(seconds=1)
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0"
WECHAT = "Mozilla/5.0 (Linux; Android 13; V2046A) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.47"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = QUICK


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (EDGE, "Windows 电脑 · Edge"),
        (WECHAT, "安卓手机 · 微信"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1",
            "iPhone · Safari",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; UOS) Chrome/100 Safari/537.36", "统信电脑 · Chrome"),
        ("", "其他设备"),
        ("curl/8.0", "其他设备"),
    ],
)
def test_devices_in_words_that_their_owner_knows(agent, words):
    assert device_words(agent) == words


@pytest.mark.parametrize(
    ("ip", "shown"),
    [
        ("10.23.4.5", "10.23.*.*"),
        ("::ffff:10.23.4.5", "10.23.*.*"),
        ("2001:db8:1:2::3", "2001:0db8:0001:*"),
        ("", ""),
    ],
)
def test_networks_are_shown_by_half(ip, shown):
    assert masked_network(ip) == shown


# --- How long it lasts ---


@pytest.mark.parametrize(
    ("persona", "group"), [("staff", 0), ("superuser", 0), ("secretary_a", 1), ("member_a", 1)]
)
def test_idle_and_old_sign_ins_end(world, as_user, persona, group):
    start = timezone.now()
    idle, absolute = IDLE[group], ABSOLUTE[group]
    client = as_user(getattr(world, persona))
    assert client.get("/").status_code == 200
    with time_machine.travel(start + idle - 5 * SECOND, tick=False):
        assert client.get("/").status_code == 200
    with time_machine.travel(start + 2 * idle, tick=False):
        answer = client.get("/", follow=True)
        assert answer.redirect_chain[0][0].startswith("/accounts/login/")
        assert "没有操作" in answer.content.decode()
    client = as_user(getattr(world, persona))
    moment = start
    while (moment := moment + idle / 2) < start + absolute - 5 * SECOND:
        with time_machine.travel(moment, tick=False):
            assert client.get("/accounts/password/").status_code == 200
    with time_machine.travel(start + absolute + 60 * SECOND, tick=False):
        assert client.get("/").status_code == 302


def test_seen_is_written_once_a_minute(world, as_user):
    start = timezone.now()
    client = as_user(world.member_a)
    with time_machine.travel(start + TOUCH - 5 * SECOND, tick=False):
        client.get("/accounts/password/")
        assert SignInSession.objects.get().last_seen_at < start + SECOND
    moment = start + TOUCH + 5 * SECOND
    with time_machine.travel(moment, tick=False):
        client.get("/accounts/password/")
        assert SignInSession.objects.get().last_seen_at == moment


def test_it_costs_a_page_nothing_but_the_minute_s_note(world, as_user):
    """Session, user, grants, posts, the frame: as many statements as Django's own store needs."""
    start = timezone.now()
    client = as_user(world.member_a)

    def statements() -> list[str]:
        connection.force_debug_cursor = True
        connection.queries_log.clear()
        try:
            client.get("/accounts/password/")
            return [query["sql"] for query in connection.queries]
        finally:
            connection.force_debug_cursor = False

    first = statements()
    assert sum("members_signinsession" in sql for sql in first) == 1
    assert not any(
        table in sql
        for sql in first
        for table in ("members_totpdevice", "members_passwordrecord", "securityevent")
    )
    with time_machine.travel(start + TOUCH + SECOND, tick=False):
        later = statements()
    (note,) = [sql for sql in later if sql.startswith("UPDATE")]
    assert "members_signinsession" in note
    assert len(later) == len(first) + 1


def test_a_request_never_waits_for_another_one_of_the_same_session(committed_db):
    world = build_world()
    client = Client()
    client.force_login(world.member_a)
    key, later = client.session.session_key, timezone.now() + 2 * TOUCH
    done: list[float] = []

    def other() -> None:
        try:
            with transaction.atomic():
                touch(key, later)
            done.append(1)
        finally:
            connection.close()

    with transaction.atomic():
        touch(key, later)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(2)
        assert done == [1], "the row is held, and the other one went on"
    assert SignInSession.objects.get(session_key=key).last_seen_at == later


# --- Seen and ended by the owner ---


def test_the_owner_sees_and_ends_own_sign_ins_only(world):
    with_password(world.member_a)
    here = sign_in(world.member_a, headers={"user-agent": EDGE})
    phone = sign_in(world.member_a, headers={"user-agent": WECHAT})
    page = here.get("/accounts/security/").content.decode()
    assert "Windows 电脑 · Edge（本机）" in page and "安卓手机 · 微信" in page and "127.0.*.*" in page
    assert here.session.session_key not in page
    of_phone = SignInSession.objects.get(session_key=phone.session.session_key)
    other = sign_in(with_password(world.member_b))
    assert other.post(f"/accounts/security/sessions/{of_phone.uid}/end/").status_code == 404
    assert here.post(f"/accounts/security/sessions/{of_phone.uid}/end/").status_code == 302
    assert phone.get("/").status_code == 302
    assert (here.get("/").status_code, other.get("/").status_code) == (200, 200)


def test_all_others_at_once(world):
    with_password(world.member_a)
    clients = [sign_in(world.member_a) for _ in range(3)]
    assert clients[0].post("/accounts/security/sessions/end/").status_code == 302
    assert [client.get("/").status_code for client in clients] == [200, 302, 302]


def test_what_happened_is_shown_to_the_owner(world):
    with_password(world.member_a)
    Client().post("/accounts/login/", {"username": "member_a", "password": "wrong"})
    client = sign_in(world.member_a)
    page = client.get("/accounts/security/").content.decode()
    assert "登录未成功" in page and "本人" in page
    assert SecurityEvent.objects.filter(user_id=world.member_a.pk).count() == 2


def test_the_key_changes_at_each_door(world):
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    with_password(world.member_a)
    sign_in(world.member_a, client=client)
    assert client.session.session_key != planted
    assert not SignInSession.objects.filter(session_key=planted).exists()


def test_changing_the_password_ends_the_others(world):
    with_password(world.member_a)
    here, there = sign_in(world.member_a), sign_in(world.member_a)
    form = {"old_password": PASSWORD, "password1": NEXT_PASSWORD, "password2": NEXT_PASSWORD}
    assert here.post("/accounts/password/", form).url == "/"
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    assert SignInSession.objects.filter(user=world.member_a).count() == 1


# --- Ended with the rights ---


def ended(client: Client) -> bool:
    return client.get("/").status_code == 302


def test_disabling_ends_at_once(world, as_user):
    client = as_user(world.member_a)
    disable_account(by=world.staff, user=world.member_a, reason="长期未用")
    assert ended(client)
    assert signed_in_as(sign_in(with_password(User.objects.get(pk=world.member_a.pk)))) is None


def test_a_reset_by_the_administrator_ends_them(world, as_user):
    client = as_user(world.member_a)
    reset_password(by=world.superuser, user=world.member_a)
    assert ended(client)


def test_other_rights_mean_another_sign_in(world, as_user):
    today = timezone.localdate()
    client = as_user(world.member_a)
    grant = grant_role(
        by=world.superuser,
        user=world.member_a,
        role="branch_officer",
        organization=world.branch_a,
        valid_from=today,
    )
    assert ended(client)
    client = as_user(world.member_a)
    change_grant(by=world.superuser, grant=grant, valid_to=today, reason="提前结束")
    assert ended(client)
    lent = delegate(
        by=world.secretary_a,
        user=world.member_a,
        role="cell_leader",
        organization=world.branch_a,
        valid_from=today,
        valid_to=today,
        reason="临时帮忙",
    )
    client = as_user(world.member_a)
    end_delegation(by=world.secretary_a, grant=lent, reason="已经回来")
    assert ended(client)
    client, hand = as_user(world.officer_a), as_user(world.secretary_a)
    post = world.officer_a.member.tenures.get()
    end_tenure(by=world.secretary_a, tenure=post, on=today)
    assert ended(client)
    assert not ended(hand)


def test_what_is_over_is_not_listed_and_goes_in_the_end(world, as_user):
    start = timezone.now()
    as_user(world.member_a)
    with time_machine.travel(start + IDLE[1] + 60 * SECOND):
        client = as_user(world.member_a)
        assert len(client.get("/accounts/security/").context["sessions"]) == 1
        assert apply_short_rules()["sessions"] == 0
    with time_machine.travel(start + ABSOLUTE[1] + 60 * SECOND):
        assert apply_short_rules()["sessions"] == 1
