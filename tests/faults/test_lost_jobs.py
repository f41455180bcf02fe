"""F17, F34: what becomes of long work whose worker dies, kills its worker, or is told to stop. Real workers."""

import configparser
import json
import signal
import time

import pytest

from branch_portal.local import processes
from branch_portal.local.paths import ROOT
from tests.faults.limits import against

SPEED = {
    "PORTAL_TICK_SECONDS": "1",
    "PORTAL_JOB_LEASE_SECONDS": "3",  # the pulse renews it every second
    "PORTAL_LOG_LEVEL": "INFO",
}
JOBS = "tests.faults.slow_jobs"
ASK = """
INSERT INTO branch_portal_job (uid, kind, title, owner_id, arguments, state, attempt, forgiven, done_count, total_count,
                               result, result_url, error, created_at)
SELECT gen_random_uuid(), %s, '测试任务', id, %s::jsonb, 'queued', 0, 0, 0, 0, '{}', '', '', now()
FROM members_user WHERE username = 'owner' RETURNING id
"""
TOLD = """
SELECT slot.title FROM notices_delivery JOIN notices_reminderslot slot ON slot.id = slot_id
WHERE slot.subject LIKE 'jobs.job:' || (SELECT uid FROM branch_portal_job WHERE id = %s) || '%%' AND channel = 'inapp'
"""
#: One row for each attempt whose transaction was kept.
KEPT = """
SELECT right(ticker, 1) FROM branch_portal_tickerbeat
WHERE ticker LIKE (SELECT left(uid::text, 36) FROM branch_portal_job WHERE id = %s) || '%%'
"""


class Work:
    """One job of the stack."""

    def __init__(self, stack, kind: str, **arguments):
        self.stack = stack
        [(self.pk,)] = stack.sql(ASK, kind, json.dumps(arguments))

    def ask(self, column: str):
        return self.stack.sql(f"SELECT {column} FROM branch_portal_job WHERE id = %s", self.pk)[0][0]

    def wait_until(self, state: str, timeout: float = 30) -> None:
        self.stack.wait_for(lambda: self.ask("state") == state, timeout, f"a job that is {state}")

    def wait_for_progress(self) -> None:
        self.stack.wait_for(lambda: self.ask("done_count") >= 3, 30, "a job under way")

    def told(self) -> list[str]:
        self.stack.wait_for(lambda: self.stack.sql(TOLD, self.pk), 20, "the message")
        return [title for (title,) in self.stack.sql(TOLD, self.pk)]

    def kept(self) -> list[str]:
        return [attempt for (attempt,) in self.stack.sql(KEPT, self.pk)]


@pytest.fixture
def stack(stack_factory):
    stack = stack_factory(workers=0, beats=1, web=False, demo=False, env=SPEED)
    stack.start_worker(include=JOBS, wait=False)
    stack.manage("shell", "-c", f"from {JOBS} import owner; owner()")
    stack.wait_for_worker(0)
    return stack


@pytest.mark.fault("F17", "worker's child killed by its job")
@pytest.mark.stack
def test_lost_deadly_and_cancelled_work(stack, measured):
    """One stack for three fates, because starting one costs most of the time."""
    deadly, lost = Work(stack, "test.deadly"), Work(stack, "test.steps", steps=40)

    # The whole worker is killed in mid job: another takes over, and only its work is kept.
    lost.wait_for_progress()
    stack.kill_worker(0)
    stack.start_worker(include=JOBS)
    lost.wait_until("done")
    assert (lost.ask("attempt"), lost.kept(), lost.ask("done_count")) == (2, ["2"], 40)
    assert lost.told() == ["测试任务：已完成"]

    # What kills its worker is set aside after the second one, with its reason, and holds up nobody.
    deadly.wait_until("quarantined")
    assert deadly.ask("attempt") == 2
    assert "连续两次中断" in deadly.ask("error")
    assert deadly.told() == ["测试任务：已搁置"]

    # Cancelled while it runs: it stops at its next step, and nothing of it is kept.
    cancelled = Work(stack, "test.steps", steps=3000)
    cancelled.wait_for_progress()
    stack.sql(
        "UPDATE branch_portal_job SET state = 'cancelled', finished_at = now(), lease_until = NULL WHERE id = %s",
        cancelled.pk,
    )
    stack.wait_for(lambda: "was cancelled or taken over" in stack.log("worker1"), 10, "the end of the work")
    assert (cancelled.ask("state"), cancelled.kept()) == ("cancelled", [])
    after = Work(stack, "test.steps", steps=1)
    after.wait_until("done")
    measured(
        f"killed with its worker: done in attempt {lost.ask('attempt')}; what kills its worker: set aside after"
        f" {deadly.ask('attempt')}, told; the queue went on"
    )


@pytest.mark.long
@pytest.mark.fault("F18", "worker told to stop in a long job")
@pytest.mark.stack
def test_a_worker_that_is_told_to_stop(stack, measured):
    """As a deploy does: the units' `KillSignal`, then SIGKILL after their `TimeoutStopSec`. What has not ended is taken over."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read(ROOT / "deploy/systemd/portal-jobs.service")
    number = signal.Signals[unit["Service"]["KillSignal"]]
    patience = unit.getint("Service", "TimeoutStopSec")
    short, long = Work(stack, "test.steps", steps=60), Work(stack, "test.steps", steps=1500)
    short.wait_for_progress()
    long.wait_for_progress()
    worker, begun = stack.workers[0], time.monotonic()
    processes.stop(worker, first=number, patience=patience)
    gone = time.monotonic() - begun
    assert worker.returncode != -signal.SIGKILL, "it ended by itself"
    assert (short.ask("state"), short.ask("attempt")) == ("done", 1), "what is nearly done is finished"
    stack.workers[0] = None
    stack.start_worker(include=JOBS)
    stack.wait_for(lambda: long.ask("attempt") == 2, 60, "the long job taken over")
    stack.sql(
        "UPDATE branch_portal_job SET state = 'cancelled', finished_at = now(), lease_until = NULL WHERE id = %s",
        long.pk,
    )
    assert short.kept() == ["1"]
    assert gone < 60
    measured(
        f"worker gone by itself after {against(gone, 60)}; the short job was finished, the long one taken over"
    )
