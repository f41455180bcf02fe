"""A PostgreSQL cluster of our own: made, started on a loopback port, given its roles and database, stopped."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from branch_portal.local import processes
from branch_portal.local.binaries import Identity, identity, postgres_programs
from branch_portal.local.console import Problem
from branch_portal.local.paths import ROOT
from branch_portal.local.ports import LOOPBACK

SUPERUSER = "postgres"
OWNER_ROLE = "portal_owner"
WEB_ROLE = "portal_web"

_DURABLE = {
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",  # no disk of today pays four times for a page out of turn
    "wal_compression": "on",
    "max_connections": "100",
    "max_locks_per_transaction": "256",  # a restore locks every table and index, old and new, in one transaction
    "jit": "off",  # pages are short queries; compiling them costs more than it saves
    "log_min_duration_statement": "1000",
    "log_line_prefix": "%m [%p] %u@%d ",
}
# Only for data that nobody will miss: tests.
_THROW_AWAY = {
    **_DURABLE,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "log_min_duration_statement": "-1",
    "autovacuum_naptime": "1h",
}
_LEAKPROOF = ROOT / "deploy/postgresql/leakproof.sql"


@dataclass
class Cluster:
    """One data folder. Passwords are given by the caller; they are never part of a command line."""

    data: Path
    port: int
    log: Path
    superuser_password: str = field(repr=False)
    durable: bool = True
    who: Identity = field(default_factory=identity)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.programs = postgres_programs(self.who)

    def create(self) -> bool:
        """initdb into a draft folder, renamed when complete: an interrupted first start leaves nothing half made."""
        if (self.data / "PG_VERSION").exists():
            return False
        draft = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        with tempfile.NamedTemporaryFile("w", suffix=".pw") as password_file:
            password_file.write(self.superuser_password)
            password_file.flush()
            if self.who.user is not None:
                for path in (draft, password_file.name):
                    os.chown(path, self.who.user, self.who.user)
            self._call(
                "initdb", f"--pgdata={draft}", f"--username={SUPERUSER}", f"--pwfile={password_file.name}",
                "--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--auth=scram-sha-256",
                *(["--data-checksums"] if self.durable else ["--no-sync", *self._without_checksums()]),
            )  # fmt: skip
        draft.rename(self.data)
        return True

    def _without_checksums(self) -> list[str]:
        """Since 18 they are made unless one says no; before, `initdb` does not know the word (Debian's, in the restore drill)."""
        said = subprocess.run([self.programs / "initdb", "--version"], capture_output=True, text=True).stdout
        found = re.search(r"\) (\d+)", said)
        return ["--no-data-checksums"] if found and int(found[1]) >= 18 else []

    def reset_superuser_password(self) -> None:
        """Through the single-user mode: for a data folder whose secrets file was lost."""
        statement = f"ALTER ROLE {SUPERUSER} PASSWORD '{self.superuser_password}'\n"
        self._call("postgres", "--single", "-D", str(self.data), "postgres", feed=statement)

    def start(self, patience: float = 60.0) -> None:
        self._remove_stale_pid_file()
        settings = {
            **(_DURABLE if self.durable else _THROW_AWAY),
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",  # a deep checkout makes the socket's path too long
            "port": str(self.port),
        }
        command = [*self.who.prefix, str(self.programs / "postgres"), "-D", str(self.data)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = processes.start(
            command, log=self.log, cwd=self.data, user=self.who.user, death_signal=signal.SIGINT
        )
        self._wait_until_ready(patience)

    def stop(self, *, orderly: bool | None = None) -> None:
        """Orderly (the default for durable data): sessions end and a checkpoint is written; otherwise at once."""
        if self.process is None:
            return
        fast = self.durable if orderly is None else orderly
        processes.stop(self.process, first=signal.SIGINT if fast else signal.SIGQUIT, patience=60)
        self.process = None

    def url(self, role: str, password: str, database: str) -> str:
        return f"postgres://{role}:{quote(password, safe='')}@{LOOPBACK}:{self.port}/{database}"

    def execute(self, *statements: str, database: str = "postgres") -> list[tuple]:
        """Run statements as superuser, each on its own; returns the rows of the last one."""
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def connect(self, database: str = "postgres"):
        import psycopg2

        connection = psycopg2.connect(
            host=LOOPBACK, port=self.port, user=SUPERUSER, password=self.superuser_password, dbname=database,
            connect_timeout=3, application_name="branch-portal-local",
        )  # fmt: skip
        connection.autocommit = True
        return connection

    def ensure_database(self, name: str, *, owner_password: str, web_password: str) -> None:
        """Roles, database and schema as design.md 2 wants them; changes nothing when all is there."""
        roles = {row[0] for row in self.execute("SELECT rolname FROM pg_roles")}
        statements = []
        # The owner sees every row, for data migrations and pg_dump; the web role sees what its scope lets through.
        for role, password, rows in (
            (OWNER_ROLE, owner_password, "BYPASSRLS"),
            (WEB_ROLE, web_password, "NOBYPASSRLS"),
        ):
            verb = "ALTER" if role in roles else "CREATE"
            statements.append(
                f"{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE {rows} PASSWORD '{password}'"
            )
        self.execute(*statements)
        if name not in {row[0] for row in self.execute("SELECT datname FROM pg_database")}:
            self.execute(f"CREATE DATABASE {name} OWNER {OWNER_ROLE} TEMPLATE template0")
        self.grant_database(name)
        self.execute(
            f"ALTER SCHEMA public OWNER TO {OWNER_ROLE}",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            f"GRANT USAGE ON SCHEMA public TO {WEB_ROLE}",
            database=name,
        )
        self.let_policies_use_indexes(name)

    def let_policies_use_indexes(self, name: str) -> None:
        """Also after a migration, which may have made such a function; without it large searches are slower."""
        self.execute(_LEAKPROOF.read_text(encoding="utf-8"), database=name)

    def grant_database(self, name: str) -> None:
        """Rights on a database are not copied with a template, so clones need this too."""
        self.execute(
            f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
            f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {WEB_ROLE}",
        )

    def clone(self, template: str, name: str) -> None:
        """A copy of a template database that nobody is connected to."""
        self.execute(f"CREATE DATABASE {name} OWNER {OWNER_ROLE} TEMPLATE {template} STRATEGY file_copy")
        self.grant_database(name)

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _call(self, program: str, *arguments: str, feed: str = "") -> None:
        done = subprocess.run(
            [*self.who.prefix, str(self.programs / program), *arguments],
            input=feed, capture_output=True, text=True, cwd="/", errors="replace",
            user=self.who.user,
            group=self.who.user,
            extra_groups=None if self.who.user is None else [],
        )  # fmt: skip
        if done.returncode:
            cause = (done.stderr or done.stdout).strip().splitlines()[-3:]
            raise Problem(
                f"PostgreSQL 的 {program} 没有成功：请检查磁盘空间和 {self.data.parent} 的权限",
                "; ".join(cause),
            )

    def _remove_stale_pid_file(self) -> None:
        """After kill -9 the pid in the file may belong to somebody else; PostgreSQL would then refuse to start."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            command = b""
        if str(self.data).encode() not in command:
            pid_file.unlink(missing_ok=True)

    def _wait_until_ready(self, patience: float) -> None:
        import psycopg2

        deadline = time.monotonic() + patience
        while True:
            try:
                self.connect().close()
                return
            except psycopg2.OperationalError as error:
                ended = self.process is None or self.process.poll() is not None
                if ended or time.monotonic() > deadline or "password authentication failed" in str(error):
                    self.stop()
                    reason = processes.log_tail(self.log, 3) if ended else error
                    raise Problem(f"PostgreSQL 没有启动起来，日志在 {self.log}", reason) from None
            time.sleep(0.05)


def major_version(programs: Path) -> int:
    text = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True).stdout
    found = re.search(r"(\d+)", text)
    if not found:
        raise Problem(f"无法运行 {programs / 'postgres'}，请确认它适合本机系统")
    return int(found[1])
