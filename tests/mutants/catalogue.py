"""All mutants (docs/security-tests.md says how to add one)."""

from tests.mutants import fields, pages, rules, writing
from tests.mutants.model import Mutant

ALL: tuple[Mutant, ...] = (*rules.MUTANTS, *pages.MUTANTS, *fields.MUTANTS, *writing.MUTANTS)


def by_id(name: str) -> Mutant:
    for mutant in ALL:
        if mutant.id == name:
            return mutant
    raise SystemExit(f"no mutant is called {name}: python -m tests.mutants --list")
