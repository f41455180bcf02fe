"""What every answer tells the browser, route by route, and what the cookies carry once the portal has TLS."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from tests import factories as make
from tests.access_objects import objects_of_branch_a
from tests.corpus.pages import READERS, addresses
from tests.source import ROOT, none

POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:",
    "media-src": "'self'", "font-src": "'self'", "connect-src": "'self'", "form-action": "'self'",
    "frame-ancestors": "'none'", "base-uri": "'none'", "object-src": "'none'",
}  # fmt: skip
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
#: Files that the browser may keep for its own user, and must ask about before it shows them again.
KEPT_BY_THE_BROWSER = ("/learning/lessons/", "/learning/files/", "/feeds/", "/activities/attachments/")
#: Chromium's own reader of PDF needs styles of its own; nothing in the file may run.
PDF_POLICY = "script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def policy_of(answer) -> dict[str, str]:
    parts = (
        part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";") if part.strip()
    )
    return {name: value for name, _, value in parts}


def faults(path: str, answer) -> list[str]:
    pdf = answer.get("Content-Type", "") == "application/pdf"
    right = answer["Content-Security-Policy"] == PDF_POLICY if pdf else policy_of(answer) == POLICY
    found = [] if right else [f"{path}: {answer['Content-Security-Policy']}"]
    found += [
        f"{path}: {name} {answer.get(name)}" for name, value in FIXED.items() if answer.get(name) != value
    ]
    kept = answer.get("Cache-Control", "")
    if "no-store" not in kept and not (path.startswith(KEPT_BY_THE_BROWSER) and "private" in kept):
        found.append(f"{path}: Cache-Control {kept}")
    return found


def test_every_route_carries_the_headers(world):
    """As somebody who may open it, and as a stranger: pages, refusals, ways to sign in and files alike."""
    things = objects_of_branch_a(world)
    clients = {name: Client(raise_request_exception=False) for name in READERS}
    for name, client in clients.items():
        client.force_login(getattr(world, name))
    stranger, findings, opened = Client(raise_request_exception=False), [], 0
    for path, line in addresses(things):
        reader = next((name for name in READERS if line.get[name] == 200), None)
        for client in (clients[reader or "member_a"], stranger):
            answer = client.get(path)
            answer.close()
            findings += faults(path, answer)
        opened += reader is not None
    none(findings)
    assert opened >= 250


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/no/such/page/", 404),
        ("post", "/", 405),
        ("get", "/members/?q=%00", 200),
        ("get", "/healthz", 200),
    ],
)
def test_answers_to_mistakes_carry_them_too(world, as_user, method, path, status):
    client = as_user(world.secretary_a)
    answer = getattr(client, method)(path)
    assert (answer.status_code, faults(path, answer)) == (status, [])


def test_without_a_token_too(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.secretary_a)
    answer = client.post("/accounts/logout/")
    assert (answer.status_code, faults("", answer)) == (403, [])


def test_the_way_out_empties_the_browser(world, as_user):
    client = as_user(world.member_a)
    answer = client.post("/accounts/logout/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/")["Location"].startswith("/accounts/login/")


#: What TLS changes, read where the portal itself reads it.
NAMES = [
    "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
    "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_SSL_REDIRECT",
]  # fmt: skip
_PRINT = (
    "import json; from branch_portal import settings as s; print(json.dumps({n: getattr(s, n) for n in %r}))"
)


def test_cookies_under_tls(world, settings):
    """Names that a neighbour's host cannot set, and flags that keep scripts, other sites and plain lines off."""
    found = subprocess.run(
        [sys.executable, "-c", _PRINT % NAMES], cwd=ROOT, env={**os.environ, "PORTAL_HTTPS": "1"}, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    for name, value in json.loads(found.stdout).items():
        setattr(settings, name, value)
    client = Client()
    page = client.get("/accounts/login/", secure=True)
    answer = client.post("/accounts/login/", {"username": "member_a", "password": make.PASSWORD}, secure=True)
    for cookie in (page.cookies["__Host-csrftoken"], answer.cookies["__Host-sessionid"]):
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert page["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    plain = Client().get("/accounts/login/")
    assert (plain.status_code, plain["Location"][:8]) == (301, "https://")
