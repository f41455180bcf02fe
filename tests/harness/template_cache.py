"""The migrated template kept between sessions: migrating takes many seconds, copying a folder takes none.

A copy is used only while every file that a migration could read is unchanged; one changed byte builds it anew.
"""

import hashlib
import os
import shutil
from pathlib import Path

from branch_portal.local.paths import ROOT, random_secrets
from branch_portal.local.postgres import Cluster

_FOLDER = ROOT / "var" / "test-template"
_APPS = ("branch_portal", "members", "notices", "learning", "activities", "supervision")
_OTHERS = (
    "requirements.txt",
    "requirements/local.txt",
    "tests/harness/template_cache.py",
    "tests/harness/servers.py",
)
# What only answers requests or starts servers can't change what a migration does.
_IRRELEVANT = {
    "views", "views.py", "forms", "forms.py", "urls.py", "admin", "admin.py", "admin_site.py", "admin_base.py", "tables",
    "tables.py", "panels.py", "templatetags", "navigation.py", "context.py", "middleware.py", "due.py", "tasks.py", "__pycache__",
}  # fmt: skip
_KEPT = 3


def session_secrets() -> dict[str, str]:
    """The test servers' passwords, random per checkout: a kept data folder must know them at the next session."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    return random_secrets(_FOLDER / "secrets.json", ("superuser", "owner", "web", "valkey"))


def fingerprint() -> str:
    mark = hashlib.sha256(os.environ.get("PORTAL_PG_BIN", "").encode())
    for path in sorted([*_sources(), *(ROOT / name for name in _OTHERS)]):
        mark.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return mark.hexdigest()[:32]


def restore(key: str, cluster: Cluster, keyring: Path) -> bool:
    """Put a kept data folder and its key file in place; False when there is none."""
    kept = _FOLDER / key
    if not (kept / "complete").exists():
        return False
    shutil.copytree(kept / "pg", cluster.data)
    shutil.copy2(kept / "keys.json", keyring)
    if cluster.who.user is not None:
        for path in (cluster.data, *cluster.data.rglob("*")):
            os.chown(path, cluster.who.user, cluster.who.user)
    (kept / "complete").touch()  # the age by which the oldest are dropped
    return True


def keep(key: str, cluster: Cluster, keyring: Path) -> None:
    """Copy the data folder of a stopped cluster. Another session may do the same at once: the first one stays."""
    draft = _FOLDER / f"{key}.{os.getpid()}"
    shutil.copytree(cluster.data, draft / "pg", ignore=shutil.ignore_patterns("postmaster.pid"))
    shutil.copy2(keyring, draft / "keys.json")
    (draft / "complete").touch()
    try:
        draft.rename(_FOLDER / key)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
    complete = sorted(_FOLDER.glob("*/complete"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in complete[_KEPT:]:
        shutil.rmtree(old.parent, ignore_errors=True)


def _sources() -> list[Path]:
    found = []
    for app in _APPS:
        for path in (ROOT / app).rglob("*.py"):
            parts = path.relative_to(ROOT / app).parts
            if not _IRRELEVANT.intersection(parts) and not (app == "branch_portal" and parts[0] == "local"):
                found.append(path)
    return [*found, *(ROOT / "branch_portal" / "local").glob("postgres.py")]
