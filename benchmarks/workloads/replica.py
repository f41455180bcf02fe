"""R3: a committee's overviews from a replica (`DATABASE_REPLICA_URL`): what they cost the primary, and how far behind they are.

Two PostgreSQL servers and two web processes on one machine, so that nothing becomes faster here: what is shown is what a second
machine would take over.
"""

import shutil
import statistics
import subprocess
import time
from contextlib import closing

from benchmarks.measure import Row, alternate, compared
from benchmarks.scales import Scale
from benchmarks.stack import DATABASE, Stack
from benchmarks.standby import Standby
from benchmarks.web import Web, signed_in, used
from branch_portal.local.paths import read_json
from branch_portal.local.postgres import WEB_ROLE

IDS = {"R3"}
PAGES = {"grid": "/admin/supervision/", "study": "/admin/supervision/study/"}
TIMES = 10
COMMITS = 200


def run(stack: Stack, scale: Scale) -> list[Row]:
    if scale.branches == 1:
        return []
    folder = stack.folder / "standby"
    shutil.rmtree(folder, ignore_errors=True)
    standby = Standby.of(stack.cluster, folder)
    standby.start()
    address = standby.url(WEB_ROLE, read_json(stack.folder / "secrets.json")["web"], DATABASE)
    alone = Web(stack.environment, stack.folder / "web.log")
    beside = Web({**stack.environment, "DATABASE_REPLICA_URL": address}, stack.folder / "replica.log")
    try:
        cookie = signed_in("staff")
        rows = []
        for what, path in PAGES.items():
            ours, floor = alternate(
                _asked(stack, beside, path, cookie), _asked(stack, alone, path, cookie), rounds=3
            )
            rows.append(compared("R3", f"{what}: wall, from the replica / the primary", ours, floor))
            rows.append(
                Row(
                    "R3", f"{what}: CPU of the primary's server, replica / primary", ours.cpu * 1000, floor.cpu * 1000,
                    ours.cpu / floor.cpu, "", "ms",
                )
            )  # fmt: skip
        rows.append(_behind(stack, standby))
        return rows
    finally:
        alone.stop()
        beside.stop()
        standby.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _asked(stack: Stack, web: Web, path: str, cookie: str):
    """(wall of one request, CPU of the primary's processes for it)."""

    def work() -> tuple[float, float]:
        web.get(path, cookie)
        # The clock of commits: a replica that has followed nothing for long is not asked.
        stack.cluster.execute("UPDATE branch_portal_processbeat SET beat_at = now()", database=DATABASE)
        begun, cpu = time.perf_counter(), _cpu_of(stack)
        for _ in range(TIMES):
            status, body = web.get(path, cookie)
            if status != 200:
                raise RuntimeError(f"{path} answered {status}: {body[:200]!r}")
        return (time.perf_counter() - begun) / TIMES, (_cpu_of(stack) - cpu) / TIMES

    return work


def _cpu_of(stack: Stack) -> float:
    assert stack.cluster.process is not None
    said = subprocess.run(["pgrep", "-P", str(stack.cluster.process.pid)], capture_output=True, text=True)
    return sum(used(int(line)) for line in said.stdout.split())


def _behind(stack: Stack, standby: Standby) -> Row:
    """From a commit on the primary to the moment a question to the replica sees it."""
    seconds = []
    # psycopg2 takes a connection in a `with` of its own as a transaction, whose commits nobody would see.
    with closing(stack.cluster.connect(DATABASE)) as primary, closing(standby.connect(DATABASE)) as replica:
        write, read = primary.cursor(), replica.cursor()
        write.execute("DROP TABLE IF EXISTS bench_commit")
        write.execute("CREATE TABLE bench_commit (number int)")
        try:
            for number in range(COMMITS):
                write.execute("INSERT INTO bench_commit VALUES (%s)", [number])
                begun = time.perf_counter()
                while True:
                    read.execute("SELECT to_regclass('bench_commit')")
                    if read.fetchone()[0] is not None:
                        read.execute("SELECT max(number) FROM bench_commit")
                        if read.fetchone()[0] == number:
                            break
                seconds.append(time.perf_counter() - begun)
        finally:
            write.execute("DROP TABLE bench_commit")
    worst = sorted(seconds)[int(len(seconds) * 0.95)]
    return Row(
        "R3", "a commit reaches the replica", statistics.median(seconds) * 1000, 0, 0, "", "ms", None,
        f"95th percentile {worst * 1000:.2g} ms",
    )  # fmt: skip
