"""The habits of the project as tests: each names file and line. Exceptions are listed with their reason."""

import ast
import re

from tests.source import (
    APPS,
    ROOT,
    at,
    called_name,
    files_of_tests,
    functions,
    is_layer,
    layer,
    length,
    lines_matching,
    name_of,
    nodes,
    none,
    own_static_files,
    python_files,
    templates,
    text,
    verdict,
)

DATABASE_LAYERS = ("models", "actions", "queries", "management", "demo", "rules")
ASKED = {"visible_to", "editable_by", "permitted", "unscoped"}
FROM_NOTHING = {"none"}
WRITES = {"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}


# --- Scope ---

STARTS_FROM_MODEL = {
    "branch_portal/once.py": "the submission keys are the asker's own and hold no data",
    "branch_portal/rekey.py": "the owner's key events and check values hold no data of people",
    "branch_portal/retention.py": "the clock asks, for nobody",
    "branch_portal/retention_rules.py": "the clock asks, for nobody",
    "branch_portal/jobs.py": "the worker claims jobs for nobody; pages use visible_to",
    "branch_portal/admin_base.py": "this is where the admin is narrowed",
    "branch_portal/media_sweep.py": "the clock asks which files any row names, and reads nothing else",
    "notices/apps.py": "writes the rules that are missing after a migration; nobody asks",
}


def test_queries_start_from_the_asker():
    findings = []
    for path, node in nodes(python_files(), ast.Attribute):
        if node.attr not in MANAGERS or is_layer(path, *DATABASE_LAYERS):
            continue
        above = node.parent
        if not (isinstance(above, ast.Attribute) and above.attr in ASKED | FROM_NOTHING):
            findings.append(at(path, node.lineno, "starts from the model, not from visible_to(user)"))
    none(verdict(findings, STARTS_FROM_MODEL))


def test_unscoped_says_why():
    findings = [
        at(path, node.lineno, "unscoped() without a literal reason")
        for path, node in nodes(python_files(), ast.Call)
        if called_name(node) == "unscoped"
        and not (node.args and isinstance(node.args[0], ast.Constant) and len(str(node.args[0].value)) > 10)
    ]
    none(findings)


def test_one_place_reads_whom_one_acts_for():
    findings = lines_matching(python_files(), r"request\.session\b|SESSION_KEY", "reads the session")
    none(
        verdict(
            findings,
            {
                "members/middleware.py": "the one place",
                "members/session_state.py": "how one signed in, which is nobody one acts for",
            },
        )
    )


ROLE_USERS = {
    "branch_portal/permissions.py": "defines them",
    "members/access.py": "turns grants and posts into scopes",
    "members/models/accounts.py": "stores them",
    "members/actions/accounts.py": "grants them",
    "members/actions/posts.py": "grants what a post implies",
    "members/actions/delegation.py": "lends them for days",
}


def test_code_asks_for_permissions_not_for_roles():
    findings = [
        at(path, node.lineno, "imports Role")
        for path, node in nodes(python_files(), ast.ImportFrom)
        if any(name.name in ("Role", "ROLE_PERMISSIONS") for name in node.names)
    ]
    findings = [
        line for line in findings if not line.startswith(("supervision/demo/", "supervision/management/"))
    ]
    none([line for line in findings if line.split(":")[0] not in ROLE_USERS])


# --- Views ---


def test_views_change_nothing_themselves():
    findings = [
        at(path, node.lineno, f".{called_name(node)}() in a view")
        for path, node in nodes(layer("views"), ast.Call)
        if called_name(node) in WRITES and isinstance(node.func, ast.Attribute)
    ]
    none(findings)


def test_input_comes_through_forms():
    """`request.GET`, `POST` and `FILES` are handed whole to a form and read nowhere else."""
    findings = [
        at(path, node.lineno, f"reads request.{node.attr} without a form")
        for path, node in nodes(layer("views"), ast.Attribute)
        if node.attr in {"GET", "POST", "FILES", "body", "COOKIES"}
        and _is_request(node.value)
        and not _reaches_a_form(node)
    ]
    none(findings)


def _is_request(node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id == "request") or (
        isinstance(node, ast.Attribute) and node.attr == "request"
    )


def _reaches_a_form(node: ast.AST) -> bool:
    """It is an argument of a form, directly or by a local name that goes to forms only."""
    holder = node.parent
    while isinstance(holder, ast.BoolOp | ast.IfExp | ast.keyword | ast.Tuple):
        holder = holder.parent
    if isinstance(holder, ast.Call):
        return bool(re.search(r"form|filter$", called_name(holder), re.IGNORECASE))
    if isinstance(holder, ast.Assign) and isinstance(holder.targets[0], ast.Name):
        function = holder
        while not isinstance(function, ast.FunctionDef | ast.Module):
            function = function.parent
        uses = [
            use
            for use in ast.walk(function)
            if isinstance(use, ast.Name) and use.id == holder.targets[0].id and isinstance(use.ctx, ast.Load)
        ]
        return all(_reaches_a_form(use) for use in uses)
    return False


# --- Forms ---


def test_choices_are_narrowed_in_the_constructor():
    findings = []
    for path, node in nodes(layer("forms"), ast.ClassDef):
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef):
                continue
            for inner in ast.walk(statement):
                if isinstance(inner, ast.Call) and called_name(inner) in {"all", "filter", "exclude", *ASKED}:
                    findings.append(at(path, inner.lineno, f"a queryset in the body of {node.name}"))
    none(findings)


