"""pytest in a child of this process, which has loaded what others wrote, Django among it, and nothing of ours.

Starting Python and loading libraries is two thirds of a mutant's cost. What is ours is loaded in the child, for that is where
one file reads differently.
"""

import contextlib
import importlib
import importlib.metadata
import os
import sys
import tempfile
import traceback
from pathlib import Path

from branch_portal.local.paths import ROOT

_loaded = False


def forked(arguments: list[str], environment: dict[str, str]) -> tuple[int, str, float]:
    """pytest's exit status, what it printed, and the CPU seconds it took."""
    with tempfile.TemporaryDirectory(prefix="portal-mutant-") as folder:
        output, names = Path(folder) / "output", Path(folder) / "modules"
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            _run(arguments, environment, output, names)
        _, status, used = os.wait4(child, 0)
        if names.exists():
            _load_once(names.read_text(encoding="utf-8").split())
        text = output.read_text(encoding="utf-8", errors="replace")
    return os.waitstatus_to_exitcode(status), text, used.ru_utime + used.ru_stime


def _run(arguments: list[str], environment: dict[str, str], output: Path, names: Path) -> None:
    """Never returns: whatever happens, the child ends here."""
    code = 70
    try:
        os.environ.update(environment)
        os.chdir(ROOT)
        with output.open("wb", buffering=0) as stream:
            os.dup2(stream.fileno(), 1)
            os.dup2(stream.fileno(), 2)
        import pytest

        code = int(pytest.main(arguments))
        names.write_text(" ".join(sorted(sys.modules)), encoding="utf-8")
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _load_once(names: list[str]) -> None:
    """What the first child needed of others' modules, loaded here for all that follow."""
    global _loaded
    if _loaded:
        return
    _loaded = True
    ours = {path.name for path in ROOT.iterdir()} | _packages_with_pytest_plugins()
    settings = os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    for name in names:
        if name.partition(".")[0] not in ours and name not in sys.modules and _is_a_file(name):
            # What wants settings or apps cannot be loaded before they are there; the child will do it.
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    if settings:
        os.environ["DJANGO_SETTINGS_MODULE"] = settings


def _is_a_file(name: str) -> bool:
    return name.isascii() and all(part.isidentifier() for part in name.split("."))


def _packages_with_pytest_plugins() -> set[str]:
    """pytest rewrites the asserts of these as it loads them, and complains when they are there already."""
    found = {"pytest", "_pytest"}
    for distribution in importlib.metadata.distributions():
        if any(point.group == "pytest11" for point in distribution.entry_points):
            found |= {str(path).partition("/")[0].removesuffix(".py") for path in distribution.files or ()}
    return found
