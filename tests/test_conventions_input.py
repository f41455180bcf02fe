"""The habits that keep foreign input harmless, as tests: each names file and line. Exceptions are listed with their reason."""

import ast
import importlib
import re

from django import forms

from branch_portal.typed import TypedTextMixin
from tests.source import (
    APPS,
    at,
    called_name,
    files_of_tests,
    is_layer,
    lines_matching,
    name_of,
    nodes,
    none,
    python_files,
    verdict,
)

#: Where SQL is written by hand: parameters only, no text of a request in the statement.
SQL_BY_HAND = {
    "branch_portal/database.py": "who asks and within which scope, told to PostgreSQL",
    "branch_portal/many_rows.py": "many rows in one INSERT, a column an array",
    "branch_portal/replica.py": "the scope of one connection, told to another",
    "branch_portal/once.py": "the one-time key is claimed by one INSERT",
    "branch_portal/jobs.py": "jobs are claimed with SKIP LOCKED, and listened for",
    "branch_portal/checks.py": "asks PostgreSQL for its settings at the start",
    "branch_portal/audit_chain.py": "reads any table of the audit row by row",
    "branch_portal/backup/making.py": "a backup is of tables, not of models",
    "branch_portal/backup/tables.py": "counts and hashes of any table",
    "branch_portal/checks_deploy.py": "asks PostgreSQL for its settings and roles",
    "branch_portal/key_check.py": "asked before the models are there",
    "branch_portal/migrating.py": "locks, broken indexes and what was applied",
    "branch_portal/migration_operations.py": "indexes are built aside",
    "branch_portal/rekey.py": "re-seals any table's columns as the owner",
    "branch_portal/retention.py": "removes in batches by key",
    "branch_portal/row_security.py": "policies are written in SQL",
    "branch_portal/sealed_columns.py": "reads any table with sealed columns",
    "branch_portal/heartbeat.py": "a ticker's row is written in one statement",
    "branch_portal/pulse.py": "the same for workers",
    "members/frame.py": "session, account and rights in one statement, asked with every request",
    "members/access.py": "the scopes of an account in one statement, asked with every request",
}
#: Statements that are put together from constants of their own modules and names of columns.
COMPOSED = {
    "branch_portal/database.py": "one set_config for each setting, names of our own",
    "branch_portal/audit_chain.py": "names of tables and columns from the catalogue, quoted",
    "branch_portal/migrating.py": "names of indexes from the catalogue, quoted",
    "branch_portal/rekey.py": "names of tables and columns of our models",
    "branch_portal/row_security.py": "policies are put together from the declaration above them",
    "branch_portal/sealed_columns.py": "names of tables and columns of our models",
    "learning/actions/years.py": "two constant statements sent in one go",
    "notices/actions/plans.py": "names of the model's own columns, quoted, and one place for each value",
    "supervision/queries/study.py": "constant pieces of one question in three orders",
}
#: Draws that must be repeatable from their seed.
RANDOM = {
    "learning/rules/quiz.py": "which questions a check asks",
    "supervision/rules/drawing.py": "which records a spot check looks at",
}


def _sql() -> list[str]:
    findings = []
    for path, node in nodes(python_files(), ast.Call):
        name = called_name(node)
        on_something = isinstance(node.func, ast.Attribute)
        if (name in {"raw", "extra", "cursor"} and on_something) or name == "RawSQL":
            findings.append(at(path, node.lineno, f"{name}()"))
    return findings


def _is_plumbing(line: str) -> bool:
    """Models and actions hold the statements that only their own tables need; commands run from the operator's shell."""
    return bool(re.match(r"\w+/(models|actions|queries|management|local|migrations)[/_.]", line))


def test_sql_is_written_by_hand_where_it_is_listed():
    none(verdict([line for line in _sql() if not _is_plumbing(line)], SQL_BY_HAND))


def test_no_statement_is_put_together_from_text():
    """What goes to execute() is a constant, or is composed of constants by name."""
    findings = [
        at(path, node.lineno, "execute() of an f-string or a joined text")
        for path, node in nodes(python_files(), ast.Call)
        if called_name(node) == "execute"
        and "local" not in path.parts
        and node.args
        and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]
    none(verdict(findings, COMPOSED))