# --- Actions and background work ---

NO_ACTOR = {
    "create_first_admin": "nobody is signed in yet",
    "make_first_admin_link": "the operator's shell makes it",
    "claim": "a worker claims for nobody",
}


def test_actions_are_keyword_only_and_know_who_acts():
    findings = []
    for path, node in functions(layer("actions")):
        public = not node.name.startswith("_") and isinstance(node.parent, ast.Module)
        atomic = any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list)
        if not (public and atomic) or node.name in NO_ACTOR:
            continue
        if node.args.args or node.args.posonlyargs:
            findings.append(at(path, node.lineno, f"{node.name} takes positional arguments"))
        if "by" not in {argument.arg for argument in node.args.kwonlyargs}:
            findings.append(at(path, node.lineno, f"{node.name} does not know who acts (by=)"))
    none(findings)


def test_the_web_never_publishes():
    findings = [
        at(path, node.lineno, f".{called_name(node)}()")
        for path, node in nodes(python_files(), ast.Call)
        if called_name(node) in {"delay", "apply_async", "send_task"}
    ]
    none(findings)


# --- Markup ---

HTML_MADE_IN_PYTHON = ("branch_portal/tables.py", "branch_portal/shell.py")


def test_nothing_is_declared_safe_outside_the_tables_and_the_shell():
    findings = lines_matching(
        templates(), r"\|\s*safe(seq)?\b|autoescape\s+off|\bsafe\s*%\}", "escaping switched off"
    )
    for path, node in nodes(python_files(), ast.Call):
        name = called_name(node)
        constant = bool(node.args) and isinstance(node.args[0], ast.Constant)
        if name == "mark_safe" or (name in {"SafeString", "SafeText"} and not constant):
            findings.append(at(path, node.lineno, name))
        if name in {"format_html", "format_html_join"} and not all(
            isinstance(argument, ast.Constant | ast.Name)
            for argument in node.args[: 1 if name == "format_html" else 2]
        ):
            findings.append(at(path, node.lineno, f"{name} with a text that is computed"))
    none([line for line in findings if not line.startswith(HTML_MADE_IN_PYTHON)])


INLINE = r"""(?i)<style\b|<script\b(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*["'{]|\bhx-on\b|javascript:"""


def test_no_inline_script_or_style():
    pages = tuple(path for path in templates() if path.suffix == ".html")
    findings = lines_matching(pages, INLINE, "inline script or style")
    strings = [
        at(path, node.lineno, "inline script or style")
        for path, node in nodes(python_files(), ast.Constant)
        if isinstance(node.value, str) and "<" in node.value and re.search(INLINE, node.value)
    ]
    none(findings + strings)


ADDRESS = r"""(?i)\b(?:https?|wss?|ftp):\/\/(?!www\.w3\.org\/)|["'(]\/\/[a-z0-9-]+\."""
KNOWN_ADDRESSES = {
    "branch_portal/settings.py": "the site's own address when none is set",
}


