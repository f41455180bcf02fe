"""The site's own processes: prepared once, then web, beat and workers, restarted when they fall over."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from branch_portal.local import processes
from branch_portal.local.console import Problem, say
from branch_portal.local.paths import Places
from branch_portal.local.ports import LOOPBACK

_LONGEST_PAUSE = 30.0
_STEADY = 60.0  # seconds after which a process counts as well again


def commands(places: Places, port: int) -> dict[str, list[str]]:
    """The command of each process, in the order of starting; stopped the other way round."""
    celery = [sys.executable, "-m", "celery", "-A", "branch_portal.celery"]
    worker = [*celery, "worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    return {
        "worker": [*worker, "-Q", "default", "--concurrency", "2", "-n", "worker@%h"],
        # Apart, so that an import of half an hour holds up no reminder.
        "jobs": [*worker, "-Q", "jobs", "--concurrency", "1", "-n", "jobs@%h"],
        "beat": [*celery, "beat", "--schedule", str(places.run / f"beat-{os.getpid()}"), "--pidfile", ""],
        "web": [
            sys.executable, "-m", "gunicorn", "branch_portal.wsgi:application", "--bind", f"{LOOPBACK}:{port}",
            "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket",
            "--config", str(places.root / "deploy/gunicorn.conf.py"), "--graceful-timeout", "10",
        ],
    }  # fmt: skip


def prepare(places: Places, environment: dict[str, str]) -> None:
    """Keys, migrations, demo data, static files: one Django process, its output in a log."""
    log = places.logs / "prepare.log"
    with log.open("w", encoding="utf-8") as stream:
        child = subprocess.Popen(
            [sys.executable, "-m", "branch_portal.local.prepare"],
            cwd=places.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
            preexec_fn=processes.die_with_parent(signal.SIGTERM),
            start_new_session=True,
        )
        try:
            for line in child.stdout or ():
                say(line.rstrip("\n"))
        except KeyboardInterrupt:
            child.terminate()
            child.wait(10)
            raise
    if child.wait():
        lines = log.read_text(errors="replace").strip().splitlines()
        raise Problem(f"准备网站时出错，详见 {log}", lines[-1] if lines else "")


@dataclass
class Running:
    """One process and how often it fell over lately."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.5
    due: float = 0.0

    def begin(self) -> None:
        self.child = self.start()
        self.started = time.monotonic()
        self.due = 0.0

    def look(self) -> bool:
        """Restart it when it ended, with growing pauses; True when something was started."""
        now = time.monotonic()
        if self.child is not None and self.child.poll() is None:
            return False
        if not self.due:
            code = self.child.returncode if self.child else ""
            self.pause = 0.5 if now - self.started > _STEADY else min(self.pause * 2, _LONGEST_PAUSE)
            self.due = now + self.pause
            say(
                f"! {self.name} 意外结束（exit {code}），{self.pause:.0f} 秒后重新启动，日志在 var/log/{self.name}.log"
            )
            return False
        if now < self.due:
            return False
        self.begin()
        return True


@dataclass
class Site:
    places: Places
    environment: dict[str, str]
    port: int
    running: list[Running] = field(default_factory=list)

    def start(self) -> None:
        for old in self.places.run.glob("beat-*"):
            old.unlink(missing_ok=True)
        for name, command in commands(self.places, self.port).items():
            one = Running(name, partial(self._spawn, name, command))
            one.begin()
            self.running.append(one)

    def look(self) -> bool:
        started = [one.look() for one in self.running]  # all of them, not up to the first
        return any(started)

    def stop(self) -> None:
        """Web, beat, workers: nobody is let in, nothing new is planned, then what runs is finished."""
        for one in reversed(self.running):
            if one.child is not None:
                processes.stop(one.child, patience=25)

    def wait_until_ready(self, patience: float = 60.0) -> None:
        web = self.running[-1]
        deadline = time.monotonic() + patience
        while not answers(f"http://{LOOPBACK}:{self.port}/readyz"):
            if web.child is None or web.child.poll() is not None or time.monotonic() > deadline:
                log = self.log("web")
                lines = [line for line in processes.log_tail(log, 40).splitlines() if line.strip()]
                raise Problem(f"网页服务没有启动起来，日志在 {log}", lines[-1] if lines else "")
            time.sleep(0.1)

    def log(self, name: str) -> Path:
        return self.places.logs / f"{name}.log"

    def _spawn(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        return processes.start(command, log=self.log(name), env=self.environment, cwd=self.places.root)


def answers(url: str) -> bool:
    import urllib.request

    # A proxy of the operator's must not be asked for loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return response.status == 200
    except OSError:
        return False
