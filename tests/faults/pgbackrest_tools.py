"""A scratch PostgreSQL of the system's packages with pgBackRest as `deploy/pgbackrest/` configures it."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import psycopg2

from branch_portal.local.binaries import identity
from branch_portal.local.paths import ROOT
from branch_portal.local.ports import quiet_port

SHIPPED = ROOT / "deploy" / "pgbackrest"


def programs() -> Path | None:
    """Debian's server, whose version its pgBackRest knows; None where either is missing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found and shutil.which("pgbackrest") else None


class Server:
    def __init__(self, folder: Path, bin_folder: Path) -> None:
        self.folder, self.bin, self.port, self.who = folder, bin_folder, quiet_port(), identity()
        self.data = folder / "pg"
        self.config = folder / "pgbackrest.conf"
        for name in ("repo1", "repo2", "spool", "lock", "log", "socket"):
            (folder / name).mkdir()
        self._write_config()
        if self.who.user is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.who.user, self.who.user)
        self.run(
            self.bin / "initdb", "-D", self.data, "-U", "postgres", "--data-checksums", "--encoding=UTF8",
            "--lc-collate=C", "--lc-ctype=C.UTF-8", "--auth=trust",
        )  # fmt: skip
        archive = (SHIPPED / "postgresql-archive.conf").read_text()
        archive = archive.replace("pgbackrest ", f"pgbackrest --config={self.config} ")
        with (self.data / "postgresql.conf").open("a") as stream:
            stream.write(
                f"{archive}\nport = {self.port}\nlisten_addresses = '127.0.0.1'\nfsync = off\n"
                f"unix_socket_directories = '{folder / 'socket'}'\n"
            )

    def _write_config(self) -> None:
        text = (SHIPPED / "pgbackrest.conf").read_text()
        for key, value in {
            "repo1-path": self.folder / "repo1",
            "repo2-path": self.folder / "repo2",
            "spool-path": self.folder / "spool",
            "pg1-path": self.data,
            "pg1-port": self.port,
        }.items():
            text, count = re.subn(rf"(?m)^{key}=.*$", f"{key}={value}", text)
            assert count == 1, key
        text += f"pg1-socket-path={self.folder / 'socket'}\npg1-user=postgres\n"
        text += f"[global]\nlock-path={self.folder / 'lock'}\nlog-path={self.folder / 'log'}\n"
        text += "repo1-cipher-pass=scratch-one\nrepo2-cipher-pass=scratch-two\n"
        self.config.write_text(text)

    def run(
        self, *command: object, check: bool = True, env: dict | None = None
    ) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [*self.who.prefix, *map(str, command)], capture_output=True, text=True, cwd=self.folder, env=env,
            user=self.who.user, group=self.who.user, extra_groups=None if self.who.user is None else [],
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def pgbackrest(self, *arguments: str, check: bool = True) -> str:
        done = self.run("pgbackrest", f"--config={self.config}", "--stanza=portal", *arguments, check=check)
        return done.stdout + done.stderr

    def start(self) -> None:
        self.run(
            self.bin / "pg_ctl",
            "-D",
            self.data,
            "-w",
            "-t",
            "120",
            "-s",
            "-l",
            self.folder / "pg.log",
            "start",
        )

    def stop(self) -> None:
        self.run(self.bin / "pg_ctl", "-D", self.data, "-w", "-s", "-m", "fast", "stop", check=False)

    def sql(self, statement: str, database: str = "postgres") -> list[tuple]:
        session = psycopg2.connect(host="127.0.0.1", port=self.port, user="postgres", dbname=database)
        session.autocommit = True
        try:
            with session.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            session.close()

    def wait_for(self, statement: str, what: str, timeout: float = 120) -> None:
        deadline = time.monotonic() + timeout
        while self.sql(statement) != [(True,)]:
            assert time.monotonic() < deadline, what
            time.sleep(0.3)
