"""P9: what a page weighs and how many requests it takes, at the first visit and later, as nginx sends it; the script that runs."""

from benchmarks.browser import DESKTOP, Traffic, secretary_at, signed_in_page, traffic_of
from benchmarks.measure import Row
from benchmarks.scales import Scale
from benchmarks.stack import Stack

IDS = {"P9"}
PAGES = {
    "workbench": "/", "records": "/activities/", "roster": "/members/", "study": "/learning/branch/",
    "a new record": "/activities/new/theme_day/",
}  # fmt: skip
FIRST, LATER, REQUESTS, SCRIPT = 150, 25, 8, 60


def run(stack: Stack, scale: Scale) -> list[Row]:
    with secretary_at(stack) as (browser, url, cookie):
        return [
            row for name, path in PAGES.items() for row in _rows(name, *_visits(browser, url, cookie, path))
        ]


def _visits(browser, url: str, cookie: str, path: str) -> tuple[Traffic, Traffic]:
    """With an empty cache, and again after another page."""
    with signed_in_page(browser, cookie, DESKTOP) as (page, session):

        def visit(path: str = path) -> None:
            page.goto(url + path, wait_until="networkidle")

        first = traffic_of(session, visit)
        visit("/notices/")
        return first, traffic_of(session, visit)


def _rows(name: str, first: Traffic, later: Traffic) -> list[Row]:
    heavy, light = first.bytes / 1000, later.bytes / 1000
    script = first.script / 1000
    return [
        Row("P9", f"{name}: first visit", heavy, 0, 0, f"≤ {FIRST} kB", "kB", heavy <= FIRST),
        Row("P9", f"{name}: later visit", light, 0, 0, f"≤ {LATER} kB", "kB", light <= LATER),
        Row("P9", f"{name}: requests, first visit", first.requests, 0, 0, f"≤ {REQUESTS}", "requests",
            first.requests <= REQUESTS, f"later {later.requests}"),
        Row("P9", f"{name}: script that runs", script, 0, 0, f"≤ {SCRIPT} kB", "kB", script <= SCRIPT,
            f"{first.packed_script / 1000:.0f} kB as sent"),
    ]  # fmt: skip
