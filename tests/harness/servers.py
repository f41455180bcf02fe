"""The throw-away servers of one test session, and the databases cloned from its templates.

`python -m tests.harness.servers FOLDER OWNER_PID` runs them; it is started by whichever pytest process needs a database
first and ends with the session's process, so tests without a database never wait for it.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from branch_portal.local.paths import ROOT, read_json, write_private
from branch_portal.local.ports import quiet_port
from branch_portal.local.postgres import OWNER_ROLE, WEB_ROLE, Cluster
from branch_portal.local.processes import birth, log_tail
from branch_portal.local.valkey import Valkey
from tests.harness import template_cache

TEMPLATE = "portal_template"
DEMO_TEMPLATE = "portal_demo_template"
FOLDER_VARIABLE = "PORTAL_TEST_FOLDER"
REDIS_DATABASES = 512
_PATIENCE = 600
_started: list[subprocess.Popen] = []  # held, because a forgotten child is a ResourceWarning


@dataclass(frozen=True)
class Database:
    """A database of its own for one test or module."""

    name: str
    web_url: str
    owner_url: str


class Servers:
    """What a pytest process knows of the session's servers: folder, ports, passwords."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plan = read_json(folder / "plan.json")
        self.cluster = Cluster(
            folder / "pg",
            self.plan["pg_port"],
            folder / "postgres.log",
            self.plan["superuser"],
            durable=False,
        )
        self.valkey = Valkey(
            self.plan["valkey_port"],
            folder / "valkey.log",
            folder / "valkey",
            self.plan["valkey"],
            databases=REDIS_DATABASES,
        )

    @classmethod
    def plan_in(cls, folder: Path) -> "Servers":
        """Choose ports and passwords now, so that settings can name them before anything runs."""
        pg_port = quiet_port()
        plan: dict[str, object] = {"pg_port": pg_port, "valkey_port": quiet_port(taken=[pg_port])}
        plan |= template_cache.session_secrets()
        write_private(folder / "plan.json", json.dumps(plan))
        return cls(folder)

    def database(self, name: str) -> Database:
        return Database(
            name,
            self.cluster.url(WEB_ROLE, self.plan["web"], name),
            self.cluster.url(OWNER_ROLE, self.plan["owner"], name),
        )

    def environment(self, database: Database) -> dict[str, str]:
        """The settings' environment for processes that work on `database`."""
        return {
            "DJANGO_SETTINGS_MODULE": "branch_portal.settings",
            "DATABASE_URL": database.web_url,
            "DATABASE_OWNER_URL": database.owner_url,
            "REDIS_URL": self.valkey.url,
            "PORTAL_VAR": str(self.folder / "var"),
            "PORTAL_KEYRING": str(self.folder / "keys.json"),
            "PORTAL_SECRET_KEY": "for-tests-only-" + "x" * 50,
            "PORTAL_HTTPS": "0",
            "PORTAL_DEBUG": "0",
            "PORTAL_DEMO": "0",
            "PORTAL_HASHED_STATIC": "0",
            "EMAIL_URL": "",
            # What happens on a disk that is nearly full is tested with other limits, not on whatever disk this is.
            "PORTAL_DISK_ALARM_PERCENT": "0",
            "PORTAL_DISK_REFUSE_PERCENT": "0",
        }

    def ensure_running(self) -> None:
        """Start the servers if nobody has, and wait until the migrated template is there."""
        with locked(self.folder / "start.lock"):
            if not (self.folder / "servers.pid").exists():
                with (self.folder / "servers.log").open("ab") as log:
                    child = subprocess.Popen(
                        [sys.executable, "-m", "tests.harness.servers", str(self.folder), os.environ["PORTAL_TEST_OWNER"]],
                        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                    )  # fmt: skip
                _started.append(child)
                (self.folder / "servers.pid").write_text(str(child.pid))
        deadline = time.monotonic() + _PATIENCE
        while not (self.folder / "ready").exists():
            if (self.folder / "failed").exists() or time.monotonic() > deadline:
                raise RuntimeError(
                    "the test servers did not start:\n" + log_tail(self.folder / "servers.log", 60)
                )
            time.sleep(0.05)

    def clone(self, name: str, template: str = TEMPLATE) -> Database:
        # Two clones of one template at the same time disturb each other ("source database is being accessed").
        with locked(self.folder / "clone.lock"):
            self.cluster.clone(template, name)
        return self.database(name)

    def manage(self, database: Database, *arguments: str, extra: dict[str, str] | None = None) -> str:
        """Run manage.py against a database; returns its output, raises with it when it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, capture_output=True, text=True,
            env={**os.environ, **self.environment(database), **(extra or {})},
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(
                f"manage.py {' '.join(arguments)} failed:\n{done.stdout[-3000:]}{done.stderr[-6000:]}"
            )
        return done.stdout

    def ensure_demo_template(self) -> Path:
        """Load the demo data once per session; returns the file with the demo logins."""
        logins = self.folder / "demo-logins.json"
        with locked(self.folder / "demo.lock"):
            if not (self.folder / "demo.ready").exists():
                self.cluster.drop(DEMO_TEMPLATE)
                database = self.clone(DEMO_TEMPLATE)
                self.manage(database, "load_demo", "--if-empty", "--write-logins", str(logins))
                (self.folder / "demo.ready").touch()
        return logins

    def end(self) -> None:
        """Called once, by the session's own process."""
        try:
            pid = int((self.folder / "servers.pid").read_text())
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + 20
            while birth(pid) and time.monotonic() < deadline:
                time.sleep(0.02)
            for child in _started:
                child.wait(5)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            pass
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _build_template(servers: Servers) -> None:
    template = servers.database(TEMPLATE)
    # Needs no database, so it loads Django while PostgreSQL comes up.
    keys = ThreadPoolExecutor(1).submit(servers.manage, template, "ensure_keys")
    servers.cluster.create()
    servers.cluster.start()
    servers.cluster.ensure_database(
        TEMPLATE, owner_password=servers.plan["owner"], web_password=servers.plan["web"]
    )
    keys.result()
    servers.manage(template, "migrate", "--verbosity", "0")
    servers.cluster.let_policies_use_indexes(TEMPLATE)


def _serve(folder: Path, owner_pid: int) -> None:
    born = birth(owner_pid)
    servers = Servers(folder)

    def leave(*_: object) -> None:
        raise SystemExit

    signal.signal(signal.SIGTERM, leave)
    try:
        servers.valkey.start()
        key, keyring = template_cache.fingerprint(), folder / "keys.json"
        if not template_cache.restore(key, servers.cluster, keyring):
            _build_template(servers)
            servers.cluster.stop(orderly=True)
            if template_cache.fingerprint() == key:  # nobody edited a migration meanwhile
                template_cache.keep(key, servers.cluster, keyring)
        servers.cluster.start()
        (folder / "template-key").write_text(key)
        (folder / "ready").touch()
        while birth(owner_pid) == born:
            time.sleep(0.5)
    except SystemExit:
        pass
    except BaseException:
        traceback.print_exc()  # into the log, before those who wait for it look there
        (folder / "failed").touch()
    finally:
        servers.cluster.stop()
        servers.valkey.stop()
        if birth(owner_pid) != born:  # nobody else is left to tidy up
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]))
