"""Nobody writes sideways: every form of the portal, sent by who must not, and with foreign rows where one's own are offered.

Two attacks on every form. A foreign form is sent as its owner would send it. In one's own form each choice is replaced by a
row of another committee: nothing may be linked to it, and the answer is the one to a row that does not exist.
"""

import re
import uuid
from dataclasses import dataclass, field

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client

from members.models import PartyOrganization, User
from tests.access_objects import objects_of_branch_a
from tests.security.forms import Form, forms_of
from tests.security.places import Places, Row, keys_of, models, written_since
from tests.security.spec import reach_of
from tests.security.walk import PASSING, pages, whole_walk
from tests.security.worlds import mirror, neighbours
from tests.source import none
from tests.test_access import fingerprint

pytestmark = pytest.mark.django_db

#: Whose forms are tried: together they have every form that branch A's objects have.
OWNERS = ("secretary_a", "staff", "member_a", "superuser")
#: Links to invisible rows that are meant, with why.
MEANT = {
    ("members_affiliationtransfer", "to_branch_id"): "a member moves to any branch of the tree",
    ("activities_invitation", "branch_id"): "any branch may be invited, and may decline",
}
_UID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


class Attacker:
    """One person's POSTs; each is undone, after what it wrote has been looked at."""

    def __init__(self, user, reach: frozenset[int], above: frozenset[int], places: Places) -> None:
        self.user, self.reach, self.visible, self.places = user, reach, reach | above, places
        self.client = Client(raise_request_exception=False)
        self.client.force_login(user)
        self.cookies = self.client.cookies.copy()
        self.wrote: set[str] = set()
        with transaction.atomic():
            # What the test wrote so far must lie before every later mark: a part of the transaction that has ended sees to it.
            User.objects.filter(pk=user.pk).update(display_name=F("display_name"))
            transaction.set_rollback(True)

    def post(self, path: str, data: dict[str, str]) -> tuple[str, list[str]]:
        """The answer without what passes, and what was written where it must not."""
        self.client.cookies = self.cookies.copy()
        before, mark = dict(_counts()), _next_transaction()
        with transaction.atomic():
            response = self.client.post(path, data)
            body = response.content if not response.streaming else b""
            told = f"{response.status_code} {PASSING.sub('', body.decode('utf-8', 'replace'))}{response.get('Location', '')}"
            tables = {table for table, counts in _counts() if counts != before.get(table)}
            findings = self._wrongs(mark, tables) if tables else []
            if tables:
                self.wrote.add(path.partition("?")[0])
            transaction.set_rollback(True)
        return told, [f"POST {path} {_short(data)}: {found}" for found in findings]

    def _wrongs(self, mark: int, tables: set[str]) -> list[str]:
        findings = []
        for row, row_links in written_since(mark, tables).items():
            if row in self.places.links and self._is_foreign(row, self.reach):
                findings.append(f"changed {row[0]} {row[1]}, which is foreign")
            before = self.places.links.get(row, [])
            findings += [
                f"{row[0]}.{link.column} now leads to {link.target[0]} {link.target[1]}, which is not to be seen"
                for link in row_links
                if link not in before
                and (row[0], link.column) not in MEANT
                and self._is_foreign(link.target, self.visible)
            ]
        left = keys_of(tables)
        gone = [row for row in self.places.links if row[0] in tables and row[1] not in left[row[0]]]
        return findings + [f"removed {row[0]} {row[1]}" for row in gone if self._is_foreign(row, self.reach)]

    def _is_foreign(self, row: Row, reach: frozenset[int]) -> bool:
        organizations = self.places.of(row).organizations
        return bool(organizations) and not organizations & reach


def _short(data: dict[str, str]) -> str:
    shown = {
        name: value for name, value in data.items() if name not in ("csrfmiddlewaretoken", "submission_key")
    }
    return str(shown)[:200]


def _counts() -> list[tuple[str, tuple]]:
    return [(name, tuple(numbers)) for name, *numbers in fingerprint()]


def _next_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