def test_no_word_of_another_host():
    files = (
        *templates(),
        *(path for path in own_static_files() if path.suffix in {".css", ".js", ".svg", ".html"}),
    )
    code = tuple(path for path in python_files() if "local" not in path.parts)
    findings = lines_matching(files, ADDRESS, "another host")
    findings += [
        at(path, node.lineno, f"another host: {node.value[:60]}")
        for path, node in nodes(code, ast.Constant)
        if isinstance(node.value, str) and re.search(r"https?://[\w.-]+", node.value)
    ]
    none([line for line in findings if line.split(":")[0] not in KNOWN_ADDRESSES])


NAMED_BY_DJANGO = re.compile(
    r"^(400|403|404|500)\.html$|^admin/|^registration/|^bootstrap5/field\.html$|^base"
)


def test_every_template_is_used():
    """By code, by another template, or offered to pages as a named part in docs/ui.md."""
    sources = [text(path) for path in (*python_files(), *templates())]
    offered = {f"components/{stem}.html" for stem in re.findall(r"`(\w+)`", text(ROOT / "docs" / "ui.md"))}
    named = set(re.findall(r"""["']([\w./-]+\.(?:html|txt))["']""", "\n".join(sources)))
    unused = [
        name
        for path in templates()
        if (name := path.relative_to(ROOT / "templates").as_posix()) not in named | offered
        and not NAMED_BY_DJANGO.match(name)
    ]
    none(unused)


def test_no_exclamation_marks():
    files = (*templates(), *(path for path in own_static_files() if path.suffix == ".js"))
    findings = lines_matching(files, "！|[\u4e00-\u9fff]!(?!\\$)", "exclamation mark")
    findings += [
        at(path, node.lineno, "exclamation mark")
        for path, node in nodes(python_files(), ast.Constant)
        if isinstance(node.value, str) and re.search("！|[\u4e00-\u9fff]!(?!\\$)", node.value)
    ]
    none(findings)


# --- Budgets ---

OVER_BUDGET: dict[str, str] = {}


def test_files_keep_their_budget():
    findings = [
        f"{name_of(path)}: {len(text(path).splitlines())} lines, at most {limit}"
        for files, limit in (
            (python_files(), 400),
            (files_of_tests(), 600),
            (tuple(path for path in templates() if path.suffix == ".html"), 130),
            (tuple(path for path in own_static_files() if path.suffix == ".js"), 400),
        )
        for path in files
        if len(text(path).splitlines()) > limit
    ]
    none(verdict(findings, OVER_BUDGET))


LONG_TEST_FUNCTIONS = {
    "build_world": "one list of people is read in one piece",
    "objects_of_branch_a": "one list of objects",
    "test_one_entry_reaches_member_committee_and_inbox": "one story through three roles",
}


def test_functions_keep_their_budget():
    findings = []
    for path, node in functions(python_files()):
        limit = 50
        if is_layer(path, "views"):
            limit = 30
        elif is_layer(path, "tasks"):
            limit = 15
        if length(node) > limit:
            findings.append(at(path, node.lineno, f"{node.name}: {length(node)} lines, at most {limit}"))
    for path, node in functions(files_of_tests()):
        if length(node) > 50 and node.name not in LONG_TEST_FUNCTIONS:
            findings.append(at(path, node.lineno, f"{node.name}: {length(node)} lines, at most 50"))
    none(findings)


# --- Words ---


def test_nothing_is_left_for_later():
    marks = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"))
    files = (
        *python_files(),
        *files_of_tests(),
        *templates(),
        *own_static_files(),
        *sorted((ROOT / "docs").rglob("*.md")),
    )
    files = tuple(path for path in files if path.suffix in {".py", ".html", ".txt", ".js", ".css", ".md"})
    none(lines_matching(files, rf"\b(?:{marks})\b", "left for later"))


PRINTS = {"branch_portal/local": "the operator's console"}


def test_code_does_not_print():
    findings = [
        at(path, node.lineno, "print()")
        for path, node in nodes(python_files(), ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == "print" and "local" not in path.parts
    ]
    none(findings)


def test_silenced_warnings_say_which():
    files = (*python_files(), *files_of_tests())
    none(lines_matching(files, r"#\s*noqa(?!:)|#\s*type:\s*ignore(?!\[)", "names no rule"))


def test_no_test_mocks_our_own_code():
    pattern = rf"""patch(?:\.object)?\(\s*["']?(?:{"|".join(APPS)})[.,]|monkeypatch\.setattr\(\s*["'](?:{"|".join(APPS)})\."""
    none(lines_matching(files_of_tests(), pattern, "replaces our own code"))
