"""P14: what a web worker holds after many requests, beside what it held after the first ones."""

from benchmarks.measure import Row
from benchmarks.scales import Scale
from benchmarks.stack import Stack
from benchmarks.web import Web, signed_in

IDS = {"P14"}
PATHS = ("/", "/activities/", "/members/", "/learning/branch/", "/notices/", "/activities/calendar/")
REQUESTS = {"S": 1_000, "M": 2_000, "L": 10_000}


def run(stack: Stack, scale: Scale) -> list[Row]:
    web = Web(stack.environment, stack.folder / "web.log")
    cookie = signed_in("secretary")
    try:
        for number in range(300):
            web.get(PATHS[number % len(PATHS)], cookie)
        before = web.memory()
        for number in range(REQUESTS[scale.name]):
            web.get(PATHS[number % len(PATHS)], cookie)
        after = web.memory()
    finally:
        web.stop()
    growth = after / before - 1
    what = f"a web worker after {REQUESTS[scale.name]} requests"
    return [
        Row("P14", what, after / 2**20, before / 2**20, after / before, "growth ≤ 5 %", "MB", growth <= 0.05)
    ]
