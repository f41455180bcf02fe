"""`python -m benchmarks generate|run --scale S|M|L [--only P1,P3]`; `make bench SCALE=M` does both. `python -m benchmarks plot`
draws docs/scale.svg from what was measured."""

import argparse
import os
import sys

from benchmarks.scales import SCALES
from benchmarks.stack import Stack


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("task", choices=("generate", "run", "plot"))
    parser.add_argument("--scale", choices=sorted(SCALES), default="M")
    parser.add_argument("--only", default="", help="workloads, e.g. P1,P3")
    asked = parser.parse_args()
    if asked.task == "plot":
        from benchmarks.plot import draw

        draw()
        return 0
    stack = Stack.at(asked.scale)
    try:
        stack.start()
        os.environ.update(stack.environment)
        import django

        django.setup()
        from branch_portal.database import as_system

        with as_system("a benchmark"):
            if not stack.remembered("generated"):
                from benchmarks.generate import generate

                generate(stack, SCALES[asked.scale])
                stack.remember(generated=True)
            if asked.task == "run":
                from benchmarks.run import run

                return run(
                    stack, SCALES[asked.scale], {part for part in asked.only.upper().split(",") if part}
                )
    finally:
        stack.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
