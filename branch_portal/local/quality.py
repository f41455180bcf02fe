"""`make test`, `make check`, `make fix`, `make lock`: the same commands on every machine."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from branch_portal.local.console import Problem, say, step
from branch_portal.local.paths import Places

APPS = ("branch_portal", "members", "notices", "learning", "activities", "supervision")
_NOTHING_COLLECTED = 5
_APART = "stack or browser or office"
_LONG = "long"  # too long for every submission: `make faults` and `make mutants` run them
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_LOCKS = (
    ("requirements.in", ()),
    ("requirements/local.in", ("requirements.txt",)),
    ("requirements/dev.in", ("requirements.txt", "requirements/local.txt")),
    ("requirements/node.in", ()),
)


def test(places: Places, arguments: list[str]) -> int:
    """The quick tests in parallel, then those with servers and browsers one at a time; fails when either does."""
    ensure_programs()
    if arguments:  # somebody is looking for something: one run, exactly as asked
        return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=places.root)
    begun = time.monotonic()
    codes = [
        subprocess.call([sys.executable, "-m", "pytest", *selection], cwd=places.root)
        for selection in (
            ["-n", "2", "--dist", "worksteal", "-m", f"not ({_APART} or {_LONG})"],
            ["-m", f"({_APART}) and not {_LONG}"],
        )
    ]
    if codes[0] == _NOTHING_COLLECTED and codes[1] == _NOTHING_COLLECTED:
        say("× 没有收集到任何测试")
        return 1
    failed = [code for code in codes if code not in (0, _NOTHING_COLLECTED)]
    say(f"{'× 测试未通过' if failed else '测试全部通过'}，用时 {time.monotonic() - begun:.0f} 秒")
    return 1 if failed else 0


def ensure_programs() -> None:
    """Chromium, a Chinese font, LibreOffice and poppler for the tests, by apt-get where we may."""
    missing = []
    if not os.environ.get("CHROME_PATH") and not any(map(shutil.which, _CHROMIUM)):
        missing.append("chromium")
    if not _has_chinese_font():
        missing.append("fonts-noto-cjk")
    missing += _missing_office()
    if not shutil.which("pdftotext"):
        missing.append("poppler-utils")
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Problem(
            f"测试缺少 {'、'.join(missing)}：请以 root 执行 apt-get install {' '.join(missing)}，"
            "或用 CHROME_PATH 指明 Chromium 的位置"
        )
    step(f"安装 {'、'.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Problem(
            f"apt-get 没有装上 {'、'.join(missing)}：请检查软件源后重试", done.stderr.strip()[-300:]
        )


def _missing_office() -> list[str]:
    """Writer and Calc are packages of their own."""
    office = shutil.which("soffice")
    if not office:
        return ["libreoffice-writer-nogui", "libreoffice-calc-nogui"]
    program = Path(office).resolve().parent
    without_calc = (program / "libswlo.so").exists() and not (program / "libsclo.so").exists()
    return ["libreoffice-calc-nogui"] if without_calc else []


def _has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return any(Path("/usr/share/fonts").rglob("*CJK*"))
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True).stdout.strip())


def check(places: Places, arguments: list[str]) -> int:
    """All checks, each to its end, so that one run shows everything that is wrong."""
    with tempfile.TemporaryDirectory(prefix="portal-check-") as folder:
        environment = _production_like(Path(folder))
        subprocess.run(_manage("ensure_keys"), cwd=places.root, env=environment, stdout=subprocess.DEVNULL)
        return _all_of(
            places,
            environment,
            {
                "ruff check": _tool("ruff", "check", "."),
                "ruff format": _tool("ruff", "format", "--check", "."),
                "djlint": _tool("djlint", "templates", *_app_templates(places), "--lint", "--quiet"),
                "mypy": _tool("mypy"),
                "import-linter": _tool("lint-imports", "--no-cache"),
                "migrations": _manage("makemigrations", "--check", "--dry-run"),
                "check --deploy": _manage("check", "--deploy", "--fail-level", "WARNING"),
            },
        )


def fix(places: Places, arguments: list[str]) -> int:
    """Only what is safe to do without reading: ruff's fixes and its format. Templates are left to their authors."""
    return _all_of(
        places,
        dict(os.environ),
        {
            "ruff check --fix": _tool("ruff", "check", "--fix", "."),
            "ruff format": _tool("ruff", "format", "."),
        },
    )


