"""F11 to F15, F20: Redis killed, frozen, flushed, full and cut off, beat killed and doubled. Nothing that matters was in it."""

import signal
import statistics
import time

import pytest
import redis

from tests.faults.client import Browser
from tests.faults.invariants import holds, settle
from tests.faults.limits import against, within
from tests.faults.workload import Workload

pytestmark = [pytest.mark.stack, pytest.mark.long]
SPEED = {"PORTAL_TICK_SECONDS": "2", "PORTAL_LOG_LEVEL": "WARNING"}
TOLD = """
SELECT count(*) FROM notices_delivery d JOIN notices_reminderslot s ON s.id = slot_id
WHERE d.channel = 'inapp' AND s.title LIKE %s
"""


@pytest.fixture(scope="module")
def shared(own_site):
    return own_site(env=SPEED, beats=1)


@pytest.fixture
def site(shared):
    shared.heal()
    if all(each is None for each in shared.beats):
        shared.start_beat()
    yield shared
    shared.heal()


def notify(site, title: str) -> None:
    """One notice to the branch, which is due at once."""
    browser = Browser(site.port)
    browser.sign_in("secretary_a")
    fields = browser.form("/notices/new/") | {
        "title": title,
        "text": "请知悉。",
        "wanted": "read",
        "reach": "all",
    }
    draft = browser.post("/notices/new/", fields)
    assert draft.status == 302, draft.text
    assert browser.post(draft.location, browser.form(draft.location, "version")).status == 302


def seconds_until_told(site, title: str, timeout: float = 120) -> float:
    begun = time.monotonic()
    site.wait_for(lambda: site.sql(TOLD, f"%{title}%")[0][0] > 0, timeout, f"the telling of {title}")
    return time.monotonic() - begun


@pytest.mark.fault("F11", "Redis killed again and again, nothing kept")
def test_killed_every_three_seconds(site, measured):
    with Workload(site) as work:
        for _ in range(5):
            time.sleep(3)
            site.kill_redis()
            site.own.valkey.start()
        work.wait_for(8)
    measured(f"5 kills; {holds(site, work.log)}")
    assert work.log.troubles.total() == 0  # pages ask Redis for nothing


@pytest.mark.fault("F12", "Redis frozen for 60 s")
def test_frozen(site, measured):
    with Workload(site) as work:
        work.wait_for(20)
        usual = list(work.log.seconds)
        site.signal_redis(signal.SIGSTOP)
        time.sleep(60)
        frozen = work.log.seconds[len(usual) :]
        site.signal_redis(signal.SIGCONT)
    before, during = statistics.median(usual), statistics.median(frozen)
    measured(
        f"median {before:.2f} s before, {during:.2f} s frozen, slowest {max(frozen):.2f} s; {holds(site, work.log)}"
    )
    # One wait for Redis would be 5 s on every page.
    assert during < before + 2
    assert work.log.troubles.total() == 0


@pytest.mark.fault("F13", "Redis flushed")
def test_flushed(site, measured):
    with Workload(site) as work:
        for _ in range(3):
            work.wait_for(6)
            with redis.Redis.from_url(site.own.valkey.url) as client:
                client.flushall()
        notify(site, "清空之后")
        late = seconds_until_told(site, "清空之后")
    measured(f"3 flushes, told after {against(late, 30)}; {holds(site, work.log)}")
    assert late < within(30)


@pytest.mark.fault("F14", "Redis out of memory")
def test_out_of_memory(site, measured):
    with redis.Redis.from_url(site.own.valkey.url) as client:
        client.config_set("maxmemory", "1")
        try:
            time.sleep(3)  # what was published before is done
            with pytest.raises(redis.ResponseError):
                client.set("x", "y")
            notify(site, "内存用尽")
            # The system's timer runs this every minute; it asks PostgreSQL alone.
            site.servers.manage(site.database, "tick", extra=site.environment)
            assert site.sql(TOLD, "%内存用尽%")[0][0] > 0
        finally:
            client.config_set("maxmemory", "256mb")
    notify(site, "内存恢复")
    measured(
        f"told by the timer meanwhile; by the worker {seconds_until_told(site, '内存恢复'):.1f} s after there was memory"
    )
    settle(site)


@pytest.mark.fault("F15", "connections to Redis reset every second")
def test_reset_every_second(site, measured):
    with Workload(site, ("secretary_a", "secretary_b")) as work:
        for _ in range(8):
            site.redis.set("reset")
            time.sleep(1)
            site.redis.set("ok")
            time.sleep(1)
        notify(site, "断续之后")
        calm = seconds_until_told(site, "断续之后")
    measured(f"8 resets; work is taken after {against(calm, 10)} of calm; {holds(site, work.log)}")
    assert calm < within(10)
    assert work.log.troubles.total() == 0


@pytest.mark.fault("F20", "beat killed, two beats, no beat")
def test_beat_killed_and_doubled(site, measured):
    with Workload(site, ("secretary_a", "secretary_b")) as work:
        for index, beat in enumerate(site.beats):
            if beat is not None:
                site.kill_beat(index)
        notify(site, "没有调度")
        time.sleep(4)
        assert site.sql(TOLD, "%没有调度%") == [(0,)]
        begun = time.monotonic()
        for _ in range(2):
            site.start_beat()
        seconds_until_told(site, "没有调度")
        late = time.monotonic() - begun
        work.wait_for(6)
    measured(f"told {late:.1f} s after two beats were started; {holds(site, work.log)}")