def test_chance_is_no_secret():
    """`random` is for nothing that somebody must not guess."""
    findings = [
        at(path, node.lineno, "imports random")
        for path, node in nodes(python_files(), ast.Import | ast.ImportFrom)
        if not {"local", "demo"} & set(path.parts)
        and (any(name.name == "random" for name in node.names) or getattr(node, "module", "") == "random")
    ]
    none(verdict(findings, RANDOM))


def test_forms_name_their_fields():
    findings = lines_matching(
        python_files(), r"fields\s*=\s*[\"']__all__[\"']|^\s*exclude\s*=\s*[\[(]", "takes whatever comes"
    )
    none([line for line in findings if is_form_file(line)])


def is_form_file(line: str) -> bool:
    return "forms" in line.split(":")[0] or "admin" in line.split(":")[0]


CALLERS = {
    "branch_portal/http_out.py": "the one door",
    "branch_portal/antivirus.py": "the operator's own virus scanner, at the address that the operator set",
    "branch_portal/celery_pulse.py": "this machine's name",
    "branch_portal/management/commands/run_jobs.py": "this machine's name",
    "notices/channels/email.py": "ends a conversation with the mail server that takes too long",
}


def test_others_are_called_through_one_door():
    names = {"requests", "urllib.request", "http.client", "httpx", "aiohttp", "socket", "ssl", "urllib3"}
    findings = [
        at(path, node.lineno, f"imports {module}")
        for path, node in nodes(python_files(), ast.Import | ast.ImportFrom)
        for module in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names]
        )
        if module in names and "local" not in path.parts
    ]
    none(verdict(findings, CALLERS))


def test_nothing_is_unpacked_that_can_act():
    """No pickle, no marshal, no yaml, no eval of anything."""
    findings = [
        at(path, node.lineno, f"imports {name.name}")
        for path, node in nodes(python_files(), ast.Import | ast.ImportFrom)
        for name in node.names
        if name.name in {"pickle", "marshal", "shelve", "yaml"}
        or getattr(node, "module", "") in {"pickle", "marshal", "yaml"}
    ]
    findings += [
        at(path, node.lineno, f"{node.func.id}()")
        for path, node in nodes(python_files(), ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec", "compile", "__import__"}
    ]
    none(findings)


UNTIDIED = {
    "OneTimeFormMixin": "has its key only, and goes with a form",
    "_NewPasswordMixin": "a password is taken as it is",
    "VersionForm": "a hidden number",
}


def _form_classes() -> list[type]:
    for path in python_files():
        if is_layer(path, "forms", "admin"):
            importlib.import_module(
                name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            )
    found, waiting = [], [forms.BaseForm]
    while waiting:
        waiting += (kinds := waiting.pop().__subclasses__())
        found += [kind for kind in kinds if kind.__module__.split(".")[0] in APPS]
    return found


def test_every_form_tidies_what_is_typed():
    """By itself, or by the form that it is mixed into."""
    kinds = _form_classes()
    bare = [kind for kind in kinds if not issubclass(kind, TypedTextMixin)]
    mixed_in = {base for kind in kinds if issubclass(kind, TypedTextMixin) for base in kind.__mro__}
    made_by_django = re.compile(r"^(factory|\w+Form)$")
    none(
        [
            f"{kind.__module__}.{kind.__qualname__} takes unseen characters"
            for kind in bare
            if kind not in mixed_in
            and kind.__name__ not in UNTIDIED
            and not kind.__module__.startswith("django")
            and not (made_by_django.match(kind.__name__) and kind.__module__ == "django.forms.widgets")
        ]
    )
    assert len(kinds) >= 150


def test_every_upload_has_its_place_in_the_list_of_entry_points():
    """docs/bad-input.md names every form that takes a file."""
    from tests.source import ROOT, text

    listed = text(ROOT / "docs" / "bad-input.md")
    taking = {
        kind.__qualname__
        for kind in _form_classes()
        if any(isinstance(field, forms.FileField) for field in getattr(kind, "base_fields", {}).values())
    }
    none([f"{name} is not in docs/bad-input.md" for name in sorted(taking) if f"`{name}`" not in listed])
    assert len(taking) >= 10


def test_no_test_reaches_the_network():
    none(lines_matching(files_of_tests(), r"PORTAL_TEST_NETWORK\s*[\]=]+\s*[\"']1", "opens the network"))
