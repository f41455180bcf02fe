"""The brakes on guessing: by name and network, by name, by network; and that nothing that checks a secret goes without one."""

import ast
import datetime
import secrets
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.rules.signin import write_token
from branch_portal.verification import new_code
from members.actions.account_links import make_link
from members.actions.account_state import unlock_account
from members.actions.errors import ActionRefused
from members.actions.secret_brake import OF_NETWORK, OF_PERSON
from members.actions.sign_in import (
    MAX_TRIES,
    NAME_TRIES,
    NETWORK_TRIES,
    count_failure,
    sign_in_waits,
    throttled_words,
)
from members.models import LoginAttempt, SecurityEvent
from members.rules.account_names import new_token
from tests.members.doors import NEXT_PASSWORD, PASSWORD, QUICK, phone_of, sign_in, signed_in_as, with_password
from tests.routes import routes
from tests.source import at, called_name, nodes, none, python_files, verdict

NOW = datetime.datetime(2026, 6, 1, 2, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = QUICK


def fail(username: str, ip: str, at_moment: datetime.datetime) -> int:
    """One wrong password; how many minutes the attempt had to wait instead, if it had."""
    minutes = sign_in_waits(username=username, ip=ip, now=at_moment).minutes
    if not minutes:
        count_failure(username=username, ip=ip, now=at_moment)
    return minutes


def test_a_name_is_stopped_whatever_the_network(world):
    waits = [fail("secretary_a", f"10.0.{number}.1", NOW + number * MINUTE) for number in range(NAME_TRIES)]
    assert waits == [0] * NAME_TRIES
    last = NOW + (NAME_TRIES - 1) * MINUTE
    assert fail("secretary_a", "10.9.9.9", last + MINUTE) == 14
    assert fail("SECRETARY_A ", "10.9.9.9", last + MINUTE) == 14, "however it is written"
    assert fail("secretary_b", "10.9.9.9", last + MINUTE) == 0
    assert fail("secretary_a", "10.9.9.8", last + 15 * MINUTE) == 0


def test_thirty_failures_in_more_than_an_hour_stop_nobody(world):
    assert [fail("secretary_a", f"10.0.{n}.1", NOW + n * 3 * MINUTE) for n in range(60)] == [0] * 60


def test_a_network_is_stopped_whatever_the_names(world):
    for number in range(NETWORK_TRIES):
        assert fail(f"name{number}", "10.0.0.1", NOW) == 0
    assert fail("secretary_a", "10.0.0.1", NOW + MINUTE) == 14
    assert fail("secretary_a", "10.0.0.2", NOW + MINUTE) == 0
    assert fail("secretary_a", "10.0.0.1", NOW + 15 * MINUTE) == 0


def test_the_own_machine_is_kept_out_by_nobody_else(world):
    """Strangers stop the name, a neighbour the network; the browser that knows the account goes by its own count."""
    owner, stranger = sign_in(with_password(world.secretary_a)), Client(REMOTE_ADDR="10.5.5.5")
    owner.post("/accounts/logout/")
    now = timezone.now()
    for number in range(NAME_TRIES):
        fail("secretary_a", f"10.0.{number}.1", now)
    for number in range(NETWORK_TRIES):
        count_failure(username=f"name{number}", ip="127.0.0.1", now=now)
    assert signed_in_as(sign_in(world.secretary_a, client=stranger)) is None
    assert signed_in_as(sign_in(world.secretary_a, client=Client())) is None, "a browser like any other"
    assert signed_in_as(sign_in(world.secretary_a, client=owner)) == str(world.secretary_a.pk)


def test_the_own_machine_has_its_own_brake_and_only_for_its_own_name(world):
    owner = sign_in(with_password(world.secretary_a))
    owner.post("/accounts/logout/")
    wrong = {"username": "secretary_a", "password": "wrong"}
    assert [owner.post(LOGIN, wrong).status_code for _ in range(MAX_TRIES + 1)] == [200] * MAX_TRIES + [429]
    assert signed_in_as(sign_in(world.secretary_a)) == str(world.secretary_a.pk), "nobody else waits for it"
    with_password(world.secretary_b)
    for number in range(NAME_TRIES):
        fail("secretary_b", f"10.0.{number}.1", timezone.now())
    assert signed_in_as(sign_in(world.secretary_b, client=owner)) is None, "it knows no other account"


def test_a_cookie_that_is_made_up_or_another_s_makes_no_known_device(world):
    owner = sign_in(with_password(world.secretary_a))
    token = owner.cookies["device"].value
    for forged in ("x" * 32, token[:-1] + ("a" if token[-1] != "a" else "b"), "", "\0"):
        stranger = Client()
        stranger.cookies["device"] = forged
        for number in range(NAME_TRIES):
            fail("secretary_a", f"10.0.{number}.1", timezone.now())
        assert signed_in_as(sign_in(world.secretary_a, client=stranger)) is None


def test_a_link_opens_what_strangers_have_stopped(world):
    slip = make_link(by=world.staff, user=world.secretary_a)
    for number in range(NAME_TRIES):
        fail("secretary_a", f"10.0.{number}.1", timezone.now())
    client = Client()
    form = {"password1": NEXT_PASSWORD, "password2": NEXT_PASSWORD}
    client.post(f"/accounts/link/{slip.token}/", form)
    assert signed_in_as(client) == str(world.secretary_a.pk)
    assert signed_in_as(sign_in(world.secretary_a, NEXT_PASSWORD)) == str(world.secretary_a.pk), (
        "also elsewhere"
    )


def test_ten_of_one_name_from_one_network_wait_a_quarter_of_an_hour(world):
    assert [fail("secretary_a", "10.0.0.1", NOW) for _ in range(MAX_TRIES)] == [0] * MAX_TRIES
    assert fail("secretary_a", "10.0.0.1", NOW + 14 * MINUTE) == 1
    assert fail("secretary_a", "10.0.0.1", NOW + 15 * MINUTE) == 0


def test_the_words_say_how_long_and_whom_to_ask(world):
    client = Client()
    for _ in range(MAX_TRIES):
        client.post(LOGIN, {"username": "secretary_a", "password": "wrong"})
    with time_machine.travel(timezone.now() + 5 * MINUTE):
        answer = client.post(LOGIN, {"username": "secretary_a", "password": PASSWORD})
    (words,) = answer.context["form"].non_field_errors()
    assert words == throttled_words(10) and "10 分钟" in words and "组织委员" in words
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    client.post(LOGIN, {"username": "secretary_a", "password": PASSWORD})
    kinds = list(SecurityEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["sign_in_failed"] * MAX_TRIES + ["locked"], "a stop is written down once"


def test_names_that_exist_and_names_that_do_not_get_the_same_answer(world):
    bodies, rows = [], []
    for name in ("secretary_a", "nobody_here"):
        client = Client()
        answers = []
        for _ in range(MAX_TRIES + 1):
            answer = client.post(LOGIN, {"username": name, "password": "wrong"})
            answers.append((answer.status_code, answer.context["form"].errors.as_json()))
        bodies.append(answers)
        rows.append(LoginAttempt.objects.count())
    assert bodies[0] == bodies[1]
    assert rows == [3, 5], "name and network, name; the network is the same"


def test_the_committee_unlocks_and_that_is_written_down(world):
    with_password(world.secretary_a)
    client = Client()
    for _ in range(MAX_TRIES + 1):
        client.post(LOGIN, {"username": "secretary_a", "password": "wrong"})
    assert signed_in_as(sign_in(world.secretary_a)) is None
    unlock_account(by=world.staff, user=world.secretary_a, reason="本人多次输错")
    assert signed_in_as(sign_in(world.secretary_a)) == str(world.secretary_a.pk)
    with pytest.raises(ActionRefused):
        unlock_account(by=world.staff, user=world.secretary_a, reason="本人多次输错")
    event = SecurityEvent.objects.get(kind="unlocked")
    assert (event.user_id, event.by_id, event.detail) == (
        world.secretary_a.pk,
        world.staff.pk,
        "本人多次输错",
    )


# --- Every secret has its brake ---


def _wrong(what: str, world) -> tuple[Client, str, dict | None]:
    """Who sends a wrong secret where; None for a GET."""
    password = {"old_password": "wrong", "password1": "x", "password2": "x"}
    if what == "login":
        return Client(), LOGIN, {"username": "secretary_a", "password": "wrong"}
    if what == "account link":
        return Client(), f"/accounts/link/{new_token()}/", None
    if what == "first administrator":
        return Client(), f"/accounts/first-admin/{'x' * 43}/", None
    if what == "verification code":
        return Client(), reverse("verify:code", args=[new_code(secrets.choice)]), None
    if what == "calendar address":
        return Client(), reverse("feed", args=[secrets.token_urlsafe(32)]), None
    client = sign_in(with_password(world.secretary_a))
    if what == "sign-in code":
        token = write_token(b"another key than ours, of 32 byte", uuid.uuid4(), timezone.now())
        return client, reverse("activities:sign-in", args=[token]), None
    if what == "second step":
        phone_of(world.secretary_a)
        return sign_in(world.secretary_a), "/accounts/second-step/", {"code": "000000"}
    return (
        client,
        {"password form": "/accounts/password/", "fresh": "/accounts/fresh/"}[what],
        (password if what == "password form" else {"next": "/", "fresh_password": "wrong"}),
    )


#: What machines show gets one answer for everything (`tests/test_sensitive_routes.py`).
@pytest.mark.parametrize(
    "what", ["login", *OF_PERSON, *(name for name in OF_NETWORK if name != "metrics token")]
)
def test_after_ten_wrong_ones_the_eleventh_waits(world, what):
    client, url, form = _wrong(what, world)

    def send() -> int:
        return (client.get(url) if form is None else client.post(url, form)).status_code

    statuses = [send() for _ in range(MAX_TRIES)]
    assert 429 not in statuses
    assert send() == 429


#: Addresses that carry a secret, and what counts the wrong ones.
SECRET_IN_THE_ADDRESS = {
    "accounts:link": "account link",
    "accounts:first-admin": "first administrator",
    "activities:sign-in": "sign-in code",
    "verify:code": "verification code",
    "feed": "calendar address",
}
#: Where a secret is compared, and whose brake stands before it.
SECRETS_ARE_CHECKED_IN = {
    "members/forms/accounts.py": "password form; the door itself",
    "members/forms/sign_in.py": "second step, fresh",
    "members/actions/passwords.py": "the owner's earlier passwords, after the present one was right",
    "members/views/security.py": "second step: the first code of a phone, braked by its form",
    "members/views/account_links.py": "account link",
    "members/views/accounts.py": "first administrator",
    "members/actions/account_links.py": "account link",
    "members/actions/two_step.py": "second step",
    "members/actions/accounts.py": "first administrator",
}
CHECKS = {
    "check_password", "authenticate", "pass_second_step", "step_of", "find_link", "use_link", "turn_on",
    "was_a_link", "first_admin_link", "create_first_admin",
}  # fmt: skip


def test_every_address_with_a_secret_is_known():
    carrying = {
        route.key
        for route in routes()
        if any(f":{part}>" in route.pattern for part in ("token", "code", "secret", "password"))
    }
    assert carrying == set(SECRET_IN_THE_ADDRESS)
    assert set(SECRET_IN_THE_ADDRESS.values()) <= {*OF_PERSON, *OF_NETWORK}


def test_every_place_that_checks_a_secret_is_known():
    findings = [
        at(path, node.lineno, f"checks a secret: {called_name(node)}()")
        for path, node in nodes(python_files(), ast.Call)
        if called_name(node) in CHECKS
    ]
    none(verdict(findings, SECRETS_ARE_CHECKED_IN))
