"""两步验证: staff reach nothing without it, a code works once and for ninety seconds, and a lost phone has its way out."""

import datetime
import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from members.actions.sign_in import MAX_TRIES
from members.actions.two_step import pass_second_step, turn_off, turn_on
from members.models import RecoveryCode, SecurityEvent, TotpDevice, User
from members.rules.one_time_codes import new_secret, step_of
from members.rules.sessions import FRESH, SECOND_STEP
from notices.models import ReminderSlot
from tests.members.doors import PASSWORD, QUICK, code_at, phone_of, sign_in, signed_in_as, with_password

STEP = "/accounts/second-step/"
TOTP = "/accounts/totp/"
MOMENT = datetime.datetime(2026, 6, 1, 2, 0, 15, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def demanded(settings):
    settings.PASSWORD_HASHERS = QUICK
    settings.PORTAL_STAFF_TOTP = settings.PORTAL_FRESH_SIGN_IN = True


@pytest.mark.parametrize(("seconds", "good"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_one_step_of_tolerance_and_no_more(seconds, good):
    secret = new_secret()
    typed = code_at(secret, MOMENT + datetime.timedelta(seconds=seconds))
    assert (step_of(secret, typed, MOMENT) is not None) is good


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34 5"])
def test_what_is_no_code_is_none(typed):
    assert step_of(new_secret(), typed, MOMENT) is None


def test_staff_reach_nothing_before_they_have_it(world):
    client = sign_in(with_password(world.staff))
    for path in ("/", "/admin/", "/members/", "/admin/accounts/", "/notices/", "/accounts/security/"):
        assert client.get(path).url == STEP, path
    assert client.get(STEP).url == TOTP
    assert client.get("/accounts/password/").status_code == 200
    assert client.post("/accounts/logout/").url == "/accounts/login/"
    assert sign_in(with_password(world.secretary_a)).get("/").status_code == 200, "members choose"


def test_turning_it_on_with_the_phone_s_first_code(world):
    client = sign_in(with_password(world.staff))
    page = client.get(TOTP)
    secret, offered = page.context["form"].secret, page.context["form"].initial["offered"]
    assert page.context["picture"].startswith("data:image/svg+xml")
    wrong = client.post(TOTP, {"code": "000000", "offered": offered})
    assert wrong.context["form"].secret == secret, "the picture that was scanned stays"
    assert not TotpDevice.objects.exists()
    done = client.post(TOTP, {"code": code_at(secret), "offered": offered}).content.decode()
    codes = re.findall(r"<code>([a-z0-9-]{11})</code>", done)
    assert len(codes) == RecoveryCode.objects.filter(user=world.staff).count() == 10
    assert client.get("/admin/").status_code == 200
    device = TotpDevice.objects.get()
    assert device.secret == secret
    sealed = TotpDevice.objects.filter(pk=device.pk).values_list("secret", flat=True)[0]
    assert secret.encode() not in bytes(sealed)


def test_another_one_s_offered_secret_is_refused(world):
    client = sign_in(with_password(world.staff))
    other = sign_in(with_password(world.superuser)).get(TOTP).context["form"]
    answer = client.post(TOTP, {"code": code_at(other.secret), "offered": other.initial["offered"]})
    assert "offered" in answer.context["form"].errors
    assert not TotpDevice.objects.exists()


def test_password_then_code(world):
    secret, _ = phone_of(with_password(world.staff))
    client = Client()
    answer = client.post(
        "/accounts/login/", {"username": "staff", "password": PASSWORD, "next": "/admin/accounts/"}
    )
    assert answer.url == STEP
    assert signed_in_as(client) is None
    assert client.get("/").url.startswith("/accounts/login/"), "half signed in is nobody"
    before = client.session.session_key
    assert client.post(STEP, {"code": "000000"}).context["form"].errors
    assert client.post(STEP, {"code": code_at(secret)}).url == "/admin/accounts/"
    assert client.session.session_key != before
    assert client.get("/admin/accounts/").status_code == 200


def test_a_code_is_used_once_also_in_another_browser(world):
    secret, _ = phone_of(with_password(world.staff))
    code = code_at(secret)
    first, second = sign_in(world.staff), sign_in(world.staff)
    assert first.post(STEP, {"code": code}).status_code == 302
    assert second.post(STEP, {"code": code}).status_code == 200
    assert signed_in_as(second) is None


def test_the_way_from_password_to_code_takes_five_minutes_at_most(world):
    secret, _ = phone_of(with_password(world.staff))
    client = sign_in(world.staff)
    with time_machine.travel(timezone.now() + SECOND_STEP + datetime.timedelta(seconds=1)):
        assert client.post(STEP, {"code": code_at(secret)}).url == "/accounts/login/"


def test_a_changed_password_ends_the_wait_for_the_code(world):
    secret, _ = phone_of(with_password(world.staff))
    client = sign_in(world.staff)
    with_password(world.staff, "别的-Password-99")
    assert client.post(STEP, {"code": code_at(secret)}).url == "/accounts/login/"


def test_a_recovery_code_stands_in_for_the_phone_once(world):
    _, codes = phone_of(with_password(world.staff))
    first, second = sign_in(world.staff), sign_in(world.staff)
    assert first.post(STEP, {"code": codes[3].upper()}).status_code == 302
    assert second.post(STEP, {"code": codes[3]}).status_code == 200
    assert not pass_second_step(by=world.secretary_a, typed=codes[4]), "they are the owner's"
    assert SecurityEvent.objects.filter(kind="recovery_used", user_id=world.staff.pk).count() == 1


def test_ten_wrong_codes_wait(world):
    secret, _ = phone_of(with_password(world.staff))
    client = sign_in(world.staff)
    for _ in range(MAX_TRIES):
        assert client.post(STEP, {"code": "000000"}).status_code == 200
    assert client.post(STEP, {"code": code_at(secret)}).status_code == 429


def test_a_new_phone_voids_the_old_one_and_its_codes(world):
    old, codes = phone_of(world.staff)
    new = new_secret()
    turn_on(by=world.staff, secret=new, typed=code_at(new), keep_session="")
    assert not pass_second_step(by=world.staff, typed=code_at(old))
    assert not pass_second_step(by=world.staff, typed=codes[0])


def test_turned_off_for_a_lost_phone_the_owner_is_told(world, as_user):
    phone_of(world.secretary_a)
    client = as_user(world.secretary_a)
    turn_off(by=world.staff, user=world.secretary_a, reason="手机丢失，已当面核实")
    assert not TotpDevice.objects.exists() and not RecoveryCode.objects.exists()
    assert client.get("/").status_code == 302
    slot = ReminderSlot.objects.get(title="您的账号已关闭两步验证")
    assert slot.audience == {"kind": "accounts", "ids": [world.secretary_a.pk]}
    event = SecurityEvent.objects.get(kind="totp_off")
    assert (event.by_id, event.detail) == (world.staff.pk, "手机丢失，已当面核实")


def test_staff_may_not_turn_it_off_and_members_may(world):
    for person, kept in ((world.staff, True), (world.secretary_a, False)):
        secret, _ = phone_of(with_password(person))
        client = sign_in(person)
        client.post(STEP, {"code": code_at(secret)})
        client.post("/accounts/totp/off/")
        assert TotpDevice.objects.filter(user=person).exists() is kept


# --- Asked again ---


def reveal(world) -> str:
    return f"/members/{world.members_a[5].uid}/reveal/mobile/"


def test_what_is_sensitive_asks_again_after_five_minutes(world):
    client = sign_in(with_password(world.secretary_a))
    assert client.get(reveal(world)).status_code == 200
    with time_machine.travel(timezone.now() + FRESH + datetime.timedelta(seconds=1)):
        asked = client.get(reveal(world))
        assert asked.url.startswith("/accounts/fresh/?next=")
        assert client.get("/members/").status_code == 200, "the rest goes on"
        assert client.post(asked.url, {"next": reveal(world), "fresh_password": "wrong"}).status_code == 200
        assert client.post(asked.url, {"next": reveal(world), "fresh_password": PASSWORD}).url == reveal(
            world
        )
        assert client.get(reveal(world)).status_code == 200


def test_a_form_sent_too_late_is_kept_and_sent_on(world):
    client = sign_in(with_password(world.secretary_a))
    form = {"reason": "核对联系方式，电话通知"}
    with time_machine.travel(timezone.now() + FRESH + datetime.timedelta(seconds=1)):
        asked = client.post(reveal(world), form)
        assert ("reason", form["reason"]) in asked.context["kept"]
        assert world.members_a[5].mobile not in asked.content.decode()
        wrong = client.post(reveal(world), form | {"fresh_password": "wrong"})
        assert wrong.status_code == 403 and ("reason", form["reason"]) in wrong.context["kept"]
        done = client.post(reveal(world), form | {"fresh_password": PASSWORD})
        assert world.members_a[5].mobile in done.content.decode()


def test_a_fragment_sends_the_whole_page_to_ask(world):
    client = sign_in(with_password(world.secretary_a))
    with time_machine.travel(timezone.now() + FRESH + datetime.timedelta(seconds=1)):
        answer = client.get(
            reveal(world),
            headers={
                "HX-Request": "true",
                "HX-Current-URL": f"http://testserver/members/{world.members_a[5].uid}/",
            },
        )
    assert (answer.status_code, answer["HX-Redirect"][:20]) == (204, "/accounts/fresh/?nex")


def test_the_code_is_asked_again_too_where_there_is_one(world):
    secret, _ = phone_of(with_password(world.staff))
    client = sign_in(world.staff)
    client.post(STEP, {"code": code_at(secret)})
    later = timezone.now() + FRESH + datetime.timedelta(minutes=1)
    with time_machine.travel(later):
        url = "/accounts/fresh/?next=/admin/accounts/open/"
        assert client.post(url, {"next": "/x/", "fresh_password": PASSWORD}).status_code == 200
        right = {"next": "//evil.example/", "fresh_password": PASSWORD, "fresh_code": code_at(secret)}
        assert client.post(url, right).url == "/", "and it leads nowhere else"


@pytest.mark.parametrize(
    ("persona", "path"),
    [
        ("secretary_a", "/members/export/"),
        ("secretary_a", "/members/delegations/new/"),
        ("secretary_a", "/accounts/totp/"),
        ("staff", "/admin/accounts/export/"),
        ("staff", "/admin/accounts/colleagues/new/"),
        ("superuser", "/admin/members/rolegrant/add/"),
        ("superuser", "/admin/members/user/add/"),
    ],
)
def test_these_ask_again(world, settings, persona, path):
    settings.PORTAL_STAFF_TOTP = False
    client = sign_in(with_password(getattr(world, persona)))
    with time_machine.travel(timezone.now() + FRESH + datetime.timedelta(seconds=1)):
        assert client.get(path).url.startswith("/accounts/fresh/")


def test_without_tls_nothing_of_it_is_asked(world, settings):
    settings.PORTAL_STAFF_TOTP = settings.PORTAL_FRESH_SIGN_IN = False
    client = sign_in(with_password(world.staff))
    assert client.get("/admin/").status_code == 200
    assert User.objects.get(pk=world.staff.pk).is_staff
