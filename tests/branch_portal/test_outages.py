"""What an error means for whoever asked: words and a status that say whether trying again helps."""

import errno
import time

import pytest
import time_machine
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.utils import timezone
from psycopg2 import extensions

from branch_portal import outages
from branch_portal.models import TickerBeat
from branch_portal.patience import install, patience
from members.rules.sessions import TOUCH


class _Pg(Exception):
    def __init__(self, pgcode):
        self.pgcode = pgcode


def wrapped(pgcode: str) -> OperationalError:
    error = OperationalError("x")
    error.__cause__ = _Pg(pgcode)
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "full"),
        (wrapped("53100"), "full"),
        (wrapped("55P03"), "locked"),
        (wrapped("57014"), "slow"),
        (wrapped("57P01"), "away"),
        (OperationalError("server closed the connection unexpectedly"), "away"),
        (OSError(errno.EACCES, "Permission denied"), ""),
        (ValueError("x"), ""),
        (None, ""),
    ],
)
def test_the_kind_of_an_error(error, kind):
    assert outages.kind_of(error) == kind


def test_the_cause_counts_too():
    error = RuntimeError("while drawing a page")
    error.__cause__ = OSError(errno.ENOSPC, "x")
    assert outages.kind_of(error) == "full"


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = "tests.branch_portal.broken_urls"
    return Client(raise_request_exception=False)


def test_who_was_long_not_seen_gets_the_same_words(world, client):
    """The minute's note of when a session was seen is no statement for a transaction that has failed."""
    client.force_login(world.member_a)
    with time_machine.travel(timezone.now() + 2 * TOUCH, tick=True):
        answer = client.get("/slow/")
    assert (answer.status_code, "这次查询用时过长" in answer.content.decode()) == (503, True)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("slow", 503, "这次查询用时过长"),
        ("full", 507, "服务器磁盘已满"),
        ("away", 503, "系统正忙或数据库正在恢复"),
        ("broken", 500, "系统出错，这次操作没有完成"),
    ],
)
def test_the_answer_says_what_to_do_and_nothing_was_kept(db, client, path, status, words):
    answer = client.get(f"/{path}/")
    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert ("Retry-After" in answer) == (status == 503)
    assert answer["Cache-Control"] == "no-store"
    assert not TickerBeat.objects.filter(ticker="broken page").exists()
    asked = client.get(f"/{path}/", headers={"Accept": "application/json"})
    assert words.split("，")[0] in asked.json()["error"]


def test_a_wait_has_an_end(committed_db):
    """The server itself would have gone on for fifteen seconds."""
    install()  # as the web process does
    try:
        with pytest.raises(OperationalError, match="did not answer in time"), patience(0.5):
            connection.cursor().execute("SELECT pg_sleep(5)")
        connection.close()
        with connection.cursor() as cursor, patience(5):
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
    finally:
        connection.close()
        extensions.set_wait_callback(None)


def test_whoever_waited_in_vain_does_not_wait_again(committed_db):
    """What the page of the error would like to know costs no second wait, neither on the line that hangs nor for a new one."""
    install()
    try:
        with patience(0.5, connect=30):
            with pytest.raises(OperationalError, match="did not answer in time"):
                connection.cursor().execute("SELECT pg_sleep(5)")
            connection.close()
            begun = time.monotonic()
            # Given up while it was made, or just after: both are a database that is away (`outages`).
            with pytest.raises((OperationalError, InterfaceError)):
                connection.cursor().execute("SELECT pg_sleep(0.4)")
            assert time.monotonic() - begun < 0.4
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
    finally:
        connection.close()
        extensions.set_wait_callback(None)
