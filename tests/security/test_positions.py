"""Positions that the access table has no column for: a prefix sibling, the staff between, the staff of another subtree, the
leader of the other cell. Each gets what the like one gets, as a full page and as htmx asks for it.

For a foreign object and for one that does not exist the answer is the same, byte for byte.
"""

import pytest

from tests.access_lines import Line
from tests.access_objects import objects_of_branch_a
from tests.routes import filled, focused, routes
from tests.security.walk import lines
from tests.security.worlds import LIKE, neighbours
from tests.source import none
from tests.test_access import Asker, missing, outcome, path_values, same_bytes

pytestmark = pytest.mark.django_db

#: Things of which a position is not where the like one is, and who gets what it gets then.
OTHERWISE = {
    # The general branch's staff are above the branch and below the committee: the committee's own things are not theirs.
    "staff_g": dict.fromkeys(
        ("paper_template", "committee", "work_request", "work_target", "work_file", "work_draft", "blank_form", "form_binding", "form_run",
         "spot_check", "inspection", "list_export"),
        "staff_x",
    ) | {"dictionary_entry": "secretary_a"},
    # The words are edited by the top committee's staff alone.
    "staff_h": {"dictionary_entry": "secretary_a"},
    # The first cell is not the other cell's leader's.
    "cell_leader_a2": {"cell": ""},
}  # fmt: skip
#: What the committee said of the branch is read by the general branch's staff and is not theirs to change.
SAID_ABOVE = {
    "supervision:finding-close", "supervision:finding-reopen", "supervised:comment-mend", "supervised:comment-take-back",
}  # fmt: skip
#: People of the second cell and what is about them: its leader reads their cards; the rest is shut, and no secret.
SECOND_CELL = {"fellow", "file", "status", "correction", "commendation", "erasure"}
READ_BY_LEADERS = {"members:card", "members:card-print", "members:file"}


def like(persona: str, thing: str) -> str:
    """The column of the access table; "" where it has none."""
    return OTHERWISE.get(persona, {}).get(thing, LIKE[persona])


def expected(persona: str, key: str, line: Line, method: str) -> int | str:
    found = getattr(line, method)[like(persona, line.thing)]
    if persona == "cell_leader_a2" and line.thing in SECOND_CELL and found == 404:
        return 200 if method == "get" and key in READ_BY_LEADERS else 403
    if persona == "staff_g" and key in SAID_ABOVE and found != 405:
        return 403
    return found


def test_what_is_otherwise_is_there():
    """A thing by another name would be asked for no more."""
    things = {line.thing for line in lines().values()}
    assert {thing for named in OTHERWISE.values() for thing in named} | SECOND_CELL <= things
    assert lines().keys() >= SAID_ABOVE | READ_BY_LEADERS


def wrongs(
    asker: Asker, persona: str, key: str, line: Line, path: str, missing_path: str | None
) -> list[str]:
    findings = []
    for method in ("get", "post"):
        wanted = expected(persona, key, line, method)
        response, changed = asker.ask(method, path)
        found = outcome(response)
        if found != wanted:
            findings.append(
                f"{method.upper()} {path} ({key}, {line.thing}) as {persona}: {found}, not {wanted}"
            )
        if changed and found in ("login", 403, 404, 405):
            findings.append(f"{method.upper()} {path} ({key}) as {persona} was refused and wrote something")
        if found == 404 and missing_path:
            other, _ = asker.ask(method, missing_path)
            if same_bytes(other) != same_bytes(response):
                findings.append(f"{method.upper()} {path} ({key}) as {persona} tells that the object exists")
    return findings


def asked(world, persona: str, *, htmx: bool) -> list[str]:
    users = world.users | neighbours(world).users
    things = objects_of_branch_a(world)
    asker = Asker(users[persona], **({"HX-Request": "true"} if htmx else {}))
    by_key, every, findings = {route.key: route for route in routes()}, lines(), []
    for key in focused(every):
        line = every[key]
        if not line.thing or not like(persona, line.thing):
            continue
        values = path_values(line, things)
        path, other = (filled(by_key[key].pattern, each) for each in (values, missing(values)))
        findings += wrongs(asker, persona, key, line, path, other if other != path else None)
    return findings


@pytest.mark.parametrize("persona", ["secretary_p", "staff_h"])
def test_another_position_gets_what_the_like_one_gets(world, persona):
    none(asked(world, persona, htmx=True))


@pytest.mark.long
@pytest.mark.parametrize(
    ("persona", "htmx"),
    [
        ("secretary_p", False),
        ("staff_h", False),
        ("staff_g", False),
        ("staff_g", True),
        ("cell_leader_a2", False),
    ],
)
def test_every_position_both_ways(world, persona, htmx):
    none(asked(world, persona, htmx=htmx))
