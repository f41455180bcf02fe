"""G1 and G2 at every crash point, and with neither Redis nor beat; at size and under kills: `test_ten_thousand.py`."""

import collections
import os
import subprocess
import sys

import pytest

from branch_portal.local.paths import ROOT
from tests.faults.people import address, plan_for
from tests.harness.databases import run_sql
from tests.harness.mailsink import MailSink

STATES = "SELECT channel, status, count(*) FROM notices_delivery GROUP BY 1, 2 ORDER BY 1, 2"


def copies(mails) -> collections.Counter:
    """How often each delivery reached the sink, by its Message-ID."""
    return collections.Counter(str(mail.message["Message-ID"]) for mail in mails)


def receivers(mails) -> set[str]:
    return {recipient for mail in mails for recipient in mail.recipients}


@pytest.mark.fault("F14", "Redis out of memory")
@pytest.mark.fault("F20", "beat killed, two beats, no beat")
@pytest.mark.stack
def test_without_redis_and_beat_the_timer_does_it_all(servers, committed_db, sink, measured):
    """F13, F14, F20: `manage.py tick` alone, the broker's address leading nowhere."""
    plan_for(3, in_seconds=0)
    nowhere = {"REDIS_URL": "redis://127.0.0.1:9/0"}
    assert run_tick(servers, committed_db, sink, **nowhere) == 0
    assert receivers(sink.mails) == {address(index) for index in range(3)}
    measured("neither Redis nor beat: 3 of 3 mails by the timer alone")


@pytest.mark.fault("F16", "worker killed at each point of a sending")
@pytest.mark.stack
@pytest.mark.parametrize(
    ("point", "sent_before", "duplicates"),
    [("before_claim", 0, 0), ("after_claim", 0, 0), ("after_send", 1, 1), ("after_mark", 1, 0)],
)
def test_each_crash_point_costs_what_it_may(
    servers, committed_db, sink, point, sent_before, duplicates, measured
):
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
    measured(f"{point}: {duplicates} extra of 4")


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
