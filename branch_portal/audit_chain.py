"""The chain that makes a change of the audit visible, also one by the database's owner, who has no key.

Every night the rows of the day before are fingerprinted: HMAC-SHA256 under a key of the ring, cut to eight bytes, over the
row's own text. The fingerprints of up to `PART` rows make an anchor, whose HMAC covers them and the anchor before it. So a
row that was altered or removed is named, and an anchor that was altered, removed or made anew breaks the chain.

Sealed columns are left out: key rotation writes them anew, and their own authentication notices what is put there.
"""

import datetime
import hmac
import json
import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import connection

from branch_portal.crypto import purpose_key
from branch_portal.dates import SHANGHAI

PART = 10_000
FIRST = bytes(32)
_LEAF = struct.Struct(">16s8s")
CONTEXT = "pghistory_context"


@dataclass(frozen=True)
class AuditTable:
    """A table of the audit: its key and time columns, and those that are fingerprinted."""

    name: str
    key: str
    at: str
    columns: tuple[str, ...]

    @property
    def numbered(self) -> bool:
        """Whether keys grow with time; those of contexts are random."""
        return self.name != CONTEXT


def audit_tables() -> list[AuditTable]:
    """All that are there, in a fixed order, the anchors themselves left out."""
    from branch_portal.management.commands.migrate import event_tables

    names = [name for name in event_tables(connection) if name != "branch_portal_auditanchor"]
    return [_described(name) for name in [*names, CONTEXT]]


def _described(name: str) -> AuditTable:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND table_name = %s AND data_type <> 'bytea' ORDER BY column_name",
            [name],
        )
        columns = tuple(row[0] for row in cursor)
    key = "pgh_id" if "pgh_id" in columns else "id"
    at = next(name for name in ("pgh_created_at", "created_at", "at") if name in columns)
    return AuditTable(name, key, at, columns)


def day_bounds(day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """The day as people here count it."""
    begin = datetime.datetime.combine(day, datetime.time(), SHANGHAI)
    return begin, begin + datetime.timedelta(days=1)


# --- Fingerprints ---


def key_bytes(key: int | uuid.UUID) -> bytes:
    return key.bytes if isinstance(key, uuid.UUID) else int(key).to_bytes(16, "big")


def key_of(table: AuditTable, packed: bytes) -> int | uuid.UUID:
    return int.from_bytes(packed, "big") if table.numbered else uuid.UUID(bytes=packed)


class Fingerprints:
    """Of rows of one table; one key derivation for all of them."""

    def __init__(self, table: str) -> None:
        self._key = purpose_key(f"audit-row:{table}")

    def leaf(self, key: int | uuid.UUID, text: str) -> bytes:
        return _LEAF.pack(key_bytes(key), hmac.digest(self._key, text.encode(), sha256)[:8])


def unpacked(leaves: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(key, fingerprint) of each row."""
    yield from _LEAF.iter_unpack(leaves)


def anchor_mac(
    number: int, table: str, day: datetime.date, part: int, columns: list[str], leaves: bytes, previous: bytes
) -> bytes:
    head = json.dumps([number, table, day.isoformat(), part, list(columns)]).encode()
    message = b"\0".join([head, sha256(leaves).digest(), previous])
    return hmac.digest(purpose_key("audit-anchor"), message, sha256)


# --- Rows ---


def _row_text(columns: tuple[str, ...]) -> str:
    return f"ROW({', '.join(map(connection.ops.quote_name, columns))})::text"


def rows_of_day(
    table: AuditTable, day: datetime.date, *, floor: int = 0
) -> Iterator[list[tuple[int | uuid.UUID, str]]]:
    """The day's rows in parts, each (key, text). `floor`: no row of the day has a smaller key; spares reading the years before.

    By key where keys grow with time (event tables have no index by time), by time where they don't.
    """
    name, key, at = map(connection.ops.quote_name, (table.name, table.key, table.at))
    begin, end = day_bounds(day)
    if table.numbered:
        after: dict[str, Any] = {"last": floor - 1}
        where, order = f"{key} > %(last)s", key
    else:
        after = {"time": begin, "last": uuid.UUID(int=0)}
        where, order = f"({at}, {key}) > (%(time)s, %(last)s)", f"{at}, {key}"
    query = (
        f"SELECT {key}, {_row_text(table.columns)}, {at} FROM {name} WHERE {where} AND {at} >= %(begin)s AND {at} < %(end)s"
        f" ORDER BY {order} LIMIT {PART}"
    )
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, {**after, "begin": begin, "end": end})
            found = cursor.fetchall()
        if found:
            yield [(row[0], row[1]) for row in found]
            after = {"last": found[-1][0], "time": found[-1][2]}
        if len(found) < PART:
            return


def rows_by_key(
    table: AuditTable, columns: list[str], keys: list[int | uuid.UUID]
) -> dict[int | uuid.UUID, str]:
    """Text of the rows with these keys, over the columns that were fingerprinted then."""
    name, key = map(connection.ops.quote_name, (table.name, table.key))
    cast = "bigint[]" if table.numbered else "uuid[]"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {_row_text(tuple(columns))} FROM {name} WHERE {key} = ANY(%s::{cast})",
            [[k if table.numbered else str(k) for k in keys]],
        )
        return dict(cursor.fetchall())


def rows_a_day(table: AuditTable, before: datetime.date) -> dict[datetime.date, int]:
    """How many rows the table has of each day up to and including `before`."""
    name, at = map(connection.ops.quote_name, (table.name, table.at))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({at} AT TIME ZONE 'Asia/Shanghai')::date, count(*) FROM {name} WHERE {at} < %s GROUP BY 1",
            [day_bounds(before)[1]],
        )
        return dict(cursor.fetchall())


def first_day(tables: list[AuditTable]) -> datetime.date | None:
    """Of the oldest row of any of them."""
    oldest: list[datetime.datetime] = []
    with connection.cursor() as cursor:
        for table in tables:
            name, at = map(connection.ops.quote_name, (table.name, table.at))
            cursor.execute(f"SELECT min({at}) FROM {name}")
            oldest += [row[0] for row in cursor if row[0]]
    return min(oldest).astimezone(SHANGHAI).date() if oldest else None
