"""P10: when the largest part of a page is there, and how long an answer to a finger takes, on a phone's profile in Chromium: a
quarter of the processor, Chrome's preset “Slow 4G”."""

import re
import statistics

from benchmarks.browser import CPU_RATE, PHONE, SLOW_4G, secretary_at, signed_in_page
from benchmarks.measure import Row
from benchmarks.scales import Scale
from benchmarks.stack import Stack

IDS = {"P10"}
PAGES = {"workbench": "/", "records": "/activities/", "a new record": "/activities/new/theme_day/"}
ROUNDS = 3
LATEST, LONGEST = 1500, 100
_WATCH = """
window.__largest = 0; window.__interactions = new Map();
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.__largest = entry.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const { interactionId, duration } of list.getEntries())
    if (interactionId) window.__interactions.set(interactionId, Math.max(duration, window.__interactions.get(interactionId) || 0));
}).observe({ type: "event", buffered: true, durationThreshold: 16 });
"""


def run(stack: Stack, scale: Scale) -> list[Row]:
    rows = []
    with secretary_at(stack) as (browser, url, cookie):
        for name, path in PAGES.items():
            first, later = zip(*(_paints(browser, url, cookie, path) for _ in range(ROUNDS)), strict=True)
            rows += [_painted(f"{name}, first visit", first), _painted(f"{name}, later visit", later)]
        delays = [_delays(browser, url, cookie) for _ in range(ROUNDS)]
    longest = [max(each) for each in delays]
    delay = statistics.median(longest)
    rows.append(
        Row("P10", "the roll on a phone: longest delay of an interaction", delay, 0, 0, f"≤ {LONGEST} ms", "ms", delay <= LONGEST,
            f"of {min(map(len, delays)) - 1} that took 16 ms and more; {min(longest):.0f}–{max(longest):.0f}")
    )  # fmt: skip
    return rows


def _painted(what: str, seen) -> Row:
    middle = statistics.median(seen)
    return Row("P10", f"{what}: largest contentful paint", middle, 0, 0, f"≤ {LATEST} ms", "ms", middle <= LATEST,
               f"{min(seen):.0f}–{max(seen):.0f}")  # fmt: skip


def _slow(session) -> None:
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_RATE})


def _paints(browser, url: str, cookie: str, path: str) -> tuple[float, float]:
    """With an empty cache, and again after another page."""
    with signed_in_page(browser, cookie, PHONE) as (page, session):
        page.add_init_script(_WATCH)
        _slow(session)

        def painted(path: str) -> float:
            page.goto(url + path, wait_until="networkidle")
            return page.evaluate("window.__largest")

        first = painted(path)
        painted("/notices/")
        return first, painted(path)


def _delays(browser, url: str, cookie: str) -> list[float]:
    """A finger and the keys on the form of a new record: every key reads the typed line and marks thirty rows anew."""
    with signed_in_page(browser, cookie, PHONE) as (page, session):
        page.add_init_script(_WATCH)
        page.goto(f"{url}/activities/new/theme_day/", wait_until="networkidle")
        session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_RATE})
        line = page.get_by_label(re.compile("^缺席")).first
        line.tap()
        line.press_sequentially("3 7 12-14", delay=120)
        page.get_by_text("用签到表、接龙或名单填写").tap()
        page.wait_for_timeout(500)
        # What took less than 16 ms is not reported, which is an answer too.
        return [*page.evaluate("[...window.__interactions.values()]"), 0.0]
