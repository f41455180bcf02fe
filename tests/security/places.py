"""Where a row belongs, read off its foreign keys alone: which organisations, which person. No access rule is asked.

A row belongs to the organisations and members that its foreign keys lead to, over as many steps as it takes. Accounts that
made or changed it do not count: a committee's clerk may have written into a branch.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model

from members.models import Member, PartyOrganization, User

Row = tuple[str, object]  # table, key
_APPS = ("branch_portal", "members", "notices", "learning", "activities", "supervision")
#: Accounts whose row it is; other accounts in a row only had a hand in it.
_OWNERS = {"owner", "recipient", "user", "person"}


class Place(NamedTuple):
    """Organisations and members by key."""

    organizations: frozenset[int] = frozenset()
    members: frozenset[int] = frozenset()

    def __or__(self, other: "Place") -> "Place":  # type: ignore[override]
        return Place(self.organizations | other.organizations, self.members | other.members)


@dataclass(frozen=True)
class Link:
    """A foreign key of a row and the row that it leads to."""

    column: str
    target: Row


def models() -> list[type[Model]]:
    """The product's own models; the audit's events and their bookkeeping are copies."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in _APPS and model._meta.managed and not hasattr(model, "pgh_tracked_model")
    ]


class Places:
    """All rows of the database as they are now, their links, and the place of each."""

    def __init__(self) -> None:
        self.links: dict[Row, list[Link]] = {}
        self.members: dict[int, tuple[int | None, int | None, int | None]] = {}
        self._known: dict[Row, Place] = {}
        for model in models():
            self._read(model)

    def _read(self, model: type[Model]) -> None:
        keys = _foreign_keys(model)
        columns = [model._meta.pk.column, *keys]
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(map(connection.ops.quote_name, columns))} FROM {table}")
            for key, *values in cursor.fetchall():
                self.links[table, key] = links(keys, values)

    def person(self, row: Row) -> int | None:
        """The member whose row it is: the card itself, what says `member`, or the account's that it belongs to."""
        table, key = row
        if table == Member._meta.db_table:
            return key  # type: ignore[return-value]
        of = {link.column.removesuffix("_id"): link.target for link in self.links.get(row, ())}
        if "member" in of:
            return of["member"][1]  # type: ignore[return-value]
        owner = next(
            (of[name] for name in _OWNERS if name in of and of[name][0] == User._meta.db_table), None
        )
        return self.person(owner) if owner else None

    def of(self, row: Row, _asked: frozenset[Row] = frozenset()) -> Place:
        if row not in self._known:
            self._known[row] = self._found(row, _asked | {row})
        return self._known[row]

    def _found(self, row: Row, asked: frozenset[Row]) -> Place:
        table, key = row
        if table == PartyOrganization._meta.db_table:
            return Place(frozenset([key]))
        place = Place(members=frozenset([key])) if table == Member._meta.db_table else Place()
        for link in self.links.get(row, ()):
            is_account = link.target[0] == User._meta.db_table
            if link.target not in asked and not (
                is_account and link.column.removesuffix("_id") not in _OWNERS
            ):
                place = place | self.of(link.target, asked)
        return place


def _foreign_keys(model: type[Model]) -> dict[str, str]:
    """Column → table that it leads to."""
    return {
        field.column: field.related_model._meta.db_table
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model._meta.app_label in _APPS
    }


def links(keys: dict[str, str], values) -> list[Link]:
    return [
        Link(column, (table, value))
        for (column, table), value in zip(keys.items(), values, strict=True)
        if value is not None
    ]


def written_since(mark: int, tables: set[str]) -> dict[Row, list[Link]]:
    """Rows of the tables that a transaction (or a part of one) younger than `mark` wrote, with their links as they are now."""
    found: dict[Row, list[Link]] = {}
    for model in models():
        table = model._meta.db_table
        if table not in tables:
            continue
        keys = _foreign_keys(model)
        columns = ", ".join(connection.ops.quote_name(name) for name in (model._meta.pk.column, *keys))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {table} WHERE xmin::text::bigint >= %s", [mark])
            found |= {(table, key): links(keys, values) for key, *values in cursor.fetchall()}
    return found


def keys_of(tables: set[str]) -> dict[str, set]:
    """The keys that are there now, by table."""
    found = defaultdict(set)
    for model in models():
        if model._meta.db_table in tables:
            found[model._meta.db_table] = set(model._base_manager.values_list("pk", flat=True))
    return found
