"""The drill: the newest backup restored where nobody works, and asked whether the portal could live on it."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from branch_portal.backup import BackupError
from branch_portal.backup.folder import Stored
from branch_portal.backup.keys import BackupKey
from branch_portal.backup.programs import address, free_bytes, last_words
from branch_portal.backup.restoring import check, compare, load_database
from branch_portal.backup.runs import Ended, noted
from branch_portal.local.binaries import identity, is_reachable
from branch_portal.local.console import Problem
from branch_portal.local.ports import quiet_port
from branch_portal.local.postgres import OWNER_ROLE, Cluster
from branch_portal.models import BackupRun

SAMPLE = 100
_SAFE_NAME = "drill"
Tell = Callable[[str], object]


@dataclass(frozen=True)
class Scratch:
    """A database to restore into, and the address under which every row of it may be read."""

    database: Mapping[str, Any]
    url: str
    replace: bool


def drill(find: Callable[[], Stored], key: BackupKey, *, url: str = "", tell: Tell) -> Ended:
    """Restore, compare and open; noted, so that a drill that failed is red until one succeeds."""
    return noted(BackupRun.Kind.DRILL, lambda: _drill(find(), key, url, tell))


def _drill(backup: Stored, key: BackupKey, url: str, tell: Tell) -> Ended:
    manifest = check(backup, key, tell)
    with _given(url) if url else _cluster(manifest.get("room", 0), tell) as scratch:
        tell("在演练库中恢复")
        load_database(backup, key, manifest, scratch.database, replace=scratch.replace)
        tell("核对行数与内容")
        if wrong := compare(manifest, scratch.database):
            raise BackupError("演练恢复后与备份登记不符：" + "；".join(wrong[:5]))
        tell("核对数据库结构，打开个人信息字段")
        found = look_inside(scratch.url)
    if found["broken"]:
        raise BackupError(
            f"演练库中有 {found['broken']} 项个人信息打不开，密钥文件可能不对：{found['first']}"
        )
    if found["sealed"] and not found["opened"]:
        raise BackupError("演练库中读不到个人信息字段：请换一个能读全部行的数据库角色")
    rows = sum(mark["rows"] for mark in manifest["tables"].values())
    words = f"{len(manifest['tables'])} 张表 {rows} 行全部一致，打开 {found['opened']} 项个人信息字段"
    if found["pending"]:
        words += f"；恢复到本版本还需 {found['pending']} 步迁移"
    return Ended(backup.name, backup.size, words)


def look_inside(url: str) -> dict:
    """Ask a restored database through a process of its own, whose settings name nothing else."""
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": url}
    environment["PORTAL_KEYRING"] = str(settings.PORTAL_KEYRING)
    done = subprocess.run(
        [sys.executable, "manage.py", "restored_check", f"--sample={SAMPLE}"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise BackupError(f"演练库打不开：{last_words(done.stderr)}") from None


@contextlib.contextmanager
def _given(url: str) -> Iterator[Scratch]:
    database = address(url)
    if _SAFE_NAME not in str(database["NAME"]):
        raise BackupError(
            f"演练会清空所给的数据库；为防止写错，库名中须有“{_SAFE_NAME}”字样，现在是 {database['NAME']}"
        )
    yield Scratch(database, url, replace=True)


@contextlib.contextmanager
def _cluster(room: int, tell: Tell) -> Iterator[Scratch]:
    """A PostgreSQL of our own for some minutes, in a folder that goes with it."""
    parent = _parent()
    if (free := free_bytes(parent)) < room * 1.3:
        raise BackupError(f"演练需要约 {int(room * 1.3) >> 20} MB，{parent} 所在磁盘只剩 {free >> 20} MB")
    tell("启动演练用的临时数据库")
    with tempfile.TemporaryDirectory(prefix="portal-drill-", dir=parent) as name:
        if os.geteuid() == 0:
            Path(name).chmod(0o755)
        secret = os.urandom(18).hex()
        try:
            cluster = Cluster(
                Path(name) / "pg", quiet_port(), Path(name) / "postgres.log", secret, durable=False
            )
            cluster.create()
            cluster.start()
        except Problem as problem:
            raise BackupError(f"演练用的临时数据库没有启动：{problem}") from None
        try:
            cluster.ensure_database("drill", owner_password=secret, web_password=os.urandom(18).hex())
            yield Scratch(
                address(cluster.url(OWNER_ROLE, secret, "drill")),
                cluster.url("postgres", secret, "drill"),
                replace=False,
            )
        finally:
            cluster.stop()


def _parent() -> Path:
    var = Path(settings.PORTAL_VAR)
    var.mkdir(parents=True, exist_ok=True)
    if identity().user is not None and not is_reachable(var):
        return Path(tempfile.gettempdir())
    return var
