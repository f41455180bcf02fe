"""Cases A21, A22, H112 and I: hosts, places to go to, secrets, tokens, cookies, headers."""

import logging

import pytest
from django.test import Client

from notices.models import RobotAddress
from tests import factories as make
from tests.access_objects import objects_of_branch_a
from tests.access_table import ANYBODY
from tests.corpus.asker import QuietLog
from tests.corpus.cases import case
from tests.corpus.pages import READERS, addresses
from tests.source import none

pytestmark = pytest.mark.django_db


def _client(user=None, **options) -> Client:
    client = Client(raise_request_exception=False, **options)
    if user is not None:
        client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        case("A21", "a foreign host", {"host": "evil.example"}, 400),
        case("A21", "a foreign host behind a dot", {"host": "127.0.0.1.evil.example"}, 400),
        case("A21", "a host with a path in it", {"host": "127.0.0.1/evil"}, 400),
        case("A21", "a forwarded host", {"x-forwarded-host": "evil.example"}, 302),
        case("A21", "a forwarded server and port", {"x-forwarded-server": "evil.example", "x-forwarded-port": "1"}, 302),
        case("A21", "a forwarded scheme", {"x-forwarded-proto": "https"}, 302),
    ],
)  # fmt: skip
def test_no_answer_leads_to_a_host_that_the_asker_names(world, headers, status):
    answer = _client().get("/members/", headers=headers)
    assert answer.status_code == status
    assert "evil" not in answer.content.decode() + str(answer.headers)


@pytest.mark.parametrize(
    "place",
    [
        case("A22", "two slashes", "//evil.example/"),
        case("A22", "backslashes", "\\/\\/evil.example"),
        case("A22", "slash and backslash", "/\\evil.example"),
        case("A22", "a script", "javascript:alert(1)"),
        case("A22", "a script with a tab", "java\tscript:alert(1)"),
        case("A22", "another host", "https://evil.example/"),
        case("A22", "this host as a name", "https://testserver@evil.example/"),
        case("A22", "another scheme", "ftp://testserver/"),
        case("A22", "end of a line", "/members/\r\nSet-Cookie: x=1"),
    ],
)
def test_signing_in_and_switches_lead_nowhere_else(world, place):
    signed_in = _client().post(
        "/accounts/login/", {"username": "member_a", "password": make.PASSWORD, "next": place}
    )
    switched = _client(world.member_a).post("/accounts/elder-view/", {"next": place})
    for answer in (signed_in, switched):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/") and not answer["Location"].startswith(("//", "/\\"))
        assert "Set-Cookie" not in str(answer["Location"]).replace("Set-Cookie:%20", "")


@pytest.mark.parametrize("page", [case("H112", "the robot's address", "")])
def test_a_secret_is_written_and_never_read(world, page):
    robot = RobotAddress.objects.create(
        organization=world.branch_a, kind="dingtalk", name="群", created_by=world.secretary_a, url_tail="tail",
        url="https://oapi.dingtalk.com/robot/send?access_token=UrlSecret", secret="SECsecret",
    )  # fmt: skip
    client = _client(world.secretary_a)
    for path in ("/notices/robots/", f"/notices/robots/{robot.uid}/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "UrlSecret" not in answer.content.decode() and "SECsecret" not in answer.content.decode()


@pytest.mark.parametrize(
    "token",
    [
        case("I113", "wrong", "x" * 43),
        case("I113", "empty but for a dot", "."),
        case("I113", "5,000 characters", "x" * 5000),
        case("I113", "no ASCII", "%E5%85%9A%00"),
    ],
)
def test_a_feed_that_is_none(world, token):
    for path in (
        f"/feeds/{token}.ics",
        f"/accounts/link/{token}/",
        f"/accounts/first-admin/{token}/",
        f"/verify/{token}/",
    ):
        assert _client().get(path).status_code in (404, 410, 429), path


def test_every_form_needs_its_token_and_its_own_site(world):
    """Case I117, at every address that takes a form: without the token, with another's, from another site."""
    things = objects_of_branch_a(world)
    clients = {name: _client(getattr(world, name), enforce_csrf_checks=True) for name in READERS}
    findings, asked = [], 0
    for path, line in addresses(things):
        reader = next((name for name in READERS if line.post.get(name) in (200, 302)), None)
        if reader is None:
            continue
        asked += 1
        for data, headers in (
            ({}, {}),
            ({"csrfmiddlewaretoken": "x" * 64}, {"origin": "https://evil.example"}),
        ):
            status = clients[reader].post(path, data, headers=headers).status_code
            if status != 403:
                findings.append(f"{path}: {status}")
    none(findings)
    assert asked >= 200 and ANYBODY


I117 = case("I117", "every address that takes a form")


@pytest.mark.parametrize(
    ("cookies", "headers"),
    [
        case("I118", "a cookie of 8 kB", {"x": "y" * 8192}, {}),
        case("I118", "a session of 8 kB", {"sessionid": "y" * 8192}, {}),
        case("I118", "a session with NUL", {"sessionid": "a\\000b", "csrftoken": "\\377"}, {}),
        case("I118", "200 headers", {}, {f"x-h{number}": "v" * 100 for number in range(200)}),
    ],
)
def test_cookies_and_headers_of_any_size(world, cookies, headers):
    client = _client()
    for name, value in cookies.items():
        client.cookies[name] = value
    assert client.get("/members/", headers=headers).status_code == 302
    assert (
        client.post("/accounts/login/", {"username": "x", "password": "y"}, headers=headers).status_code
        == 200
    )


@pytest.mark.parametrize(
    "path", [case("A14", "an address with ends of lines", "/x%0d%0aFORGED%20line%1b[31m%e2%80%ae/")]
)
def test_nothing_breaks_out_of_its_line_of_the_log(world, path):
    log = QuietLog()
    logging.getLogger().addHandler(log)
    try:
        assert _client(world.member_a).get(path).status_code == 404
        _client().post("/accounts/login/", {"username": "a\r\nFORGED", "password": "x"})
        _client().get("/", headers={"host": "evil\u202e.example"})
    finally:
        logging.getLogger().removeHandler(log)
    none(log.raw)
