"""The mutants fit the code as it is: each one's text stands once in its file, and what it becomes can be read by Python."""

import ast
import collections
import os
import subprocess
import sys
import time

import pytest

from branch_portal.local.paths import ROOT
from tests.mutants.__main__ import chosen_mutants
from tests.mutants.catalogue import ALL
from tests.source import none

LEAST = 60


def test_every_mutant_applies():
    findings = []
    for mutant in ALL:
        try:
            text = mutant.source()
            if mutant.module is not None:
                ast.parse(text)
        except (ValueError, SyntaxError, OSError) as error:
            findings.append(f"{mutant.id}: {error}")
    none(findings)


def test_there_are_enough_and_each_is_another_one():
    assert len(ALL) >= LEAST
    for values in ([mutant.id for mutant in ALL], [(mutant.file, mutant.old, mutant.new) for mutant in ALL]):
        assert [value for value, count in collections.Counter(values).items() if count > 1] == []


def test_every_test_that_a_mutant_names_is_there():
    """By file and function: a mutant whose tests are gone would count as killed by pytest's complaint."""
    findings = []
    for mutant in ALL:
        for test in mutant.tests:
            file, _, function = test.partition("::")
            source = (ROOT / file).read_text(encoding="utf-8") if (ROOT / file).exists() else None
            if source is None or (function and f"def {function.partition('[')[0]}(" not in source):
                findings.append(f"{mutant.id} names {test}, which is not there")
    none(findings)


@pytest.mark.stack
def test_five_of_them_are_killed():
    """Others each day (or by PORTAL_MUTANTS_SEED, a commit); all of them with `make mutants`."""
    seed = os.environ.get("PORTAL_MUTANTS_SEED") or time.strftime("%Y-%m-%d")
    sample = chosen_mutants([], 5, seed)
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutants", "--no-baseline", *(part for mutant in sample for part in ("--only", mutant.id))],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
