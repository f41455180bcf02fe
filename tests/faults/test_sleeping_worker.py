"""F19: a worker that sleeps for longer than its lease and wakes up thinking that nothing happened."""

import os
import signal
import time

import pytest

from tests.harness.own import children

pytestmark = [pytest.mark.stack, pytest.mark.long]
SPEED = {
    "PORTAL_TICK_SECONDS": "1",
    "PORTAL_FAULTS": "1",
    "PORTAL_LEASE_SECONDS": "22",
    "PORTAL_LOG_LEVEL": "INFO",
}
MAIL = "SELECT status, attempts FROM notices_delivery WHERE channel = 'email'"


def everybody(parent: int, number: int) -> None:
    for pid in [*children(parent), parent]:
        os.kill(pid, number)


@pytest.mark.fault("F19", "worker asleep for longer than its lease")
def test_its_late_result_is_refused(stack_factory, measured):
    stack = stack_factory(workers=1, beats=0, web=False, demo=False, env=SPEED)
    stack.sink.pause = 4
    code = "from tests.faults.people import plan_for; plan_for(1, in_seconds=0)"
    stack.servers.manage(stack.database, "shell", "-c", code, extra=stack.environment)
    # Only now, so that the mail is not over before anybody looks.
    stack.start_beat()
    stack.wait_for(lambda: stack.sql(MAIL) == [("sending", 1)], 60, "a mail under way")
    sleeper = stack.workers[0].pid
    everybody(sleeper, signal.SIGSTOP)
    try:
        stack.sink.pause = 0
        stack.start_worker()
        begun = time.monotonic()
        stack.wait_for(lambda: stack.sql(MAIL) == [("sent", 2)], 120, "the second sending")
        taken_over = time.monotonic() - begun
    finally:
        everybody(sleeper, signal.SIGCONT)
    time.sleep(6)  # the sleeper reads its answer and would write it down
    assert stack.sql(MAIL) == [("sent", 2)]
    [copies] = stack.sink.copies().values()
    assert copies <= 2
    measured(
        f"taken over after {taken_over:.0f} s (lease 22 s in this test); {copies - 1} extra copy; attempt stays 2"
    )
