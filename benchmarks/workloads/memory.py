"""P14: what the whole stack holds at rest, and a web worker after many requests beside what it held after the first ones."""

import os
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.scales import Scale
from benchmarks.stack import DATABASE, EMPTY, Stack
from benchmarks.web import Web, signed_in
from branch_portal.local.paths import ROOT, Places
from branch_portal.local.ports import quiet_port
from branch_portal.local.site import Site

IDS = {"P14"}
PATHS = ("/", "/activities/", "/members/", "/learning/branch/", "/notices/", "/activities/calendar/")
REQUESTS = {"S": 1_000, "M": 10_000, "L": 10_000}
AT_REST = 600
_QUIET = 30
_COPY = "portal_bench_rest"


def run(stack: Stack, scale: Scale) -> list[Row]:
    return [_after_many(stack, scale), _at_rest(stack, scale)]


def _after_many(stack: Stack, scale: Scale) -> Row:
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
    return Row(
        "P14", what, after / 2**20, before / 2**20, after / before, "growth ≤ 5 %", "MB", growth <= 0.05
    )


def _at_rest(stack: Stack, scale: Scale) -> Row:
    """Web, both workers, beat, PostgreSQL and Valkey as `make run` starts them; memory that several share is counted once.

    In a copy, because the clock writes what falls due; at L in the empty one, which takes no ten minutes to make.
    """
    with stack.copy_of(EMPTY if scale.name == "L" else DATABASE, _COPY) as name:
        places = Places(ROOT, stack.folder / "var")
        places.create()
        environment = {**os.environ, **stack.environment, **stack.addresses(name)}
        running = Site(places, environment, quiet_port())
        try:
            running.start()
            running.wait_until_ready()
            time.sleep(_QUIET)
            parts = {one.name: _held(one.child.pid) for one in running.running if one.child}
            servers = {"postgresql": stack.cluster.process, "valkey": stack.valkey.process}
            parts |= {server: _held(child.pid) for server, child in servers.items() if child}
        finally:
            running.stop()
    whole = sum(parts.values())
    said = ", ".join(f"{part} {held:.0f}" for part, held in parts.items())
    return Row("P14", "the whole stack at rest", whole, 0, 0, f"≤ {AT_REST} MB", "MB", whole <= AT_REST, said)


def _held(root: int) -> float:
    """MB of this process and what it has started, each shared page divided among those that share it."""
    below = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # ended meanwhile
        below[parent].append(int(folder.name))
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        waiting += below[pid]
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
