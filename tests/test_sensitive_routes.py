"""The list of sensitive addresses is whole: found again from the URLconf and the code behind it, and kept to by the site."""

import uuid

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from branch_portal.sensitive_routes import (
    ASKED_AGAIN,
    ASKED_WHEN_SENT,
    CHECKS_A_SECRET,
    ID_LOOKUPS,
    LIMITS,
    PERSONAL_FILES,
    PLAIN_FILES,
    limit_for,
)
from members.actions.secret_brake import OF_NETWORK, OF_PERSON
from members.models import SecurityEvent
from members.rules.sessions import FRESH
from tests.members.doors import QUICK, sign_in, with_password
from tests.reach import names_reached
from tests.routes import filled, routes
from tests.source import none

#: What makes an answer a file.
MAKES_A_FILE = {
    "xlsx_response", "docx_response", "file_response", "content_disposition_header", "FileResponse", "workbook_of",
}  # fmt: skip
#: What tells a right secret from a wrong one. The names of Django's own are those of the classes that ours stand on.
TELLS_A_SECRET = {
    "check_password", "AuthenticationForm", "pass_second_step", "step_of", "find_link", "use_link", "first_admin_link",
    "create_first_admin", "feed_for_fetch", "code_is_current", "verified", "verified_certificate", "may_read",
    "compare_digest",
}  # fmt: skip
#: A guard that a view puts around itself while it runs; the password that it asks for is braked under `fresh`.
ASKING = {"supervision:form-run", "supervision:form-filled", "admin:list-export"}


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = QUICK


def reaching(names: set[str]) -> set[str]:
    return {route.key for route in routes() if names & names_reached(route.callback)}


def test_every_route_that_tells_a_secret_is_listed_and_braked():
    assert reaching(TELLS_A_SECRET) - ASKING == set(CHECKS_A_SECRET)
    assert set(CHECKS_A_SECRET.values()) == {"login", *OF_PERSON, *OF_NETWORK}, (
        "no brake without a door, and none twice"
    )


def test_every_route_that_answers_with_a_file_is_judged():
    found, judged = reaching(MAKES_A_FILE), set(PERSONAL_FILES) | set(PLAIN_FILES)
    none([f"{key} answers with a file: is anybody in it?" for key in sorted(found - judged)])
    assert not set(PERSONAL_FILES) & set(PLAIN_FILES)


def test_what_is_listed_is_there():
    known = {route.key for route in routes()}
    listed = {*PERSONAL_FILES, *ASKED_AGAIN, *ASKED_WHEN_SENT, *PLAIN_FILES, *CHECKS_A_SECRET, *ID_LOOKUPS}
    assert listed <= known


def _paths() -> dict[str, str]:
    """An address of each guarded route, of a thing that is nobody's: the question comes before the thing is looked for."""
    values = {
        "uid": str(uuid.uuid4()), "pk": "1", "object_id": "1", "field": "mobile", "what": "disable",
        "app_label": "members", "model_name": "member",
    }  # fmt: skip
    guarded = {*PERSONAL_FILES, *ASKED_AGAIN, *ASKED_WHEN_SENT}
    return {route.key: filled(route.pattern, values) for route in routes() if route.key in guarded}


def test_each_of_them_asks_for_the_password_again(world, settings):
    """Also before whatever else the view would say, and for what is sent as well as for what is looked at."""
    settings.PORTAL_FRESH_SIGN_IN, settings.PORTAL_STAFF_TOTP = True, False
    client = sign_in(with_password(world.staff))
    with time_machine.travel(timezone.now() + FRESH * 2):
        findings = []
        for key, path in _paths().items():
            asked = client.post(path, {"reason": "typed before"})
            if asked.status_code != 200 or b'name="fresh_password"' not in asked.content:
                findings.append(f"POST {key}: {asked.status_code}")
            if key not in ASKED_WHEN_SENT:
                got = client.get(path)
                if got.status_code != 302 or not got.url.startswith("/accounts/fresh/"):
                    findings.append(f"GET {key}: {got.status_code}")
    none(findings)


@pytest.mark.parametrize("what", sorted(LIMITS))
def test_a_person_s_uses_are_counted_and_stopped_with_words(world, as_user, monkeypatch, settings, what):
    settings.PORTAL_USE_LIMITS = True
    client, limit = as_user(world.secretary_a), LIMITS[what]
    monkeypatch.setitem(LIMITS, what, type(limit)(3, limit.window))
    ask = {
        "export": lambda: client.get("/members/changes/export/"),
        "search": lambda: client.get("/members/", {"q": "安"}),
        "id lookup": lambda: client.post("/members/new/", {"id_number": "1"}),
        "reveal": lambda: client.post(f"/members/{world.members_a[5].uid}/reveal/mobile/", {}),
    }[what]
    assert [ask().status_code == 429 for _ in range(3)] == [False] * 3
    stopped = ask()
    assert (stopped.status_code, stopped["Retry-After"]) == (429, "900")
    assert "请 15 分钟后再试" in stopped.content.decode()
    assert client.get("/members/").status_code == 200, "the rest goes on"
    ask()
    assert SecurityEvent.objects.get(kind="too_often").detail == what, "written down once"
    assert as_user(world.officer_a).get("/members/", {"q": "安"}).status_code == 200


def test_a_calendar_s_guesses_and_a_machine_s_are_counted_by_network(world, settings):
    settings.PORTAL_METRICS_TOKEN = "right"
    outside = Client(REMOTE_ADDR="10.7.7.7")
    wrong = [
        outside.get("/metrics", headers={"authorization": f"Bearer wrong{n}"}).status_code for n in range(10)
    ]
    assert set(wrong) == {403}
    right = {"authorization": "Bearer right"}
    assert outside.get("/metrics", headers=right).status_code == 403, (
        "the right one is told no more than the wrong ones"
    )
    assert Client(REMOTE_ADDR="10.7.8.8").get("/metrics", headers=right).status_code == 200
    assert {outside.get(f"/feeds/{'x' * 42}{n}.ics").status_code for n in range(10)} == {404}
    assert outside.get(f"/feeds/{'x' * 43}.ics").status_code == 429


def test_limits_leave_everything_else_alone():
    assert limit_for("members:roster", "GET", {}) == ""
    assert limit_for("members:roster", "GET", {"q": ""}) == ""
    assert limit_for("members:new", "GET", {}) == ""
