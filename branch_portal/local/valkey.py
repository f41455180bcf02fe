"""A Valkey (Redis-compatible) server of our own: loopback, password, nothing on disk, nothing evicted."""

import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from branch_portal.local import processes
from branch_portal.local.binaries import valkey_program
from branch_portal.local.console import Problem
from branch_portal.local.ports import LOOPBACK


@dataclass
class Valkey:
    port: int
    log: Path
    folder: Path
    password: str = field(repr=False)
    databases: int = 16
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{quote(self.password, safe='')}@{LOOPBACK}:{self.port}/0"

    def start(self, patience: float = 15.0) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # No persistence: Redis holds nothing that matters (reliability.md 0.1). noeviction: a full server must say so.
        settings = [
            f"bind {LOOPBACK}", f"port {self.port}", f"requirepass {self.password}", f'dir "{self.folder}"',
            'save ""', "appendonly no", "maxmemory 256mb", "maxmemory-policy noeviction", "daemonize no",
            f"databases {self.databases}",
        ]  # fmt: skip
        self.process = processes.start(
            [str(valkey_program()), "-"],
            log=self.log,
            feed="\n".join(settings) + "\n",
            death_signal=signal.SIGTERM,
        )
        deadline = time.monotonic() + patience
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Problem(f"Valkey 没有启动起来，日志在 {self.log}", processes.log_tail(self.log, 2))
            time.sleep(0.03)

    def answers(self) -> bool:
        import redis

        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=2, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, patience=10)
            self.process = None