@dataclass
class Strangers:
    """Rows that are there and foreign, by table and kind; and which sort of row a value of a form names."""

    foreign: dict[tuple[str, str], list[uuid.UUID]] = field(default_factory=dict)
    sorts: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, places: Places, reach: frozenset[int]) -> "Strangers":
        found = cls()
        for model in models():
            names = {column.name for column in model._meta.concrete_fields}
            if "uid" not in names:
                continue
            table = model._meta.db_table
            # A cell is offered where a cell is asked for.
            kind = "kind" if model is PartyOrganization else "uid"
            for key, uid, sort in model._base_manager.values_list("pk", "uid", kind):
                found.sorts[uid.hex] = (table, sort if kind == "kind" else "")
                organizations = places.of((table, key)).organizations
                if organizations and not organizations & reach:
                    found.foreign.setdefault(found.sorts[uid.hex], []).append(uid)
        return found

    def instead_of(self, value: str) -> uuid.UUID | None:
        """A foreign row of the sort that the value names, the last that was made."""
        sort = self.sorts.get(value.replace("-", "")) if _UID.fullmatch(value) else None
        return self.foreign[sort][-1] if sort in self.foreign else None


def replaced(form: Form, strangers: Strangers):
    """(field, a foreign uid as the form writes uids, one that nobody has), for each choice of rows."""
    for one in form.fields.values():
        if one.kind == "hidden" and one.name in ("csrfmiddlewaretoken", "submission_key"):
            continue
        sample = next((value for value in (one.value, *one.offered) if _UID.fullmatch(value)), "")
        if sample and (foreign := strangers.instead_of(sample)):
            missing = uuid.UUID(int=foreign.int ^ 0xFFFF)
            yield (
                one.name,
                *((found.hex if "-" not in sample else str(found)) for found in (foreign, missing)),
            )


def collect(user, asked, moment_forms: dict) -> dict:
    """The posting forms of the pages that the user can open, each once."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    for page in asked:
        response = client.get(page.path)
        if (
            response.status_code != 200
            or response.streaming
            or "html" not in response.get("Content-Type", "")
        ):
            continue
        for form in forms_of(page.path, response.content.decode()):
            moment_forms.setdefault(form.key, form)
    return moment_forms


def own_forms_with_foreign_rows(attacker: Attacker, forms, strangers: Strangers) -> list[str]:
    findings = []
    for form in forms:
        for name, foreign, missing in replaced(form, strangers):
            told, wrongs = attacker.post(form.action, form.data(**{name: foreign}))
            other, _ = attacker.post(form.action, form.data(**{name: missing}))
            findings += wrongs
            if told.replace(foreign, "…") != other.replace(missing, "…"):
                findings.append(
                    f"POST {form.action}: {name} tells a foreign row from one that does not exist"
                )
    return findings


def foreign_forms(attacker: Attacker, forms) -> list[str]:
    return [wrong for form in forms for wrong in attacker.post(form.action, form.data())[1]]


def _tried(world, persona: str, *, foreign: bool, own: bool) -> None:
    neighbours(world)
    things = objects_of_branch_a(world)
    mirror(world)
    reach, places = reach_of(persona, world, []), Places()
    asked = pages(world, things)
    attacker = Attacker(world.users[persona], reach.organizations, reach.above, places)
    ours = collect(world.users[persona], asked, {})
    findings = []
    if foreign:
        theirs: dict = {}
        for owner in OWNERS:
            if owner != persona:
                collect(world.users[owner], asked, theirs)
        findings += foreign_forms(attacker, [form for key, form in theirs.items() if key not in ours])
    if own:
        findings += own_forms_with_foreign_rows(
            attacker, ours.values(), Strangers.of(places, attacker.visible)
        )
    none(findings)
    if own and whole_walk():
        _forms_are_accepted(attacker, ours)


def _forms_are_accepted(attacker: Attacker, forms: dict) -> None:
    """What is refused anyway proves nothing: most of one's own forms are taken as they are filled in here.

    A list of the admin without a row, or a rule that is only looked at, is a form with nothing to fill in and writes nothing.
    """
    attacker.wrote.clear()
    for form in forms.values():
        attacker.post(form.action, form.data())
    asking = {form.address for form in forms.values() if form.asks} | attacker.wrote
    print(f"{len(asking)} own forms, {len(attacker.wrote)} take what is filled in")
    assert len(attacker.wrote) > len(asking) / 3


@pytest.mark.parametrize("persona", ["secretary_a"])
def test_no_form_takes_a_foreign_row(world, persona):
    _tried(world, persona, foreign=False, own=True)


@pytest.mark.parametrize("persona", ["secretary_d"])
def test_no_foreign_form_is_taken(world, persona):
    _tried(world, persona, foreign=True, own=False)


@pytest.mark.long
@pytest.mark.parametrize(
    "persona", ["secretary_a", "staff", "member_a", "cell_leader_a", "staff_x", "member_b"]
)
def test_a_post_reaches_no_foreign_row(world, persona):
    _tried(world, persona, foreign=True, own=True)
