"""The product's own source as the convention tests read it: files, syntax trees with parents, findings as file:line."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("branch_portal", "members", "notices", "learning", "activities", "supervision")


@cache
def python_files() -> tuple[Path, ...]:
    """The apps' code, migrations left out."""
    found = (path for app in APPS for path in (ROOT / app).rglob("*.py"))
    return tuple(sorted(path for path in found if "migrations" not in path.parts))


@cache
def files_of_tests() -> tuple[Path, ...]:
    return tuple(sorted((ROOT / "tests").rglob("*.py")))


@cache
def templates() -> tuple[Path, ...]:
    return tuple(sorted((ROOT / "templates").rglob("*.*")))


@cache
def own_static_files() -> tuple[Path, ...]:
    """Style sheets, scripts and pictures written here; `vendor` is fetched."""
    found = (ROOT / "static").rglob("*.*")
    return tuple(sorted(path for path in found if "vendor" not in path.parts))


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree; every node knows its `parent`."""
    module = ast.parse(text(path))
    for node in ast.walk(module):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
    return module


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def at(path: Path, line: int, what: str) -> str:
    return f"{name_of(path)}:{line} {what}"


def nodes(files: tuple[Path, ...], kind: type | tuple[type, ...]) -> Iterator[tuple[Path, ast.AST]]:
    for path in files:
        for node in ast.walk(tree(path)):
            if isinstance(node, kind):
                yield path, node


def lines_matching(files: tuple[Path, ...], pattern: str, what: str) -> list[str]:
    """Findings for every line in which the pattern occurs."""
    expression = re.compile(pattern)
    return [
        at(path, number, f"{what}: {line.strip()[:90]}")
        for path in files
        for number, line in enumerate(text(path).splitlines(), 1)
        if expression.search(line)
    ]


def is_layer(path: Path, *layers: str) -> bool:
    """Whether the file is one of an app's modules or packages of these names (`views`, `views.py`, `views_jobs.py`)."""
    parts = path.relative_to(ROOT).parts[1:]
    return any(
        part in (layer, f"{layer}.py") or part.startswith(f"{layer}_") for part in parts for layer in layers
    )


def layer(*layers: str) -> tuple[Path, ...]:
    return tuple(path for path in python_files() if is_layer(path, *layers))


def functions(files: tuple[Path, ...]) -> Iterator[tuple[Path, ast.FunctionDef]]:
    yield from nodes(files, (ast.FunctionDef, ast.AsyncFunctionDef))  # type: ignore[misc]


def length(node: ast.FunctionDef) -> int:
    """Lines from `def` to the end: decorators are not counted."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def called_name(node: ast.Call) -> str:
    """`f` for f(…), `g` for x.y.g(…)."""
    function = node.func
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def without(findings: list[str], exceptions: dict[str, str]) -> list[str]:
    """Findings outside the listed files."""
    return [line for line in findings if line.split(":")[0] not in exceptions]


def stale(exceptions: dict[str, str], findings: list[str]) -> list[str]:
    """Exceptions that nothing needs any more."""
    needed = {line.split(":")[0] for line in findings}
    return [f"{name} needs no exception any more" for name in exceptions if name not in needed]


def verdict(findings: list[str], exceptions: dict[str, str] | None = None) -> list[str]:
    """What is wrong: findings that no exception covers, and exceptions that cover nothing."""
    exceptions = exceptions or {}
    return without(findings, exceptions) + stale(exceptions, findings)


def none(findings: list[str]) -> None:
    """Fail with one finding a line."""
    if findings:
        raise AssertionError("\n" + "\n".join(findings))
