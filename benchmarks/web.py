"""A real gunicorn on loopback, asked over one kept-open connection; CPU is read from the worker's process."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from branch_portal.local import processes
from branch_portal.local.paths import ROOT
from branch_portal.local.ports import LOOPBACK, quiet_port

_TICKS = os.sysconf("SC_CLK_TCK")


class Web:
    """One worker unless said otherwise, so that its process is where the work is done."""

    def __init__(
        self,
        environment: dict[str, str],
        log: Path,
        settings: str = "branch_portal.settings",
        *,
        application: str = "branch_portal.wsgi:application",
        python: str | Path = sys.executable,
        workers: int = 1,
        threads: int = 1,
        headers: Mapping[str, str] | None = None,
    ):
        self.port = quiet_port()
        self._headers = dict(headers or {})
        self._process = processes.start(
            [str(python), "-m", "gunicorn", application, "--bind", f"{LOOPBACK}:{self.port}", "--workers", str(workers),
             "--worker-class", "gthread", "--threads", str(threads), "--no-control-socket", "--keep-alive", "30"],
            log=log,
            cwd=ROOT,
            env={**os.environ, **environment, "DJANGO_SETTINGS_MODULE": settings},
        )  # fmt: skip
        self._connection: http.client.HTTPConnection | None = None
        self._wait()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                self._connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=60)
                self._connection.request("GET", "/healthz")
                self._connection.getresponse().read()
                return
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.1)

    def get(self, path: str, cookie: str = "") -> tuple[int, bytes]:
        assert self._connection is not None
        self._connection.request("GET", path, headers={**self._headers, "Cookie": cookie})
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def cost(self, path: str, cookie: str, times: int) -> tuple[float, float]:
        """(wall, the worker's CPU) of one request in seconds."""
        status, body = self.get(path, cookie)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}: {body[:200]!r}")
        begun, cpu = time.perf_counter(), self.cpu()
        for _ in range(times):
            self.get(path, cookie)
        return (time.perf_counter() - begun) / times, (self.cpu() - cpu) / times

    def cpu(self) -> float:
        """Seconds of CPU that the worker has used."""
        return sum(used(pid) for pid in self.workers())

    def workers(self) -> list[int]:
        said = subprocess.run(["pgrep", "-P", str(self._process.pid)], capture_output=True, text=True).stdout
        return [int(line) for line in said.split()]

    def memory(self) -> int:
        """Resident bytes of the worker."""
        return sum(
            int(line.split()[1]) * 1024
            for pid in self.workers()
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith("VmRSS")
        )

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        processes.stop(self._process, patience=15)


def used(pid: int) -> float:
    """Seconds of CPU of one process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def signed_in(username: str, *, stock: bool = False) -> str:
    """The cookie of a session of this account, as the sign-in would have made it; `stock` for Django's own sessions."""
    from django.conf import settings
    from django.test import Client, override_settings

    from members.models import User

    engine = "django.contrib.sessions.backends.db" if stock else settings.SESSION_ENGINE
    with override_settings(SESSION_ENGINE=engine):
        client = Client(SERVER_NAME=LOOPBACK)
        client.force_login(User.objects.get_by_natural_key(username))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
