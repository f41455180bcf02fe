"""The benchmark's own PostgreSQL, one data folder a scale, kept between runs: `var/bench/<scale>`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from branch_portal.local.paths import ROOT, random_secrets, read_json, remember
from branch_portal.local.ports import quiet_port
from branch_portal.local.postgres import OWNER_ROLE, WEB_ROLE, Cluster
from branch_portal.local.valkey import Valkey

DATABASE = "portal_bench"
#: The tables of now and nothing in them; what workloads write into is a copy.
EMPTY = "portal_bench_empty"
_SECRETS = ("superuser", "owner", "web", "valkey", "key")


@dataclass
class Stack:
    """Servers of one scale and the environment that leads Django to them."""

    folder: Path
    cluster: Cluster
    valkey: Valkey
    environment: dict[str, str]

    @classmethod
    def at(cls, scale: str) -> "Stack":
        base = Path(os.environ.get("PORTAL_BENCH_VAR") or ROOT / "var" / "bench")
        folder = base.resolve() / scale
        folder.mkdir(parents=True, exist_ok=True)
        for each in (base.resolve(), folder):
            each.chmod(0o755)  # PostgreSQL runs as another user where this one is root
        keys = random_secrets(folder / "secrets.json", _SECRETS)
        port = quiet_port()
        cluster = Cluster(folder / "pg", port, folder / "postgres.log", keys["superuser"])
        valkey = Valkey(quiet_port(taken=[port]), folder / "valkey.log", folder / "valkey", keys["valkey"])
        environment = {
            "DJANGO_SETTINGS_MODULE": "branch_portal.settings",
            **_addresses(cluster, keys, DATABASE),
            "REDIS_URL": valkey.url,
            "PORTAL_VAR": str(folder / "var"),
            "PORTAL_KEYRING": str(folder / "keys.json"),
            "PORTAL_SECRET_KEY": keys["key"] + "x" * 50,
            "PORTAL_HASHED_STATIC": "1",
            "PORTAL_LOG_LEVEL": "WARNING",
        }
        return cls(folder, cluster, valkey, environment)

    def start(self) -> None:
        """The servers; the database gets the tables of now."""
        self.cluster.create()
        self.cluster.start()
        self.valkey.start()
        self._tables_of_now(DATABASE)
        if not self.remembered("generated") and not self.exists(EMPTY):
            self.cluster.clone(DATABASE, EMPTY)  # cheaper than to migrate twice
        self.manage("collectstatic", "--noinput", "--verbosity", "0")

    def stop(self) -> None:
        self.valkey.stop()
        self.cluster.stop()

    def manage(self, *arguments: str, database: str = DATABASE) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            check=True,
            env={**os.environ, **self.environment, **self.addresses(database)},
        )

    def addresses(self, database: str) -> dict[str, str]:
        """What leads a process to this database."""
        return _addresses(self.cluster, read_json(self.folder / "secrets.json"), database)

    @contextmanager
    def copy_of(self, source: str, name: str) -> Iterator[str]:
        """A copy to write into, gone afterwards; of `EMPTY`, or of `DATABASE` while nobody is connected to it."""
        from django.db import connection

        if source == EMPTY:
            self._tables_of_now(EMPTY)
        connection.close()
        self.cluster.drop(name)
        self.cluster.clone(source, name)
        try:
            yield name
        finally:
            self.cluster.drop(name)

    def _tables_of_now(self, name: str) -> None:
        keys = read_json(self.folder / "secrets.json")
        self.cluster.ensure_database(name, owner_password=keys["owner"], web_password=keys["web"])
        self.manage("ensure_keys", database=name)
        self.manage("migrate", "--verbosity", "0", database=name)
        self.cluster.let_policies_use_indexes(name)

    def exists(self, name: str) -> bool:
        return name in {row[0] for row in self.cluster.execute("SELECT datname FROM pg_database")}

    def remembered(self, name: str):
        return read_json(self.folder / "state.json").get(name)

    def remember(self, **values: object) -> None:
        remember(self.folder / "state.json", **values)


def _addresses(cluster: Cluster, keys: dict[str, str], database: str) -> dict[str, str]:
    return {
        "DATABASE_URL": cluster.url(WEB_ROLE, keys["web"], database),
        "DATABASE_OWNER_URL": cluster.url(OWNER_ROLE, keys["owner"], database),
    }
