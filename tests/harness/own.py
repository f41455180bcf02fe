"""PostgreSQL and Redis of one stack alone, durable as in production, to be killed, frozen and starved; proxies before both.

    own_site(web=True, workers=1, beats=1)   → Site, started, with the people of tests/personas.py

`Site.heal()` puts everything back that a fault broke, so that one site serves many faults of a module.
"""

import itertools
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from branch_portal.local import processes
from branch_portal.local.paths import write_private
from branch_portal.local.ports import quiet_port
from branch_portal.local.valkey import Valkey
from tests.harness import template_cache
from tests.harness.proxy import FaultProxy
from tests.harness.servers import TEMPLATE, Servers
from tests.harness.stack import Stack, collected_static

_numbers = itertools.count(1)
_running: list["Site"] = []


class OwnServers(Servers):
    """The migrated template of the session in a cluster that writes to disk."""

    def __init__(self, session: Servers, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        port = quiet_port()
        plan = session.plan | {"pg_port": port, "valkey_port": quiet_port(taken=[port])}
        write_private(folder / "plan.json", json.dumps(plan))
        super().__init__(folder)
        self.cluster.durable = True
        session.ensure_running()
        key = (session.folder / "template-key").read_text()
        if not template_cache.restore(key, self.cluster, folder / "keys.json"):
            pytest.fail("the session's template was not kept; run again while nobody edits the code")
        (folder / "collected").symlink_to(collected_static(session))

    def ensure_running(self) -> None:
        """They run since `start`."""

    def start(self) -> None:
        self.valkey.start()
        self.cluster.start()

    def stop(self) -> None:
        for server in (self.cluster.process, self.valkey.process):
            if server is not None:
                processes.signal_group(server.pid, signal.SIGCONT)
        self.cluster.stop(orderly=False)
        self.valkey.stop()


class Site(Stack):
    """A stack whose servers are its own. What the web and the workers know are the proxies."""

    stopped = False

    def __init__(
        self, session: Servers, folder: Path, extra: dict[str, str], disk: Path | None = None
    ) -> None:
        self.own = OwnServers(session, disk or folder / "servers")
        self.own.start()
        self.pg, self.redis = FaultProxy(self.own.cluster.port), FaultProxy(self.own.valkey.port)
        database = self.own.database(TEMPLATE)
        environment = {
            "DATABASE_URL": _through(database.web_url, self.pg.port),
            "DATABASE_OWNER_URL": _through(database.owner_url, self.pg.port),
            "REDIS_URL": _through(self.own.valkey.url, self.redis.port),
        }
        super().__init__(self.own, database, folder / "stack", environment | extra)

    # --- PostgreSQL ---

    def postgres_pids(self) -> list[int]:
        """The postmaster and all its children."""
        assert self.own.cluster.process is not None
        parent = self.own.cluster.process.pid
        return [parent, *children(parent)]

    def kill_postgres(self) -> None:
        """Every process at once, without a word."""
        for pid in self.postgres_pids():
            _send(pid, signal.SIGKILL)
        if self.own.cluster.process is not None:
            self.own.cluster.process.wait(20)
        self.own.cluster.process = None

    def start_postgres(self, patience: float = 120) -> None:
        self.own.cluster.start(patience)

    def freeze_postgres(self) -> None:
        for pid in self.postgres_pids():
            _send(pid, signal.SIGSTOP)

    def thaw_postgres(self) -> None:
        for pid in self.postgres_pids():
            _send(pid, signal.SIGCONT)

    # --- Redis ---

    def kill_redis(self) -> None:
        valkey = self.own.valkey
        if valkey.process is not None:
            processes.signal_group(valkey.process.pid, signal.SIGKILL)
            valkey.process.wait(10)
            valkey.process = None

    def signal_redis(self, number: int) -> None:
        assert self.own.valkey.process is not None
        os.kill(self.own.valkey.process.pid, number)

    # --- All of it ---

    def seconds_until_ready(self, limit: float = 90) -> float:
        """I7: without a human."""
        begun = time.monotonic()
        self.wait_for(self.is_ready, timeout=limit, what="a site that is ready")
        return time.monotonic() - begun

    def heal(self) -> None:
        """As at the beginning, whatever a fault left behind."""
        for proxy in (self.pg, self.redis):
            if proxy.mode != "ok":
                proxy.set("ok")
        if self.own.cluster.process is None or self.own.cluster.process.poll() is not None:
            self.own.cluster.process = None
            self.start_postgres()
        self.thaw_postgres()
        if not _lives(self.own.valkey):
            self.own.valkey.process = None
            self.own.valkey.start()
        self.signal_redis(signal.SIGCONT)
        self.sink.answer, self.sink.manner, self.sink.pause, self.sink.drop_every = "", "", 0.0, 0
        if self.web is None or self.web.poll() is not None:
            self.start_web()
        self.seconds_until_ready()

    def stop(self) -> None:
        if self.stopped:
            return
        self.stopped = True
        super().stop()
        for proxy in (self.pg, self.redis):
            proxy.stop()
        self.own.stop()
        shutil.rmtree(self.own.folder, ignore_errors=True)


def children(parent: int) -> list[int]:
    """Of a process, by /proc: in a container there may be no pgrep."""
    try:
        text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    except OSError:
        return []
    found = [int(pid) for pid in text.split()]
    return [*found, *(pid for child in found for pid in children(child))]


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _lives(valkey: Valkey) -> bool:
    return valkey.process is not None and valkey.process.poll() is None


def _through(url: str, port: int) -> str:
    """The same address, by the proxy."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition(":")[0]
    return parts._replace(netloc=f"{place}:{port}").geturl()


@pytest.fixture(scope="module")
def own_site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """`own_site(env={}, workers=1, beats=1, web=True, disk=None)` → a started `Site`, ended after the module.

    `disk` is where PostgreSQL keeps its data.
    """
    sites: list[Site] = []

    def make(
        *,
        env: dict[str, str] | None = None,
        workers: int = 1,
        beats: int = 1,
        web: bool = True,
        disk: Path | None = None,
    ) -> Site:
        servers.ensure_running()
        site = Site(servers, tmp_path_factory.mktemp(f"own{next(_numbers)}"), env or {}, disk)
        sites.append(site)
        _running.append(site)
        site.manage("shell", "-c", "from tests.faults.people import town; town()")
        indexes = [site.start_worker(wait=False) for _ in range(workers)]
        if web:
            site.start_web()
        for index in indexes:
            site.wait_for_worker(index)
        for _ in range(beats):
            site.start_beat()
        return site

    yield make
    for site in sites:
        site.stop()
        _running.remove(site)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.failed:
        for site in _running:
            report.sections.append((f"logs of the site at {site.url}", site.logs()))
    return report
