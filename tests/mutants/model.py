"""What a mutant is: one check of the real code taken away or weakened, and the tests that should notice."""

import re
from dataclasses import dataclass
from pathlib import Path

from branch_portal.local.paths import ROOT

#: The oracles by the persona who asks. They walk only the routes that the mutant names.
WALK = "tests/security/test_leaks.py::test_a_walk_over_all_pages_shows_what_is_one_s_own[{}]"
ROUTES = "tests/test_access.py::test_every_route_answers_as_the_table_says[{}]"
ADMIN = "tests/test_access.py::test_every_admin_page_answers_as_the_table_says[{}]"
WRITES = "tests/security/test_writes.py::test_a_post_reaches_no_foreign_row[{}]"


def walk(*personas: str) -> tuple[str, ...]:
    return tuple(WALK.format(persona) for persona in personas)


def answers(*personas: str) -> tuple[str, ...]:
    return tuple(ROUTES.format(persona) for persona in personas)


def admin_answers(*personas: str) -> tuple[str, ...]:
    return tuple(ADMIN.format(persona) for persona in personas)


def writes(*personas: str) -> tuple[str, ...]:
    return tuple(WRITES.format(persona) for persona in personas)


@dataclass(frozen=True)
class Mutant:
    """`old` stands exactly once in `file`; `new` takes its place. `routes` narrows the oracles' walk (names, with `*`)."""

    id: str
    file: str
    old: str
    new: str
    weakens: str
    tests: tuple[str, ...]
    routes: str = ""

    @property
    def path(self) -> Path:
        return ROOT / self.file

    @property
    def module(self) -> str | None:
        """The module's name; None for a template."""
        if not self.file.endswith(".py"):
            return None
        return self.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def selection(self) -> tuple[tuple[str, ...], str]:
        return self.tests, self.routes

    def source(self) -> str:
        """The file with the check weakened."""
        text = self.path.read_text(encoding="utf-8")
        if (found := text.count(self.old)) != 1:
            raise ValueError(f"mutant {self.id}: its text stands {found} times in {self.file}, not once")
        return text.replace(self.old, self.new)


_SCOPE = re.compile(r"\.(visible_to|editable_by|permitted)\([^()]*\)")


def unscoped(
    id: str, file: str, old: str, tests: tuple[str, ...], routes: str = "", weakens: str = ""
) -> Mutant:
    """The first `visible_to`, `editable_by` or `permitted` of the text becomes all rows."""
    new, count = _SCOPE.subn(".all()", old, count=1)
    if count != 1:
        raise ValueError(f"mutant {id}: its text asks for no scope")
    return Mutant(
        id, file, old, new, weakens or "rows are taken without asking whose they are", tests, routes
    )
