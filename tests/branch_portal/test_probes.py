"""What a monitor is told: `/healthz` never asks the database, `/readyz` says in JSON that it is away.

Asked through WSGI: the client of tests goes to the database itself before each request.
"""

import json
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.db.utils import load_backend

from branch_portal.local.ports import LOOPBACK, quiet_port


@pytest.fixture
def no_database(django_db_blocker):
    """The connection of this process leads to a port where nobody listens."""
    there = connections["default"]
    nowhere = {**there.settings_dict, "HOST": LOOPBACK, "PORT": quiet_port()}
    connections["default"] = load_backend(there.settings_dict["ENGINE"]).DatabaseWrapper(nowhere, "default")
    with django_db_blocker.unblock():
        yield
    connections["default"] = there


def ask(path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Status, headers, body, for a browser that somebody has signed in with."""
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "REMOTE_ADDR": LOOPBACK, "HTTP_HOST": LOOPBACK}
    environ["HTTP_COOKIE"] = f"{settings.SESSION_COOKIE_NAME}={'a' * 32}"
    setup_testing_defaults(environ)
    said: list = []
    response = WSGIHandler()(environ, lambda status, headers: said.extend([status, headers]))
    body = b"".join(response)
    return int(said[0].split()[0]), dict(said[1]), body


def test_alive_without_a_database(no_database):
    status, headers, body = ask("/healthz")
    assert (status, body) == (200, b"ok\n")
    assert headers["Cache-Control"] == "no-store" and headers["X-Request-ID"]
    assert ask("/healthz", "HEAD")[0] == 200
    assert ask("/healthz", "POST")[0] == 405


def test_not_ready_without_a_database_is_told_in_json(no_database):
    status, _, body = ask("/readyz")
    assert (status, json.loads(body)) == (503, {"ready": False, "reason": "database"})
    # People get a page in words.
    status, headers, page = ask("/")
    assert (status, headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert "数据库正在恢复" in page.decode()
