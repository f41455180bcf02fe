"""The proof of G1 and G2: two beats, two workers, one killed in the middle, Redis wiped; and every crash point."""

import collections
import os
import subprocess
import sys
import time

import pytest

from branch_portal.local.paths import ROOT
from tests.faults.people import address, plan_for
from tests.harness.databases import run_sql
from tests.harness.mailsink import MailSink

RECIPIENTS = 200
CONNECTIONS = 2
CONCURRENCY = 2 * CONNECTIONS  # children of a worker, each in the middle of at most so many sends
SPEED = {
    "PORTAL_TICK_SECONDS": "1",
    "PORTAL_FAULTS": "1",
    "PORTAL_LEASE_SECONDS": "22",  # a dead worker's rows come back within the patience of a test
    "PORTAL_LOG_LEVEL": "WARNING",
    "PORTAL_MAIL_CONNECTIONS": str(CONNECTIONS),
}
FILL = "from tests.faults.people import plan_for; plan_for({}, in_seconds={})"
UNFINISHED = "SELECT count(*) FROM notices_delivery WHERE status IN ('pending', 'sending')"
DELIVERIES = "SELECT recipient_id, channel, count(*) FROM notices_delivery GROUP BY 1, 2"
EARLY = """SELECT count(*) FROM notices_delivery delivery JOIN notices_reminderslot slot ON slot.id = delivery.slot_id
           WHERE delivery.created_at < slot.due_at"""
STATES = "SELECT channel, status, count(*) FROM notices_delivery GROUP BY 1, 2 ORDER BY 1, 2"


def copies(mails) -> collections.Counter:
    """How often each delivery reached the sink, by its Message-ID."""
    return collections.Counter(str(mail.message["Message-ID"]) for mail in mails)


def receivers(mails) -> set[str]:
    return {recipient for mail in mails for recipient in mail.recipients}


@pytest.mark.stack
def test_one_worker_killed_and_redis_wiped_in_the_middle(stack_factory, capsys):
    stack = stack_factory(workers=2, beats=2, web=False, demo=False, env=SPEED)
    stack.sink.pause = 0.03  # long enough that the kill meets sends under way
    begun = time.monotonic()
    stack.manage("shell", "-c", FILL.format(RECIPIENTS, 2))

    stack.wait_for(
        lambda: len(stack.mails) >= RECIPIENTS // 4, timeout=30, what="the first quarter of the mail"
    )
    stack.kill_worker(0)
    stack.flush_redis()
    at_kill = len(stack.mails)
    stack.wait_for(
        lambda: stack.sql(STATES) and stack.sql(UNFINISHED) == [(0,)],
        timeout=60,
        what="the end of all deliveries",
    )

    duplicates = sum(number - 1 for number in copies(stack.mails).values())
    with capsys.disabled():
        print(
            f"\nreminders under kills: {RECIPIENTS} recipients, killed after {at_kill} mails, "
            f"{len(receivers(stack.mails))} reached, {duplicates} duplicates (at most {CONCURRENCY}), "
            f"{time.monotonic() - begun:.0f} s"
        )
    assert at_kill < RECIPIENTS
    assert stack.sql(STATES) == [("email", "sent", RECIPIENTS), ("inapp", "sent", RECIPIENTS)]
    assert {number for *_, number in stack.sql(DELIVERIES)} == {1}
    assert stack.sql(EARLY) == [(0,)]
    assert receivers(stack.mails) == {address(index) for index in range(RECIPIENTS)}
    assert duplicates <= CONCURRENCY


@pytest.mark.stack
def test_without_redis_and_beat_the_timer_does_it_all(servers, committed_db, sink):
    """F13, F14, F20: `manage.py tick` alone, the broker's address leading nowhere."""
    plan_for(3, in_seconds=0)
    nowhere = {"REDIS_URL": "redis://127.0.0.1:9/0"}
    assert run_tick(servers, committed_db, sink, **nowhere) == 0
    assert receivers(sink.mails) == {address(index) for index in range(3)}


@pytest.mark.stack
@pytest.mark.parametrize(
    ("point", "sent_before", "duplicates"),
    [("before_claim", 0, 0), ("after_claim", 0, 0), ("after_send", 1, 1), ("after_mark", 1, 0)],
)
def test_each_crash_point_costs_what_it_may(servers, committed_db, sink, point, sent_before, duplicates):
    """F16: a crash before sending or after marking costs nothing, between the two one copy."""
    plan_for(4, in_seconds=0)
    crash = {"PORTAL_FAULTS": "1", "PORTAL_CRASH_AT": point}
    assert run_tick(servers, committed_db, sink, **crash) == -9
    assert len(sink.mails) == sent_before

    run_sql(
        committed_db.owner_url, "UPDATE notices_delivery SET lease_until = now() WHERE status = 'sending'"
    )
    assert run_tick(servers, committed_db, sink) == 0
    assert receivers(sink.mails) == {address(index) for index in range(4)}
    assert sum(number - 1 for number in copies(sink.mails).values()) == duplicates
    assert run_sql(committed_db.owner_url, STATES) == [("email", "sent", 4), ("inapp", "sent", 4)]


@pytest.fixture
def sink():
    server = MailSink()
    server.start()
    yield server
    server.stop()


def run_tick(servers, database, sink, **extra) -> int:
    """`manage.py tick` in a process of its own; its exit code."""
    return subprocess.run(
        [sys.executable, "manage.py", "tick"],
        cwd=ROOT,
        env={**os.environ, **servers.environment(database), "EMAIL_URL": sink.url, **extra},
        capture_output=True,
    ).returncode
