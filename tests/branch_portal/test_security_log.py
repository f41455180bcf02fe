"""Each kind of event at the doors, provoked as it happens: exactly one line with all its keys, and nothing of what was typed."""

import io

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from branch_portal.files import FileRefused, keep_file
from members.actions.security_events import record_event
from members.models import SecurityEvent
from tests.members.doors import PASSWORD, QUICK, code_at, phone_of, sign_in, with_password

KEYS = {"time", "level", "logger", "request", "user", "ip", "path", "message", "event", "result"}
ASK = {"content": "masked", "reason": "年报核对"}
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = QUICK


def one(log_lines, event: str) -> dict:
    """The only line of the event; with all keys of a security line, and from a request."""
    found = [line for line in log_lines.of("portal.security") if line["event"] == event]
    assert len(found) == 1, log_lines.events()
    [line] = found
    assert line.keys() >= KEYS
    assert line["request"] and line["ip"] == "127.0.0.1" and line["path"]
    return line


def test_signing_in_and_out(world, log_lines):
    user = with_password(world.secretary_a)
    client = sign_in(user)
    line = one(log_lines, "sign_in")
    assert (line["about"], line["by"], line["result"], line["level"]) == (user.pk, user.pk, "done", "INFO")
    client.post("/accounts/logout/")
    assert one(log_lines, "signed_out")["about"] == user.pk
    assert PASSWORD not in str(log_lines.raw)


def test_a_wrong_password(world, log_lines):
    user = with_password(world.secretary_a)
    sign_in(user, "wrong-Password-1")
    line = one(log_lines, "sign_in_failed")
    assert (line["about"], line["result"], line["level"]) == (user.pk, "failed", "WARNING")
    assert "sign_in" not in log_lines.events()
    assert "wrong-Password-1" not in str(log_lines.raw)


def test_an_unknown_name_is_not_written_down(world, log_lines):
    Client().post(LOGIN, {"username": "maybe-a-password", "password": "x"})
    assert "about" not in one(log_lines, "sign_in_failed")
    assert "maybe-a-password" not in str(log_lines.raw)


def test_the_second_step(world, log_lines):
    user = with_password(world.staff)
    secret, _ = phone_of(user)
    client = sign_in(user)
    log_lines.clear()
    client.post("/accounts/second-step/", {"code": "000000"})
    assert one(log_lines, "code_failed")["about"] == user.pk
    client.post("/accounts/second-step/", {"code": code_at(secret)})
    assert one(log_lines, "sign_in")["about"] == user.pk
    assert secret not in str(log_lines.raw)


def test_spent_tries(world, log_lines):
    user = with_password(world.secretary_a)
    client = Client()
    statuses = [
        client.post(LOGIN, {"username": user.username, "password": f"x{number}"}).status_code
        for number in range(11)
    ]
    assert statuses[-1] == 429
    assert log_lines.events().count("rate_limited") == statuses.count(429)
    assert log_lines.events().count("locked") == 1


def test_refused_rights(world, as_user, log_lines):
    client = as_user(world.member_a)
    log_lines.clear()
    assert client.get("/operations/").status_code == 403
    line = one(log_lines, "denied")
    assert (line["user"], line["result"], line["path"]) == (world.member_a.pk, "refused", "/operations/")


def test_a_form_without_its_token(world, log_lines):
    client = Client(enforce_csrf_checks=True)
    assert client.post(LOGIN, {"username": "x", "password": "y"}).status_code == 403
    one(log_lines, "csrf_failed")
    assert "denied" not in log_lines.events()


def test_a_request_that_is_none(world, client, log_lines):
    assert client.get(LOGIN, headers={"host": "evil.example"}).status_code == 400
    one(log_lines, "bad_request")


def test_a_revealed_item(world, as_user, log_lines):
    member = world.members_a[3]
    client = as_user(world.secretary_a)
    log_lines.clear()
    client.post(reverse("members:reveal", args=[member.uid, "mobile"]), {"reason": "办理介绍信"})
    line = one(log_lines, "reveal")
    assert (line["by"], line["count"]) == (world.secretary_a.pk, 1)
    assert "手机" in line["what"]
    assert "办理介绍信" not in str(log_lines.raw)


def test_an_export(world, as_user, log_lines):
    client = as_user(world.secretary_a)
    log_lines.clear()
    client.post(reverse("members:export"), ASK)
    line = one(log_lines, "export")
    assert line["by"] == world.secretary_a.pk and line["count"] > 1
    assert "年报核对" not in str(log_lines.raw)


def test_a_refused_upload(world, log_lines):
    with pytest.raises(FileRefused):
        keep_file(io.BytesIO(b"MZ" + bytes(100)), name="合影.jpg", folder="records")
    assert log_lines.events() == ["upload_refused"]
    assert "合影" not in str(log_lines.raw)


@pytest.mark.parametrize("kind", SecurityEvent.Kind.values)
def test_every_kind_of_row_has_its_line(world, log_lines, kind):
    with transaction.atomic():
        record_event(kind, user=world.member_a, by=world.superuser, detail="安国强的说明")
    assert SecurityEvent.objects.filter(kind=kind).count() == 1
    [line] = log_lines.of("portal.security")
    assert line.keys() >= KEYS
    assert (line["event"], line["about"], line["by"]) == (kind, world.member_a.pk, world.superuser.pk)
    assert "说明" not in str(log_lines.raw)
