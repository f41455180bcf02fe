"""Password rules by profile, and when a password has to go."""

import base64
import datetime
import hashlib

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from members.actions.accounts import create_user, reset_password
from members.actions.passwords import set_password
from members.hashers import PBKDF2SM3PasswordHasher
from members.models import PasswordRecord, User
from members.rules.passwords import common_core, kinds_of, own_words_in
from tests.members.doors import NEXT_PASSWORD, PASSWORD, QUICK, sign_in


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = QUICK


def refusal(password: str, user=None) -> str:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    ("password", "djbh", "asvs"),
    [
        ("Ab3-efgh9", "至少需要 10 位", "至少需要 12 位"),
        ("abcdefghjkmnp", "三种", ""),
        ("lantern-orchard-lake", "三种", ""),
        ("河畔的旧灯笼挂在第三棵树上", "三种", ""),
        ("Lantern-Orchard-7", "", ""),
        ("河畔-Lantern-77", "", ""),
        ("Aaaaaaaaaaa1!", "重复的字符太多", "重复的字符太多"),
        ("Password2026!", "太常见", "太常见"),
        ("Qwertyuiop123!", "太常见", "太常见"),
        ("Woaini-1314-520", "太常见", "太常见"),
        ("Secretary_A-2026", "不能含有用户名", "不能含有用户名"),
        ("安国强-Lantern-7", "不能含有用户名", "不能含有用户名"),
        ("Dangzhibu-2026-x", "党支部", "党支部"),
        ("清源镇党委-Xy-2026", "党组织名称", "党组织名称"),
        ("Qingyuanzhendangwei-9", "党组织名称", "党组织名称"),
        ("x" * 20 + "-Lantern-Orchard-Lake-77-" + "y" * 60, "", ""),
    ],
)
def test_the_rules_of_each_profile(world, settings, password, djbh, asvs):
    user = world.secretary_a
    user.display_name = "安国强"
    for name, words in (("djbh", djbh), ("asvs", asvs)):
        settings.PASSWORD_PROFILE = name
        found = refusal(password, user)
        assert (words in found) if words else found == "", (name, found)


def test_the_last_five_do_not_come_back(world, settings):
    user, names = world.member_a, [f"河畔-Lantern-7{number}" for number in range(7)]
    for name in names[:6]:
        set_password(by=user, user=user, password=name)
    assert PasswordRecord.objects.filter(user=user).count() == 5
    assert "最近用过" in refusal(names[1], user) and "最近用过" in refusal(names[5], user)
    assert refusal(names[0], user) == refusal(names[6], user) == ""
    settings.PASSWORD_PROFILE = "asvs"
    assert refusal(names[5], user) == ""


@given(st.text(max_size=40))
def test_no_text_breaks_the_rules(text):
    assert 0 <= kinds_of(text) <= 4
    assert own_words_in(text, [text]) in (True, False)
    assert common_core(text) in (True, False)


def test_a_password_that_another_knows_is_changed_first(world):
    user, given_password = create_user(by=world.superuser, username="deputy", display_name="代理")
    client = sign_in(user, given_password)
    assert client.get("/").url == client.get("/notices/").url == "/accounts/password/"
    assert "别人设置" in client.get("/accounts/password/").content.decode()
    form = {"old_password": given_password, "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/password/", form).url == "/"
    assert client.get("/").status_code == 200
    again = reset_password(by=world.superuser, user=user)
    assert sign_in(user, again).get("/").url == "/accounts/password/"
    assert sign_in(User.objects.get(pk=user.pk), PASSWORD).get("/").status_code == 302, "the old one is gone"


@pytest.mark.parametrize(
    ("persona", "profile", "goes"),
    [
        ("staff", "djbh", True),
        ("superuser", "djbh", True),
        ("secretary_a", "djbh", False),
        ("staff", "asvs", False),
    ],
)
def test_after_ninety_days_staff_choose_a_new_one(world, settings, persona, profile, goes):
    settings.PASSWORD_PROFILE = profile
    user = getattr(world, persona)
    set_password(by=user, user=user, password=PASSWORD)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=89)):
        assert sign_in(user).get("/").status_code == 200
    with time_machine.travel(timezone.now() + datetime.timedelta(days=90, minutes=1)):
        client = sign_in(user)
        assert (client.get("/").status_code == 302) is goes
        if goes:
            form = {"old_password": PASSWORD, "password1": NEXT_PASSWORD, "password2": NEXT_PASSWORD}
            client.post("/accounts/password/", form)
            assert client.get("/").status_code == 200


def test_a_portal_under_national_algorithms_hashes_with_sm3_and_knows_the_old_ones(
    world, settings, monkeypatch
):
    monkeypatch.setattr(PBKDF2SM3PasswordHasher, "iterations", 1000)
    user = world.member_a
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    user.set_password("河畔-Lantern-77")
    user.save()
    settings.PASSWORD_HASHERS = [
        "members.hashers.PBKDF2SM3PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    assert user.password.startswith("pbkdf2_sha256$") and not user.check_password("falsch")
    assert user.check_password("河畔-Lantern-77")
    assert user.password.startswith("pbkdf2_sm3$1000$"), "made anew by the right password"
    assert user.check_password("河畔-Lantern-77") and not user.check_password("河畔-Lantern-78")
    salt, encoded = user.password.split("$")[2:]
    known = hashlib.pbkdf2_hmac("sm3", "河畔-Lantern-77".encode(), salt.encode(), 1000)
    assert base64.b64decode(encoded) == known
