"""The proof of G1, G2 and G7 at size: two beats, three workers, one of them killed every few seconds, Redis killed and
wiped twice, a mail server that hangs at first and loses answers, robots that hang, fail and refuse.

    PORTAL_FAULT_DELIVERIES=10000 make test ARGS="tests/faults/test_ten_thousand.py -s"
"""

import collections
import os
import signal
import statistics
import time

import pytest

from branch_portal.local import processes
from branch_portal.local.ports import quiet_port
from branch_portal.local.valkey import Valkey
from tests.faults.noop import noop_rate
from tests.harness.websink import WebSink

#: Messages in the portal; a fifth as many mails beside them.
DELIVERIES = int(os.environ.get("PORTAL_FAULT_DELIVERIES", "10000"))
MEMBERS, MAILED = 250, 50
MEETINGS = DELIVERIES // MEMBERS
KILLS, EVERY_SECONDS, REDIS_KILLED_WITH = 5, 4.0, (1, 3)
CONCURRENCY = 2  # children of a worker; each has at most so many mails and posts under way
MAILS, POSTS = 2, 4
ROBOTS = 12
BEHAVIOUR = {0: "hang", 1: "status:500", 2: "drip", 3: "code:93000"}  # the last one refuses for good
DROP_EVERY = 25
SPEED = {
    "PORTAL_TICK_SECONDS": "1",
    "PORTAL_FAULTS": "1",
    "PORTAL_LEASE_SECONDS": "22",
    "PORTAL_LOG_LEVEL": "WARNING",
    "PORTAL_MAIL_CONNECTIONS": str(MAILS),
}
END_STATES = {"sent", "cancelled", "expired", "suppressed", "unknown", "dead"}
STATES = "SELECT channel, status, count(*) FROM notices_delivery GROUP BY 1, 2"
OPEN = "SELECT count(*) FROM notices_delivery WHERE status IN ('pending', 'sending') AND channel = %s"
TOLD = "SELECT count(*) FROM notices_delivery WHERE channel = 'inapp'"
PAIRS = """
SELECT count(*), count(DISTINCT (slot_id, recipient_id)), count(DISTINCT slot_id), count(DISTINCT recipient_id)
FROM notices_delivery JOIN notices_reminderslot slot ON slot.id = slot_id
WHERE channel = 'inapp' AND slot.subject NOT LIKE 'robot:%'
"""
LATE = """
SELECT extract(epoch FROM delivery.created_at - slot.due_at)::float FROM notices_delivery delivery
JOIN notices_reminderslot slot ON slot.id = slot_id WHERE channel = 'inapp' AND slot.subject LIKE 'spread:%'
"""
# From the moment they are due until the last of them is told; the test's own clock would start too late.
BURST = """
SELECT extract(epoch FROM max(delivery.created_at) - min(slot.due_at))::float FROM notices_delivery delivery
JOIN notices_reminderslot slot ON slot.id = slot_id WHERE channel = 'inapp' AND slot.subject LIKE 'burst:%'
"""
# What failed waits a minute and more; a test's patience is shorter.
HURRY = "UPDATE notices_delivery SET next_at = now() WHERE status = 'pending' AND channel = %s AND next_at > now()"
UNHOLD = "UPDATE notices_robotbucket SET held_until = NULL, tokens = 5"


@pytest.fixture
def redis(tmp_path):
    """A Redis of this test alone, to be killed."""
    server = Valkey(quiet_port(), tmp_path / "redis.log", tmp_path / "redis", "only-for-this-test")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def web():
    sink = WebSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def stack(stack_factory, redis, web):
    environment = SPEED | {"REDIS_URL": redis.url, "PORTAL_OUT_TEST_HOSTS": web.host}
    stack = stack_factory(workers=0, beats=0, web=False, demo=False, env=environment)
    for _ in range(3):
        stack.start_worker(concurrency=CONCURRENCY, wait=False, include="tests.faults.noop")
    _shell(
        stack,
        f"crowd(members={MEMBERS}, mailed={MAILED}, robots={[web.robot(f'g{n}') for n in range(ROBOTS)]!r})",
    )
    for index in range(3):
        stack.wait_for_worker(index)
    return stack


def _shell(stack, call: str) -> None:
    code = f"from tests.faults.people import *; {call}"
    stack.servers.manage(stack.database, "shell", "-c", code, extra=stack.environment)


def _count(stack, query: str, *values) -> int:
    return stack.sql(query, *values)[0][0]


def _kill_and_wipe(redis: Valkey) -> None:
    processes.signal_group(redis.process.pid, signal.SIGKILL)
    redis.process.wait(10)
    time.sleep(1)
    redis.start()


def _kill_in_turn(stack, redis) -> None:
    """One of three workers every few seconds, replaced at once; Redis with two of them."""
    for number in range(KILLS):
        time.sleep(EVERY_SECONDS)
        stack.kill_worker(number)
        if number in REDIS_KILLED_WITH:
            _kill_and_wipe(redis)
        stack.start_worker(concurrency=CONCURRENCY, wait=False)


