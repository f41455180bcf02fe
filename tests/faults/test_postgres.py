"""F1 to F7: PostgreSQL killed, frozen, restarted, used up and locked while people work. What they were told stays true."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from branch_portal.local.console import Problem
from tests.faults.invariants import holds
from tests.faults.limits import against, within
from tests.faults.web import ANNOUNCE, Locked, count, secretary, typed, waiting_for_lock
from tests.faults.workload import Workload

pytestmark = pytest.mark.stack
PAGE = 1  # seconds that the rest of a page may take beside the wait that is promised
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
    with Workload(site) as work:
        work.wait_for(12)
        site.kill_postgres()
        begun = time.monotonic()
        site.start_postgres()
        site.seconds_until_ready()
        back = time.monotonic() - begun
    measured(f"1 kill, back after {against(back, 30)}; {holds(site, work.log)}")
    assert back < within(30)


@pytest.mark.fault("F2", "one backend killed inside a transaction")
def test_one_backend_killed_inside_a_transaction(site, measured):
    """PostgreSQL then restarts all backends, as their shared memory may be damaged."""
    browser = secretary(site.port)
    data = typed(browser, "F2")
    with Workload(site, ("secretary_b", "secretary_d")) as work:
        with ThreadPoolExecutor(1) as pool, Locked(site):
            answer = pool.submit(browser.post, ANNOUNCE, data)
            victim = site.wait_for(lambda: waiting_for_lock(site), 20, "somebody who waits")[0]
            os.kill(victim, signal.SIGKILL)
            refused = answer.result(60)
        begun = time.monotonic()
        site.seconds_until_ready()
        back = time.monotonic() - begun
        assert count(site, "F2") == 0
        work.wait_for(4)
    assert (refused.status, "没有保存" in refused.text, bool(refused.retry_after)) == (503, True, True)
    assert browser.post(ANNOUNCE, data).status == 302
    assert browser.post(ANNOUNCE, data).status == 302
    assert count(site, "F2") == 1
    measured(f"503 in words, back after {back:.1f} s; {holds(site, work.log)}")


@pytest.mark.long
@pytest.mark.fault("F3", "PostgreSQL frozen for 20 s")
def test_frozen(site, measured):
    browser, before = secretary(site.port), site.web.pid
    browser.get("/")
    with Workload(site) as work:
        site.freeze_postgres()
        begun, answers = time.monotonic(), []
        while time.monotonic() - begun < 20:
            answers.append(browser.get("/"))
            time.sleep(0.5)
        site.thaw_postgres()
        back = site.seconds_until_ready()
        work.wait_for(8)
    assert {answer.status for answer in answers} == {503}
    assert site.web.pid == before and site.web.poll() is None
    # 3 s to find a kept connection dead and try a new one; a statement under way has 15 s. The rest is the page's own work.
    slowest, under_way = max(answer.seconds for answer in answers), work.log.slowest_refusal
    measured(
        f"pages answered 503 after {against(slowest, 3)}, statements under way after {against(under_way, 15)},"
        f" back {back:.1f} s after the thaw without a restart; {holds(site, work.log)}"
    )
    assert slowest < within(3 + PAGE)
    assert under_way < within(15 + PAGE)


@pytest.mark.long
@pytest.mark.fault("F4", "PostgreSQL restarted under load")
def test_restarted_under_load(site, measured):
    with Workload(site) as work:
        begun = time.monotonic()
        site.own.cluster.stop(orderly=True)
        site.start_postgres()
        site.seconds_until_ready()
        away = time.monotonic() - begun
        met = work.log.troubles.total()
        work.wait_for(12)
        # Whoever comes after those who met the restart meets no stale connection.
        late = work.log.troubles.total() - met
    assert late <= len(work.people)
    measured(f"away for {away:.1f} s; {holds(site, work.log)}")


@pytest.mark.long
@pytest.mark.fault("F5", "PostgreSQL started right after a kill")
def test_started_right_after_a_kill(site, measured):
    """Only the postmaster is killed; its children hold the shared memory for a moment longer. systemd tries every 5 s."""
    os.kill(site.own.cluster.process.pid, signal.SIGKILL)
    site.own.cluster.process.wait(20)
    begun, tries = time.monotonic(), 0
    while True:
        tries += 1
        try:
            site.own.cluster.start(60)
            break
        except Problem:
            assert tries < 12
            time.sleep(5)
    site.seconds_until_ready()
    measured(f"up at start number {tries}, after {time.monotonic() - begun:.1f} s")


def take_all(site) -> list:
    """Every connection that the portal's role may have, those of the site included."""
    taken: list = []
    for _ in range(20):
        try:
            while True:
                taken.append(psycopg2.connect(site.database.web_url, application_name="taker"))
        except psycopg2.OperationalError:
            rest = site.own.cluster.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE usename IN ('portal_web', 'portal_owner') AND application_name <> 'taker'"
            )
        if rest == [(0,)]:
            break
    return taken


@pytest.mark.long
@pytest.mark.fault("F6", "all connections taken")
def test_all_connections_taken(site, measured):
    browser = secretary(site.port)
    taken = take_all(site)
    try:
        answer = browser.get("/")
        assert site.own.cluster.execute("SELECT 1") == [(1,)]
    finally:
        for line in taken:
            line.close()
    back = site.seconds_until_ready()
    assert (answer.status, answer.seconds < 10) == (503, True)
    measured(
        f"{len(taken)} taken, 503 after {answer.seconds:.1f} s, the superuser got in, back after {back:.1f} s"
    )


@pytest.mark.long
@pytest.mark.fault("F7", "an idle transaction holds a lock")
def test_an_idle_transaction_holds_a_lock(site, measured):
    from django.conf import settings

    browser = secretary(site.port)
    data = typed(browser, "F7")
    options = settings.DATABASES["default"]["OPTIONS"]["options"]
    with Locked(site, options=options):
        begun = time.monotonic()
        waits = []
        while (answer := browser.post(ANNOUNCE, data)).status != 302:
            assert (answer.status, "有人正在修改" in answer.text) == (503, True)
            waits.append(answer.seconds)
            assert time.monotonic() - begun < 150
            time.sleep(1)
        held = time.monotonic() - begun
    assert count(site, "F7") == 1
    measured(
        f"others refused after {against(max(waits), 3)} at most, the idle one was ended after {held:.0f} s"
    )
    assert max(waits) < within(3 + PAGE)
