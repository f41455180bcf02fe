"""Runs mutants one after the other, each in a process of its own, on test servers that they share."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.harness.servers import FOLDER_VARIABLE, TEMPLATE, Servers
from tests.mutants.forks import forked
from tests.mutants.model import Mutant

KILLED, SURVIVED = "killed", "SURVIVED"
_PASSED, _FAILED = 0, 1


@dataclass(frozen=True)
class Verdict:
    mutant: Mutant
    word: str  # killed, SURVIVED, or what went wrong
    seconds: float  # of CPU
    by: str  # the first thing that the test said


class Runner:
    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self._passed: set[tuple[tuple[str, ...], str]] = set()

    def judge(self, mutant: Mutant) -> Verdict:
        """Killed when its tests fail with it."""
        code, output, seconds = self._pytest(mutant.tests, mutant.routes, mutant.id)
        word = {_FAILED: KILLED, _PASSED: SURVIVED}.get(code, f"BROKEN (pytest {code})")
        return Verdict(mutant, word, seconds, _first_words(output) if word != SURVIVED else "")

    def unmutated_passes(self, mutant: Mutant) -> str:
        """What the same tests say of the code as it is: nothing, or the mutant's death means nothing."""
        if mutant.selection in self._passed:
            return ""
        code, output, _ = self._pytest(mutant.tests, mutant.routes, "")
        if code == _PASSED:
            self._passed.add(mutant.selection)
            return ""
        return _first_words(output) or f"pytest {code}"

    def _pytest(self, tests: tuple[str, ...], routes: str, mutant: str) -> tuple[int, str, float]:
        name = f"mutant{os.getpid()}"
        overlay = ["-p", "tests.mutants.overlay"] if mutant else []
        environment = self.servers.environment(self.servers.database(TEMPLATE)) | {
            FOLDER_VARIABLE: str(self.servers.folder),
            "PORTAL_TEST_OWNER": os.environ.get("PORTAL_TEST_OWNER", str(os.getpid())),
            "PYTEST_XDIST_WORKER": name,  # names the clone of the database
            "PORTAL_MUTANT": mutant,
            "PORTAL_ROUTES": routes,
            # The first line of defence is under test; the second would hide what it lets through.
            "PORTAL_ROW_SECURITY": "0",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        }  # fmt: skip
        arguments = [
            "-q", "-x", "-n", "0", "-p", "no:cacheprovider", "--show-capture=no", "--tb=short", *overlay, *tests,
        ]  # fmt: skip
        code, output, seconds = forked(arguments, environment)
        self.servers.cluster.drop(f"portal_{name}")
        return code, output, seconds


def _first_words(output: str) -> str:
    found = [line[1:].strip() for line in re.findall(r"^E  .*$", output, re.M)]
    said = [line for line in found if line and line != "AssertionError:"]
    return (said or output.strip().splitlines()[-1:] or [""])[0][:150]


@contextmanager
def shared_servers() -> Iterator[Servers]:
    """Those of the pytest session that we run in, or servers of our own."""
    if os.environ.get(FOLDER_VARIABLE) and os.environ.get("PORTAL_TEST_OWNER"):
        servers = Servers(Path(os.environ[FOLDER_VARIABLE]))
        servers.ensure_running()
        yield servers
        return
    folder = Path(tempfile.mkdtemp(prefix="portal-mutants-"))
    os.environ[FOLDER_VARIABLE], os.environ["PORTAL_TEST_OWNER"] = str(folder), str(os.getpid())
    servers = Servers.plan_in(folder)
    os.environ.update(servers.environment(servers.database(TEMPLATE)))
    try:
        servers.ensure_running()
        yield servers
    finally:
        servers.end()
