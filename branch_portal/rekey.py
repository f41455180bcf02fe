"""New keys for what is sealed, while the portal works (reliability 2 row 40, fault F46).

A batch is one short transaction of the owner's: rows whose seal begins differently from today's are locked as far as nobody
else holds them, opened, sealed anew and written. Nothing waits while holding a lock, so nobody can deadlock with it, and a row
that somebody was writing is met again in the next pass. What is left to do can be read off the rows themselves; after a
kill the next run simply finds the rest. Triggers are told to look away: a new seal is no change of the row, and the audit
would double. The audit's own rows are sealed anew as well; only the owner can, and `KeyEvent` tells of it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connections, transaction
from django.utils import timezone

from branch_portal.crypto import header, present_header, seal
from branch_portal.models import KeyEvent, SealingKey
from branch_portal.salts import NO_SALT, erased, kept_salts
from branch_portal.sealed_columns import SealedTable, opened, sealed_tables

BATCH = 500
_PASSES = 50
OWNER = "owner"

Progress = Callable[[str, int, int], None]


@dataclass
class Outcome:
    """How many rows were sealed anew, which hold what nobody can open any more, and how many are left."""

    resealed: int = 0
    emptied: int = 0
    left: int = 0
    unreadable: dict[str, int] = field(default_factory=dict)


def reseal_all(*, progress: Progress, pause: float = 0.0) -> Outcome:
    """Seal anew whatever is not sealed as of today; ends when a look at all tables finds nothing."""
    outcome = Outcome()
    for _ in range(_PASSES):
        waiting = {table.name: count for table in sealed_tables() if (count := rows_to_do(table))}
        if not waiting:
            break
        for table in sealed_tables():
            if table.name in waiting:
                _pass_over(table, waiting[table.name], outcome, progress, pause)
        if outcome.unreadable:
            break
        time.sleep(pause)
    outcome.left = sum(rows_to_do(table) for table in sealed_tables())
    return outcome


def rows_to_do(table: SealedTable) -> int:
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        _everything(cursor)
        cursor.execute(
            f"SELECT count(*) FROM {table.name} WHERE {_old(table)}", [present_header()] * len(table.columns)
        )
        return cursor.fetchone()[0]


def rows_under(kid: str) -> dict[str, int]:
    """Table → rows with a value that this key sealed; of all algorithms and layouts."""
    starts = [header(kid, algorithm) for algorithm in (1, 2)] + [bytes([1, len(kid)]) + kid.encode()]
    found = {}
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        _everything(cursor)
        for table in sealed_tables():
            tests = [f"substring({column} FROM 1 FOR octet_length(%s::bytea)) = %s::bytea" for column in table.columns for _ in starts]  # fmt: skip
            values = [part for _ in table.columns for start in starts for part in (start, start)]
            cursor.execute(f"SELECT count(*) FROM {table.name} WHERE {' OR '.join(tests)}", values)
            if count := cursor.fetchone()[0]:
                found[table.name] = count
    return found


def _old(table: SealedTable) -> str:
    size = len(present_header())
    return " OR ".join(
        f"(octet_length({column}) > 0 AND substring({column} FROM 1 FOR {size}) <> %s::bytea)"
        for column in table.columns
    )


def _pass_over(table: SealedTable, total: int, outcome: Outcome, progress: Progress, pause: float) -> None:
    last, done = -1, 0
    while True:
        with transaction.atomic(using=OWNER):
            rows = _locked(table, last)
            if not rows:
                return
            last = rows[-1][0]
            done += _reseal(table, rows, outcome)
        progress(table.name, min(done, total), total)
        time.sleep(pause)


def _locked(table: SealedTable, after: int) -> list[tuple]:
    """The next rows that are sealed as of yesterday and that nobody else is writing: key, uid, holder, columns."""
    with connections[OWNER].cursor() as cursor:
        _everything(cursor)
        cursor.execute(
            "SELECT set_config('pgtrigger.ignore', (SELECT '{' || coalesce(string_agg(tgname, ','), '') || '}' "
            "FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal), true)",
            [table.name],
        )
        cursor.execute(
            f"SELECT {table.key}, uid, {table.holder or 'NULL::bigint'}, {', '.join(table.columns)} "
            f"FROM {table.name} WHERE {table.key} > %s AND ({_old(table)}) "
            f"ORDER BY {table.key} LIMIT {BATCH} FOR NO KEY UPDATE SKIP LOCKED",
            [after, *[present_header()] * len(table.columns)],
        )
        return cursor.fetchall()


def _reseal(table: SealedTable, rows: list[tuple], outcome: Outcome) -> int:
    holders = {row[2] for row in rows if row[2] is not None}
    salts = kept_salts(holders, using=OWNER) if holders else {}
    lost = holders - salts.keys()
    gone = erased(lost, using=OWNER) if lost else set()
    written = []
    for key, uid, holder, *values in rows:
        sealed = [bytes(value) if value else None for value in values]
        salt = salts.get(holder, NO_SALT)
        if table.holder and not salt:
            if holder not in gone:
                outcome.unreadable[table.name] = outcome.unreadable.get(table.name, 0) + 1
                continue
            outcome.emptied += 1
            written.append((key, *(None if value is None else b"" for value in values)))
            continue
        texts = opened(table, sealed, uid=uid, salt=salt)
        written.append(
            (
                key,
                *(
                    seal(text, column=label, uid=uid, salt=salt) if text is not None else value
                    for text, label, value in zip(texts, table.labels, values, strict=True)
                ),
            )
        )
    _write(table, written)
    outcome.resealed += len(written)
    return len(written)


def _write(table: SealedTable, rows: list[tuple]) -> None:
    if not rows:
        return
    casts = ", ".join(["%s::bigint", *["%s::bytea"] * len(table.columns)])
    sets = ", ".join(f"{column} = v.{column}" for column in table.columns)
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            f"UPDATE {table.name} t SET {sets} FROM (VALUES {', '.join([f'({casts})'] * len(rows))}) "
            f"v(key, {', '.join(table.columns)}) WHERE t.{table.key} = v.key",
            [part for row in rows for part in row],
        )


def _everything(cursor) -> None:
    """The owner is bound by row-level security like everybody; this work is for all rows."""
    cursor.execute("SELECT set_config('portal.scope', 'all', true)")


def note(what: str, kid: str, rows: int = 0) -> None:
    KeyEvent.objects.using(OWNER).create(what=what, kid=kid, rows=rows)


def mark_retired(kid: str) -> None:
    SealingKey.objects.using(OWNER).filter(kid=kid).update(retired_at=timezone.now())
