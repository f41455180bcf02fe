"""PostgreSQL's own tools, and how they are told where the database is without a password on any command line."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import environ

from branch_portal.backup import BackupError
from branch_portal.local.binaries import client_folders


def program(name: str, server_major: int) -> str:
    """`pg_dump`, `pg_restore` or `psql` of the server's major version; a newer one where that is not installed."""
    found: dict[int, Path] = {}
    for folder in client_folders():
        path = folder / name
        if path.exists() and (major := _major(path)) is not None:
            found.setdefault(major, path)
    usable = sorted(major for major in found if major >= server_major)
    if not usable:
        have = f"（只找到版本 {'、'.join(map(str, sorted(found)))}）" if found else ""
        raise BackupError(
            f"找不到 PostgreSQL {server_major} 的 {name}{have}：请安装 postgresql-client-{server_major}，"
            "或用 PORTAL_PG_BIN 指明它所在的文件夹"
        )
    return str(found[usable[0]])


def _major(path: Path) -> int | None:
    try:
        text = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return None
    found = re.search(r"\) (\d+)", text)
    return int(found[1]) if found else None


def address(url: str) -> dict[str, Any]:
    """Django's settings of a database from its URL."""
    return dict(environ.Env.db_url_config(url))


def client_environment(database: Mapping[str, Any]) -> dict[str, str]:
    """libpq's variables for a database of the settings."""
    values = {
        "PGHOST": database.get("HOST"),
        "PGPORT": database.get("PORT"),
        "PGUSER": database.get("USER"),
        "PGPASSWORD": database.get("PASSWORD"),
        "PGDATABASE": database.get("NAME"),
        "PGCONNECT_TIMEOUT": 10,
        "PGAPPNAME": "branch-portal-backup",
        # A table whose rows the role may see only in part must end the dump, not thin it out in silence.
        "PGOPTIONS": "-c row_security=off -c statement_timeout=0 -c idle_in_transaction_session_timeout=0",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, **{name: str(value) for name, value in values.items() if value}}


def connect(database: Mapping[str, Any]):
    """A plain session as that role, outside Django; rows are never hidden from it in silence."""
    import psycopg2

    try:
        connection = psycopg2.connect(
            host=database.get("HOST") or None,
            port=database.get("PORT") or None,
            user=database.get("USER") or None,
            password=database.get("PASSWORD") or None,
            dbname=database.get("NAME"),
            connect_timeout=10,
            application_name="branch-portal-backup",
            options="-c row_security=off -c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c timezone=UTC"
            " -c datestyle=ISO,YMD -c intervalstyle=postgres -c bytea_output=hex -c extra_float_digits=1",
        )
    except psycopg2.OperationalError as error:
        raise BackupError(f"连不上数据库 {database.get('NAME')}：{str(error).strip()}") from None
    return connection


def server_major(connection) -> int:
    return connection.server_version // 10000


def last_words(text: bytes | str) -> str:
    """The end of what a tool complained of."""
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return "; ".join(line.strip() for line in words.strip().splitlines()[-3:]) or "没有说明原因"


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
