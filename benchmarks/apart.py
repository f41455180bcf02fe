"""Work in a process of its own, whose memory is its own: `python -m benchmarks.apart module:function '{"argument": …}'`.

The last line of what it prints is JSON: wall and CPU seconds of the call, the most memory that the process and its largest
child held, and what the function returned.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.measure import peak_memory
from branch_portal.local.paths import ROOT


@dataclass(frozen=True)
class Apart:
    """Seconds (CPU with that of children), MB, and the function's own answer."""

    wall: float
    cpu: float
    memory: float
    child_memory: float
    answer: Any


def apart(
    function: str,
    environment: Mapping[str, str],
    *,
    python: str | Path = sys.executable,
    module: str = "benchmarks.apart",
    **arguments: Any,
) -> Apart:
    """Call `module:function` there; `python` may be another one, which brings its own way in as `module`."""
    command = [str(python), "-m", module, function, json.dumps(arguments)]
    ended = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise RuntimeError(
            f"{function} ended with {ended.returncode}: {(ended.stderr or ended.stdout)[-3000:]}"
        )
    return Apart(**json.loads(ended.stdout.strip().splitlines()[-1]))


def call(function: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run it here and say what it took."""
    module, name = function.split(":")
    work = getattr(import_module(module), name)
    wall, cpu = time.perf_counter(), _cpu()
    answer = work(**arguments)
    return {
        "wall": time.perf_counter() - wall,
        "cpu": _cpu() - cpu,
        "memory": peak_memory(),
        "child_memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "answer": answer,
    }


def _cpu() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main() -> None:
    import django

    django.setup()
    from branch_portal.database import as_system

    with as_system("a benchmark"):
        print(json.dumps(call(sys.argv[1], json.loads(sys.argv[2]))))


if __name__ == "__main__":
    main()
