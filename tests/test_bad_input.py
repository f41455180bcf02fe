"""Every route answers whatever stands in its query string, and in the free parts of its path: never with an error."""

import re
from urllib.parse import quote

import pytest

from tests.access_objects import objects_of_branch_a
from tests.access_table import ADMIN_MODELS, ROUTES, Line
from tests.routes import filled, routes
from tests.source import none
from tests.test_access import MISSING, path_values

# Written as they travel: `%00` is a NUL, `%ff` no UTF-8, `%ed%a0%80` half of a surrogate pair.
NASTY = (
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "999999999999999999999999999999",
    "-1",
    "1e400",
    "NaN",
    "2026-02-30",
    quote("'); DROP TABLE x; --"),
    quote("<script>alert(1)</script>"),
    quote("//evil.example/"),
    quote("党" * 3000),
)
TOO_LONG = "a" * 100_000
#: Names that any of our forms, filters, cursors or the admin's lists read.
NAMES = [
    "q",
    "cursor",
    "page",
    "year",
    "kind",
    "state",
    "branch",
    "cell",
    "organization",
    "category",
    "order",
    "next",
    "month",
    "for",
    "on_date",
    "kinds",
    "p",
    "o",
    "e",
    "all",
    "_popup",
    "_to_field",
    "_changelist_filters",
    "id",
    "id__exact",
    "state__exact",
    "app_label",
    "model_name",
    "field_name",
    "term",
    "is_active__exact",
    "on_date__gte",
    "on_date__year",
]


def queries(page: int) -> list[str]:
    """Four of the mixes in which every name has another value: over three pages each name has met each of the values."""
    mixes = [
        "&".join(f"{name}={NASTY[(place + mix) % len(NASTY)]}" for place, name in enumerate(NAMES))
        for mix in range(page * 4, page * 4 + 4)
    ]
    much = [
        f"q={TOO_LONG}&cursor={TOO_LONG}&page={TOO_LONG}",
        "&".join(f"year={number}" for number in range(500)),
    ]
    return [*mixes, much[page % 2]]


def paths(things: dict) -> list[str]:
    by_key = {route.key: route for route in routes()}
    lines: dict[str, Line] = dict(ROUTES)
    for label, pages in ADMIN_MODELS.items():
        base = label.lower().replace(".", "_")
        lines |= {f"admin:{base}_{page}": line for page, line in pages.items()}
    return [filled(by_key[key].pattern, path_values(line, things)) for key, line in lines.items()]


@pytest.mark.parametrize(
    ("persona", "admin_pages"), [("secretary_a", False), ("staff", True), ("superuser", True)]
)
def test_no_query_string_breaks_a_page(world, as_user, persona, admin_pages):
    """Each persona where it works: officers on the portal's pages, the back office in the admin."""
    client = as_user(getattr(world, persona))
    client.raise_request_exception = False
    findings = []
    for number, path in enumerate(paths(objects_of_branch_a(world))):
        if path.startswith("/admin/") != admin_pages or client.get(path).status_code != 200:
            continue  # another's page, or the persona does not get as far as the query string
        for query in queries(number):
            status = client.get(f"{path}?{query}").status_code
            if status >= 500:
                findings.append(f"{status} GET {path}?{query[:100]}")
    none(findings)


@pytest.mark.parametrize("persona", ["secretary_a", "superuser"])
def test_no_path_breaks_a_page(world, as_user, persona):
    client = as_user(getattr(world, persona))
    client.raise_request_exception = False
    findings = []
    for route in routes():
        if "<str:" not in route.pattern and "<path:" not in route.pattern and "<slug:" not in route.pattern:
            continue
        for value in NASTY:
            # Every part of every path, whatever it is called; what Django's converters check gets what passes them.
            parts = re.findall(r"<(?:\w+:)?(\w+)>", route.pattern)
            values = dict.fromkeys(parts, value)
            values |= dict.fromkeys(re.findall(r"<int:(\w+)>", route.pattern), "3")
            values |= dict.fromkeys(re.findall(r"<uuid:(\w+)>", route.pattern), str(MISSING))
            path = filled(route.pattern, values)
            status = client.get(path).status_code
            if status >= 500:
                findings.append(f"{status} GET {path[:120]}")
    none(findings)


def test_next_leads_nowhere_else(world, client):
    from tests.factories import PASSWORD

    for evil in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
        response = client.post(
            "/accounts/login/", {"username": "member_a", "password": PASSWORD, "next": evil}
        )
        assert (response.status_code, response["Location"]) == (302, "/"), evil
        client.logout()
