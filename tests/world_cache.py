"""The world of `tests/personas.py` without building it for each test: its rows are read once and put back in one go.

Building it takes some hundred statements; most tests need it. The people and organisations are the same ones, with the same
keys, in every test of a worker process. The audit's triggers see them arrive as they see everything.
"""

import pickle
from collections.abc import Callable

from django.db import connection

from tests.personas import World

_kept: tuple[bytes, list[tuple[str, str]]] | None = None

_WRITTEN = """
SELECT relname, n_tup_ins FROM pg_stat_xact_user_tables
WHERE n_tup_ins > 0 AND relname <> 'pghistory_context' AND relname NOT LIKE '%event' ORDER BY relname
"""
_COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def kept_world(build: Callable[[], World]) -> World:
    """A world of one's own: built the first time, put back from its rows ever after."""
    global _kept
    if not _empty():
        return build()  # beside organizations of the test's own, paths in the tree are others
    if _kept is None:
        before = _written()
        world = build()
        tables = [table for table, rows in _written().items() if rows != before.get(table)]
        if not before.keys() & tables:
            _kept = pickle.dumps(world), _rows(tables)
        return world
    pickled, statements = _kept
    with connection.cursor() as cursor:
        for statement, rows in statements:
            cursor.execute(statement, [rows])
    return pickle.loads(pickled)  # noqa: S301 - our own bytes of a minute ago


def _empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT 1 FROM members_partyorganization)")
        return cursor.fetchone()[0]


def _written() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        return dict(cursor.fetchall())


def _rows(tables: list[str]) -> list[tuple[str, str]]:
    """One INSERT per table that the world wrote to, and its rows; those tables were empty before it."""
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(_COLUMNS, [table])
            columns = cursor.fetchone()[0]
            cursor.execute(f"SELECT json_agg(row_to_json(t))::text FROM {table} t")
            rows = cursor.fetchone()[0]
            found.append(
                (
                    f"INSERT INTO {table} ({columns}) SELECT {columns}"
                    f" FROM json_populate_recordset(NULL::{table}, %s)",
                    rows,
                )
            )
    return found
