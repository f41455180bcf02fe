"""F1 to F7: PostgreSQL killed, frozen, restarted, used up and locked while people work. What they were told stays true."""

import time

import pytest

from tests.faults.invariants import holds
from tests.faults.workload import Workload

pytestmark = pytest.mark.stack
SPEED = {"PORTAL_TICK_SECONDS": "2", "PORTAL_LOG_LEVEL": "WARNING"}


@pytest.fixture(scope="module")
def shared(own_site):
    return own_site(env=SPEED)


@pytest.fixture
def site(shared):
    shared.heal()
    yield shared
    shared.heal()


@pytest.mark.fault("F1", "all PostgreSQL processes killed under writing")
def test_killed_under_writing(site, measured):
    back = []
    with Workload(site) as work:
        for _ in range(3):
            work.wait_for(12)
            site.kill_postgres()
            begun = time.monotonic()
            site.start_postgres()
            site.seconds_until_ready()
            back.append(time.monotonic() - begun)
    measured(f"3 kills, back after {max(back):.1f} s at most; {holds(site, work.log)}")
    assert max(back) < 30 + 60  # the wanted 30 s, and a minute of a busy machine