def _wait_for_mail(stack) -> None:
    def ended() -> bool:
        stack.sql(HURRY, "email")
        return _count(stack, OPEN, "email") == 0

    stack.wait_for(ended, 300, "the end of all mail")


def _heal_robots(stack, web) -> None:
    web.behave_at = {path: "code:93000" for path, what in web.behave_at.items() if what == "code:93000"}
    web.drop_every = 0

    def ended() -> bool:
        stack.sql(HURRY, "wecom")
        stack.sql(UNHOLD)
        return _count(stack, OPEN, "wecom") == 0

    stack.wait_for(ended, 90, "the end of all posts")


def _extra(copies: collections.Counter) -> int:
    return sum(number - 1 for number in copies.values())


@pytest.mark.fault("F11", "Redis killed again and again, nothing kept")
@pytest.mark.fault("F27", "mail server refuses, hangs, drips, lies")
@pytest.mark.fault("F28", "robot answers 200 with an error, garbage, a ban")
@pytest.mark.fault("F29", "message taken, answer lost")
@pytest.mark.stack
def test_ten_thousand_deliveries_under_kills(stack, redis, web, measured):
    begun = time.monotonic()
    floor = noop_rate(redis.url, 1000)
    web.behave_at = {web.robot(f"g{n}").split(web.host)[1]: what for n, what in BEHAVIOUR.items()}
    web.drop_every, stack.sink.drop_every = 5, DROP_EVERY
    stack.sink.manner = "hang"
    for _ in range(2):
        stack.start_beat()
    burst = MEETINGS // 2
    spread_seconds = KILLS * EVERY_SECONDS - 2
    _shell(
        stack,
        f"meetings(at_once={burst}, spread={MEETINGS - burst}, seconds={spread_seconds}, robots={ROBOTS})",
    )

    stack.wait_for(lambda: _count(stack, TOLD) >= burst * MEMBERS, 30, "the burst")
    [(portal,)] = stack.sql(BURST)
    # A mail server that takes everything and answers nothing has held up neither the portal nor, below, the robots.
    assert [mail for mail in stack.mails if mail.answered] == []
    _kill_in_turn(stack, redis)
    well = {f"/cgi-bin/webhook/send?key=g{n}" for n in range(ROBOTS)} - set(web.behave_at)
    stack.wait_for(lambda: {post.robot for post in web.posts} >= well, 60, "the robots that work")
    stack.sink.manner = ""
    _wait_for_mail(stack)
    # Robots that fail have held up nobody, and are still being tried.
    assert _count(stack, OPEN, "wecom") >= 2
    _heal_robots(stack, web)

    _assert_portal(stack)
    mails = _assert_mail(stack)
    posts = _assert_robots(stack, web)
    late = [each for (each,) in stack.sql(LATE)]
    measured(
        f"{DELIVERIES} deliveries under {KILLS} kills and 2 wiped Redis: portal {DELIVERIES} of {DELIVERIES}; {mails}; {posts};"
        f" no-op Celery tasks {floor:.0f}/s; {burst * MEMBERS} messages at once in {portal:.1f} s ="
        f" {burst * MEMBERS / portal / floor:.1f} times their rate; under kills late by"
        f" {statistics.median(late):.1f} s (median), {max(late):.1f} s (most), by no-op tasks it would be"
        f" {DELIVERIES / 2 / floor:.1f} s and {DELIVERIES / floor:.1f} s; {time.monotonic() - begun:.0f} s in all"
    )


def _assert_portal(stack) -> None:
    states = {(channel, status) for channel, status, _ in stack.sql(STATES)}
    assert {status for _, status in states} <= END_STATES
    assert stack.sql(PAIRS) == [(DELIVERIES, DELIVERIES, MEETINGS, MEMBERS)]
    early = "SELECT count(*) FROM notices_delivery d JOIN notices_reminderslot s ON s.id = slot_id WHERE d.created_at < s.due_at"
    assert stack.sql(early) == [(0,)]


def _assert_mail(stack) -> str:
    rows = stack.sql("SELECT id::text, status FROM notices_delivery WHERE channel = 'email'")
    copies = stack.sink.copies()
    assert len(rows) == MEETINGS * MAILED
    assert {status for _, status in rows} == {"sent"}
    assert {key for key, _ in rows} == set(copies)
    extra, most = _extra(copies), KILLS * CONCURRENCY * MAILS + stack.sink.dropped
    assert extra <= most
    return f"mail {len(rows)} of {len(rows)}, {extra} extra copies (at most {most})"


def _assert_robots(stack, web) -> str:
    rows = stack.sql("SELECT provider_id, status FROM notices_delivery WHERE channel = 'wecom'")
    copies = web.copies()
    assert collections.Counter(status for _, status in rows) == {"sent": ROBOTS - 1, "dead": 1}
    assert {key for key, status in rows if status == "sent"} <= set(copies)
    extra, most = _extra(copies), KILLS * CONCURRENCY * POSTS + web.dropped
    assert extra <= most
    return f"robots {ROBOTS - 1} of {ROBOTS}, one refused, {extra} extra copies (at most {most})"
