"""Who may open what: every route × persona × GET and POST against `tests/access_table.py`, complete by construction.

A route that the table does not list fails, and so does a line of the table without a route. Objects belong to branch A:
for everyone outside, and for an object that does not exist, the answer is the same 404, byte for byte. A refused request
changes no row of any table.
"""

import re
import uuid

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client

from tests.access_objects import YEAR, objects_of_branch_a
from tests.access_table import ADMIN_MODELS, ANYBODY, COLUMNS, PUBLIC, ROUTES, Line
from tests.routes import Route, filled, focused, routes
from tests.source import none

MISSING = uuid.UUID("00000000-0000-4000-8000-000000000000")
REFUSED = {"login", 403, 404, 405}


# --- The table is complete ---


def test_every_route_is_listed_and_every_line_has_its_route():
    walked = {route.key for route in routes()}
    listed = set(ROUTES) | {f"admin:{name}" for name in _admin_route_names()} | set(_admin_redirects())
    none(
        [f"{key} is not in the access table" for key in sorted(walked - listed)]
        + [f"{key} is in the access table and is no route" for key in sorted(listed - walked)]
    )


def test_public_routes_are_exactly_these():
    """Login is the rule; a view is public only by its own mark."""
    public = {route.key for route in routes() if not getattr(route.callback, "login_required", True)}
    assert public == PUBLIC


def _admin_route_names() -> list[str]:
    return [
        f"{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in admin.site._registry
        for page in ("changelist", "add", "history", "delete", "change")
    ]


def _admin_redirects() -> list[str]:
    """Django's old address of a change page, which leads to the new one; it has no name."""
    return [
        f"admin/{model._meta.app_label}/{model._meta.model_name}/<path:object_id>/"
        for model in admin.site._registry
    ]


def test_every_admin_model_is_listed():
    assert {model._meta.label for model in admin.site._registry} == set(ADMIN_MODELS)


def test_a_write_is_seen_also_when_it_is_undone(world):
    before = fingerprint()
    with transaction.atomic():
        world.branch_a.usual_place = "村部"
        world.branch_a.save()
        transaction.set_rollback(True)
    seen = {name for name, *_ in set(fingerprint()) - set(before)}
    assert {"members_partyorganization", "members_partyorganizationevent"} <= seen


# --- The answers ---


def outcome(response) -> int | str:
    """The status, or "login" for the way to the sign-in page."""
    if response.status_code == 302 and response["Location"].startswith(("/accounts/login/", "/admin/login/")):
        return "login"
    return response.status_code


def same_bytes(response) -> bytes:
    """The answer without what differs from request to request."""
    body = re.sub(rb'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": )"[^"]*"', b"", response.content)
    return re.sub(rb"\b[0-9a-f]{12}\b", b"", body)


class Asker:
    """One persona; every request is undone afterwards, so the order of routes means nothing."""

    def __init__(self, user, **headers: str):
        self.client = Client(raise_request_exception=False, headers=headers)
        if user is not None:
            self.client.force_login(user)
        self.cookies = self.client.cookies.copy()

    def ask(self, method: str, path: str):
        self.client.cookies = self.cookies.copy()
        before = fingerprint() if method == "post" else None
        with transaction.atomic():
            response = getattr(self.client, method)(path)
            changed = before is not None and fingerprint() != before
            transaction.set_rollback(True)
        return response, changed


def fingerprint() -> list[tuple]:
    """Rows written in this transaction by table, what was undone again included: equal ones mean that nothing was.

    The bookkeeping of sessions, of counted tries and of the audit's own frame is left out. PostgreSQL counts as it goes, so asking costs the
    same however full the tables are.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
            " AND relname NOT IN ('members_signinsession', 'members_loginattempt', 'django_migrations', 'pghistory_context')"
        )
        return sorted(cursor.fetchall())


def path_values(line: Line, things: dict) -> dict[str, str]:
    """The parts of the path: the uid (or key) of the line's object, and the plain ones."""
    values = {
        "year": str(YEAR),
        "kind": "theme_day",
        "period": "3",
        "field": "mobile",
        "token": "no-such-token",
        "url": "no/such/page",
        "app_label": "members",
        "content_type_id": "1",
    } | line.values
    if line.thing:
        thing = things[line.thing]
        values |= {
            "uid": str(getattr(thing, "uid", thing.pk)),
            "pk": str(thing.pk),
            "object_id": str(thing.pk),
        }
    return values


def missing(values: dict[str, str]) -> dict[str, str]:
    """The same path for an object that does not exist, its key of the same type."""
    number = "999999999"
    key = number if values.get("pk", "").isdigit() else str(MISSING)
    return values | {"uid": str(MISSING), "pk": key, "object_id": number}


def _wrong(asker: Asker, key: str, path: str, column: str, line: Line, missing_path: str | None) -> list[str]:
    findings = []
    for method in ("get", "post"):
        expected = getattr(line, method)[column]
        response, changed = asker.ask(method, path)
        found = outcome(response)
        if found != expected:
            findings.append(f"{method.upper()} {path} ({key}) as {column}: {found}, not {expected}")
        if changed and found in REFUSED:
            findings.append(f"{method.upper()} {path} ({key}) as {column} was refused and wrote something")
        if missing_path and found == 404:
            other, _ = asker.ask(method, missing_path)
            if outcome(other) != 404 or same_bytes(other) != same_bytes(response):
                findings.append(f"{method.upper()} {path} ({key}) as {column} tells that the object exists")
    return findings


@pytest.fixture
def things(world):
    return objects_of_branch_a(world)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_route_answers_as_the_table_says(world, things, column):
    asker = Asker(None if column == ANYBODY else getattr(world, column))
    by_key: dict[str, Route] = {route.key: route for route in routes()}
    findings = []
    asked = focused(ROUTES)
    assert asked, "the focus leaves nothing"
    for key in asked:
        line = ROUTES[key]
        values = path_values(line, things)
        path = filled(by_key[key].pattern, values)
        other = filled(by_key[key].pattern, missing(values)) if line.thing else None
        findings += _wrong(asker, key, path, column, line, other if other != path else None)
    none(findings)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_admin_page_answers_as_the_table_says(world, things, column):
    asker = Asker(None if column == ANYBODY else getattr(world, column))
    by_key: dict[str, Route] = {route.key: route for route in routes()}
    findings, found = [], 0
    for label, pages in ADMIN_MODELS.items():
        base = f"admin:{label.lower().replace('.', '_')}"
        for page, line in pages.items():
            if not focused([f"{base}_{page}"]):
                continue
            found += 1
            route = by_key[f"{base}_{page}"]
            values = path_values(line, things)
            path = filled(route.pattern, values)
            other = filled(route.pattern, missing(values)) if line.thing else None
            findings += _wrong(asker, route.key, path, column, line, other if other != path else None)
    assert found, "the focus leaves nothing"
    none(findings)