def bench(places: Places, arguments: list[str]) -> int:
    """Workloads beside their floors and peers, on servers of their own (docs/scale.md)."""
    scale = os.environ.get("SCALE") or "M"
    return subprocess.call(
        [sys.executable, "-m", "benchmarks", "run", "--scale", scale], cwd=places.root, env={**os.environ}
    )


def faults(places: Places, arguments: list[str]) -> int:
    """Every fault of the catalogue on a real stack, one at a time, and a table at the end (docs/faults.md)."""
    ensure_programs()
    return subprocess.call([sys.executable, "-m", "pytest", "-m", "fault", *arguments], cwd=places.root)


def mutants(places: Places, arguments: list[str]) -> int:
    """Weaken each check of access in turn and see that a test notices (docs/security-tests.md)."""
    return subprocess.call([sys.executable, "-m", "tests.mutants", *arguments], cwd=places.root)


def lock(places: Places, arguments: list[str]) -> int:
    """Resolve the .in files again. No index, no local path may get into the lock files."""
    for source, constraints in _LOCKS:
        target = source.removesuffix(".in") + ".txt"
        command = _tool(
            "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--upgrade",
            "--python-version", "3.11", "--only-binary", ":all:", "--custom-compile-command", "make lock",
            *[part for name in constraints for part in ("-c", name)], source, "-o", target,
        )  # fmt: skip
        done = subprocess.run(
            command, cwd=places.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise Problem(f"{source} 无法锁定：请检查其中的版本要求和软件源", done.stderr.strip()[-300:])
        text = (places.root / target).read_text(encoding="utf-8")
        if "://" in text or "--find-links" in text or "--index" in text:
            raise Problem(f"{target} 中出现了地址，请勿提交")
        step(f"已锁定 {target}")
    return 0


def _production_like(folder: Path) -> dict[str, str]:
    """Settings as `deploy/` gives them; no server is asked, so the addresses only need the right shape."""
    return {
        **os.environ,
        "PORTAL_HTTPS": "1",
        "PORTAL_DEBUG": "0",
        "PORTAL_SECRET_KEY": os.urandom(48).hex(),
        "PORTAL_VAR": str(folder),
        "PORTAL_KEYRING": str(folder / "keys.json"),
        "DATABASE_URL": "postgres://portal_web:x@127.0.0.1:9/portal",
        "DATABASE_OWNER_URL": "postgres://portal_owner:x@127.0.0.1:9/portal",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        # makemigrations compares with the database's history when it can; here it can't, and need not say so.
        "PYTHONWARNINGS": "ignore:Got an error checking a consistent migration history:RuntimeWarning",
    }


def _all_of(places: Places, environment: dict[str, str], commands: dict[str, list[str]]) -> int:
    failed = []
    for name, command in commands.items():
        step(name)
        if subprocess.call(command, cwd=places.root, env=environment):
            failed.append(name)
    say(f"× 未通过：{'、'.join(failed)}" if failed else "全部通过")
    return 1 if failed else 0


def _tool(name: str, *arguments: str) -> list[str]:
    return [str(Path(sys.executable).parent / name), *arguments]


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def _app_templates(places: Places) -> list[str]:
    return [f"{app}/templates" for app in APPS if (places.root / app / "templates").exists()]


COMMANDS: dict[str, Callable[[Places, list[str]], int]] = {
    "test": test,
    "check": check,
    "fix": fix,
    "lock": lock,
    "bench": bench,
    "faults": faults,
    "mutants": mutants,
}
