"""What tests of the web process share: further gunicorns beside the site's own, locks that keep requests under way, slow lines."""

import datetime
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from branch_portal.dates import today_shanghai
from branch_portal.local import processes
from branch_portal.local.paths import ROOT
from branch_portal.local.ports import LOOPBACK
from branch_portal.local.site import answers
from tests.faults.client import Browser, multipart

ANNOUNCE = "/activities/announce/?kind=theme_day"


class Locked:
    """Somebody's open transaction that every writer of gatherings has to wait for."""

    def __init__(self, site, *, options: str = ""):
        self.line = psycopg2.connect(site.database.web_url, options=options)
        self.line.cursor().execute("LOCK TABLE activities_gathering IN EXCLUSIVE MODE")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.line.close()


def waiting_for_lock(site) -> list[int]:
    """Backends of the portal that wait inside a transaction; only a superuser sees what others wait for."""
    query = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'portal_web'"
    return [pid for (pid,) in site.own.cluster.execute(query)]


def secretary(port: int, name: str = "secretary_a", *, timeout: float = 60) -> Browser:
    browser = Browser(port, timeout=timeout)
    assert browser.sign_in(name).status == 302
    return browser


def typed(browser: Browser, theme: str) -> dict[str, str]:
    day = today_shanghai() + datetime.timedelta(days=7)
    return browser.form(ANNOUNCE) | {
        "theme": theme,
        "on_date": day.isoformat(),
        "start": "15:00",
        "end": "16:30",
    }


def count(site, theme: str) -> int:
    return site.sql("SELECT count(*) FROM activities_gathering WHERE theme = %s", theme)[0][0]


def gunicorn(site, listener: socket.socket, *options: str, **extra: str) -> subprocess.Popen[bytes]:
    """One more web process on a socket that is somebody else's, as systemd's socket activation has it."""
    port = listener.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "branch_portal.wsgi:application", "--no-control-socket"]
    command += [
        "--bind",
        f"fd://{listener.fileno()}",
        "--worker-class",
        "gthread",
        "--threads",
        "4",
        *options,
    ]
    with (site.folder / f"web-{port}.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=ROOT, env=site.environment | extra, stdout=log, stderr=log, start_new_session=True,
            pass_fds=[listener.fileno()], preexec_fn=processes.die_with_parent(signal.SIGKILL),
        )  # fmt: skip


@contextmanager
def listening() -> Iterator[socket.socket]:
    """The socket that outlives the processes that serve it."""
    with socket.create_server((LOOPBACK, 0), backlog=128) as listener:
        listener.set_inheritable(True)
        yield listener


def wait_until_served(site, port: int) -> None:
    site.wait_for(lambda: answers(f"http://{LOOPBACK}:{port}/readyz"), 90, "one more web process")


def end(child: subprocess.Popen[bytes]) -> None:
    processes.signal_group(child.pid, signal.SIGKILL)
    child.wait(20)


class SlowUpload:
    """A form with a file that is sent piece by piece."""

    def __init__(self, port: int, browser: Browser, path: str, data: dict, content: bytes):
        kind, body = multipart(data, {"files": ("慢.pdf", content)})
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nCookie: {cookies}\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.rest = head.encode() + body
        self.line = socket.create_connection((LOOPBACK, port), timeout=60)

    def send(self, number: int) -> None:
        self.line.sendall(self.rest[:number])
        self.rest = self.rest[number:]

    def status(self) -> int:
        with self.line.makefile("rb") as answer:
            return int(answer.readline().split()[1])

    def close(self) -> None:
        self.line.close()


def new_record(browser: Browser) -> str:
    """The address of a record that may take attachments."""
    path = "/activities/new/theme_day/"
    facts = {
        "theme": f"上传 {time.monotonic_ns()}", "on_date": today_shanghai().isoformat(), "start": "15:00", "end": "16:30",
        "place": "村部会议室", "content": "学习。",
    }  # fmt: skip
    answer = browser.post(path, browser.form(path) | facts)
    assert answer.status == 302, answer.text
    return answer.location.partition("#")[0]


def pdf(size: int, mark: str = "") -> bytes:
    return b"%PDF-1.4\n" + mark.encode() + b"\n" + b"%" * size + b"\n%%EOF"


def media_of(site) -> Path:
    return Path(site.environment["PORTAL_VAR"]) / "media"


def memory_of(pids: list[int]) -> int:
    """Bytes that these processes have for themselves, shared ones counted in part (PSS)."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024
    return total
