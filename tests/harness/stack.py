"""The real site for a test: gunicorn, Celery workers and beats, a mail sink, on a database of its own.

    def test_it(stack_factory):
        stack = stack_factory(workers=2, beats=2, demo=False)
        stack.kill_worker(0)          # SIGKILL of the whole tree
        stack.start_worker()
        stack.flush_redis()
        stack.wait_for(lambda: stack.sql("SELECT count(*) FROM notices_delivery") == [(3,)], timeout=30)
        assert [mail.subject for mail in stack.mails] == [...]

When a test fails, the ends of all logs are part of the report.
"""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from branch_portal.local import processes
from branch_portal.local.paths import ROOT
from branch_portal.local.ports import LOOPBACK, quiet_port
from branch_portal.local.site import answers
from tests.harness.databases import run_sql
from tests.harness.mailsink import Mail, MailSink
from tests.harness.servers import DEMO_TEMPLATE, REDIS_DATABASES, TEMPLATE, Database, Servers, locked

T = TypeVar("T")
_numbers = itertools.count(1)
_LOGS: pytest.StashKey[list["Stack"]] = pytest.StashKey()


class Stack:
    """Processes of one site. Lists keep the place of a killed process as None, so indexes stay what they were."""

    web_workers = 1
    web_options: tuple[str, ...] = ()

    def __init__(self, servers: Servers, database: Database, folder: Path, extra: dict[str, str]) -> None:
        self.servers, self.database, self.folder = servers, database, folder
        self.port = quiet_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.sink = MailSink()
        self.web: subprocess.Popen[bytes] | None = None
        self.others: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes] | None] = []
        self.beats: list[subprocess.Popen[bytes] | None] = []
        self.redis_url = servers.valkey.url[:-1] + str(_redis_number())
        self.environment = {
            **os.environ,
            **servers.environment(database),
            "REDIS_URL": self.redis_url,
            "PORTAL_VAR": str(folder / "var"),
            "PORTAL_BASE_URL": self.url,
            "PORTAL_HASHED_STATIC": "1",
            "EMAIL_URL": self.sink.url,
            **extra,
        }
        (folder / "var").mkdir(parents=True)
        (folder / "var" / "static").symlink_to(collected_static(servers))
        self.flush_redis()
        self.sink.start()

    @property
    def mails(self) -> list[Mail]:
        return list(self.sink.mails)

    def start_web(self) -> None:
        self.web = self.start("web", self._gunicorn(self.port))
        self.wait_for(self.is_ready, timeout=60, what="the web process")

    def start_another_web(self) -> int:
        """One more web server beside the first, as on another machine; returns its port."""
        port = quiet_port(taken=[self.port])
        self.others.append(self.start(f"web-{port}", self._gunicorn(port)))
        self.wait_for(
            lambda: answers(f"http://{LOOPBACK}:{port}/readyz"), timeout=60, what="the other web process"
        )
        return port

    def _gunicorn(self, port: int) -> list[str]:
        return [
            sys.executable, "-m", "gunicorn", "branch_portal.wsgi:application", "--bind", f"{LOOPBACK}:{port}",
            "--config", str(ROOT / "deploy/gunicorn.conf.py"),
            "--worker-class", "gthread", "--workers", str(self.web_workers), "--no-control-socket",
            "--threads", "8", "--graceful-timeout", "10", *self.web_options,
        ]  # fmt: skip

    def is_ready(self) -> bool:
        return answers(self.url + "/readyz")

    def start_worker(self, *, concurrency: int = 2, wait: bool = True, include: str = "") -> int:
        """Start one more Celery worker and return its index; `include` is a module of tasks or jobs of a test."""
        index = len(self.workers)
        command = self._celery(
            "worker", "-Q", "default,jobs", "--concurrency", str(concurrency), "-n", f"w{index}@test"
        )
        command += ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        command += ["--include", include] if include else []
        self.workers.append(self.start(f"worker{index}", command))
        if wait:
            self.wait_for_worker(index)
        return index

    def wait_for_worker(self, index: int) -> None:
        """Until it shows that it lives; what it logs depends on the level that a test chose."""
        pulse = "SELECT count(*) FROM branch_portal_processbeat WHERE name = %s"
        self.wait_for(lambda: self.sql(pulse, f"w{index}@test") != [(0,)], timeout=60, what=f"worker{index}")

    def start_beat(self) -> int:
        """Start one more beat and return its index."""
        index = len(self.beats)
        command = self._celery("beat", "--schedule", str(self.folder / f"beat{index}"), "--pidfile", "")
        self.beats.append(self.start(f"beat{index}", command))
        return index

    def kill_worker(self, index: int = 0) -> None:
        """SIGKILL of the worker and its children, as the out-of-memory killer or a power cut would."""
        self._kill(self.workers[index])
        self.workers[index] = None

    def kill_beat(self, index: int = 0) -> None:
        self._kill(self.beats[index])
        self.beats[index] = None

    def kill_web(self) -> None:
        self._kill(self.web)
        self.web = None

    def stop_worker(self, index: int = 0) -> None:
        """SIGTERM: the worker finishes what it does."""
        child = self.workers[index]
        if child is not None:
            processes.stop(child, patience=40)
        self.workers[index] = None

    def flush_redis(self) -> None:
        """Everything that Redis knows of this stack is gone."""
        import redis

        with redis.Redis.from_url(self.redis_url) as client:
            client.flushdb()

    def sql(self, query: str, *args: object) -> list[tuple]:
        """One statement as the owner, committed; returns the rows, if it has any."""
        return run_sql(self.database.owner_url, query, *args)

    def manage(self, *arguments: str) -> str:
        """Run manage.py against this stack's database; returns what it printed."""
        return self.servers.manage(self.database, *arguments)

    def wait_for(self, fn: Callable[[], T], timeout: float = 20, what: str = "") -> T:
        """Call until the answer is truthy and return it; fails with the last answer."""
        deadline = time.monotonic() + timeout
        while not (answer := fn()):
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"{what or 'the condition'} was not met in {timeout} s; last answer: {answer!r}"
                )
            time.sleep(0.1)
        return answer

    def log(self, name: str) -> str:
        file = self.folder / f"{name}.log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def logs(self, lines: int = 40) -> str:
        # The web's last: the end of a report is what one sees first.
        files = sorted(self.folder.glob("*.log"), key=lambda file: (file.stem.startswith("web"), file.name))
        return "\n".join(f"--- {file.name}\n{processes.log_tail(file, lines)}" for file in files)

    def stop(self) -> None:
        for child in (self.web, *self.others, *self.beats, *self.workers):
            self._kill(child)  # nothing here is worth an orderly end, and workers take seconds for one
        self.sink.stop()

    def _celery(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "celery", "-A", "branch_portal.celery", *arguments]

    def start(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        # Die with the session: a stopped test run leaves no worker behind.
        return processes.start(
            command,
            log=self.folder / f"{name}.log",
            env=self.environment,
            cwd=ROOT,
            death_signal=signal.SIGKILL,
        )

    def _kill(self, child: subprocess.Popen[bytes] | None) -> None:
        if child is not None:
            processes.signal_group(child.pid, signal.SIGKILL)
            child.wait(10)


def _redis_number() -> int:
    """A database of Redis that no other stack has: Celery's messages of one test must not reach another's workers, nor what one
    flushes be another's. The processes of a test run share one server, so each chooses among sixteen of its own."""
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return (process * 16 + next(_numbers) % 16) % (REDIS_DATABASES - 1) + 1


def collected_static(servers: Servers) -> Path:
    """Static files hashed as in production, collected once per session."""
    folder = servers.folder / "collected"
    with locked(servers.folder / "collect.lock"):
        if not folder.exists():
            environment = {"PORTAL_VAR": str(servers.folder / "collecting"), "PORTAL_HASHED_STATIC": "1"}
            servers.manage(
                servers.database(TEMPLATE),
                "collectstatic",
                "--noinput",
                "--verbosity",
                "0",
                extra=environment,
            )
            (servers.folder / "collecting" / "static").rename(folder)
    return folder


@pytest.fixture
def stack_factory(
    request: pytest.FixtureRequest, servers: Servers, tmp_path: Path
) -> Iterator[Callable[..., Stack]]:
    """`stack_factory(workers=1, beats=1, web=True, demo=True, env={})` → a started `Stack`, ended after the test."""
    stacks: list[Stack] = []
    request.node.stash[_LOGS] = stacks

    def make(
        *,
        workers: int = 1,
        beats: int = 1,
        web: bool = True,
        demo: bool = True,
        env: dict[str, str] | None = None,
    ) -> Stack:
        if demo:
            servers.ensure_demo_template()
        number = next(_numbers)
        database = servers.clone(f"portal_stack_{os.getpid()}_{number}", DEMO_TEMPLATE if demo else TEMPLATE)
        stack = Stack(servers, database, tmp_path / f"stack{number}", env or {})
        stacks.append(stack)
        indexes = [stack.start_worker(wait=False) for _ in range(workers)]
        if web:
            stack.start_web()
        for index in indexes:
            stack.wait_for_worker(index)
        for _ in range(beats):
            stack.start_beat()
        return stack

    yield make
    for stack in stacks:
        stack.stop()
        servers.cluster.drop(stack.database.name)


@pytest.fixture
def stack(stack_factory: Callable[..., Stack]) -> Stack:
    return stack_factory()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.failed:
        for stack in item.stash.get(_LOGS, []):
            report.sections.append((f"logs of the stack at {stack.url}", stack.logs()))
    return report
