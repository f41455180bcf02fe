"""`make mutants`: weaken each check of access in turn and see that a test notices (docs/security-tests.md).

python -m tests.mutants [--sample N [--seed S]] [--only ID …] [--list] [--oracles] [--no-baseline]
"""

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Sequence

from branch_portal.local.paths import ROOT
from tests.mutants.catalogue import ALL, by_id
from tests.mutants.model import Mutant
from tests.mutants.runner import KILLED, Runner, Verdict, shared_servers


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    if asked.oracles:
        return subprocess.call(
            [sys.executable, "-m", "pytest", "-n", "0", "-m", "long", "tests/security"], cwd=ROOT
        )
    chosen = chosen_mutants(asked.only, asked.sample, asked.seed)
    if asked.list:
        for mutant in chosen:
            print(f"{mutant.id:34} {mutant.file:44} {mutant.weakens}")
        return 0
    return judge(chosen, baseline=not asked.no_baseline)


def chosen_mutants(only: Sequence[str], sample: int | None, seed: str) -> list[Mutant]:
    chosen = [by_id(name) for name in only] if only else list(ALL)
    if sample is None or sample >= len(chosen):
        return chosen
    print(f"sample of {sample} of {len(chosen)} mutants, seed {seed}")
    return random.Random(seed).sample(chosen, sample)


def judge(chosen: Sequence[Mutant], *, baseline: bool) -> int:
    """Print a line a mutant and the sum; 0 when every one was killed and the code as it is passes."""
    begun, verdicts, complaints = time.monotonic(), [], []
    with shared_servers() as servers:
        runner = Runner(servers)
        for number, mutant in enumerate(chosen, 1):
            verdict = runner.judge(mutant)
            verdicts.append(verdict)
            print(f"{number:3}/{len(chosen)} {_line(verdict)}", flush=True)
            if baseline and (said := runner.unmutated_passes(mutant)):
                complaints.append(f"{mutant.id}: its tests fail without it, too: {said}")
                print(f"        {complaints[-1]}", flush=True)
    killed = sum(verdict.word == KILLED for verdict in verdicts)
    print(
        f"{len(verdicts)} mutants, {killed} killed, {len(verdicts) - killed} survived or broken, {time.monotonic() - begun:.0f} s"
    )
    for verdict in verdicts:
        if verdict.word != KILLED:
            print(f"  {_line(verdict)}\n    {verdict.mutant.file}: {verdict.mutant.weakens}")
    return 0 if killed == len(verdicts) and not complaints else 1


def _line(verdict: Verdict) -> str:
    return f"{verdict.word:9} {verdict.seconds:5.1f} s  {verdict.mutant.id:34} {verdict.by}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="Weaken each check in turn.")
    parser.add_argument("--sample", type=int, metavar="N", help="only N of them, chosen by the seed")
    parser.add_argument("--seed", default="1", help="what the sample is chosen by (a date, a commit)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="ID", help="only this one; may be repeated"
    )
    parser.add_argument("--list", action="store_true", help="print them and run nothing")
    parser.add_argument("--oracles", action="store_true", help="instead: the long walks of tests/security")
    parser.add_argument(
        "--no-baseline", action="store_true", help="do not run the tests on the code as it is"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
