"""Schema changes on a living database: one migrator at a time, short waits for locks, and no code older than its database.

`ALTER TABLE` waits behind whoever reads the table, and everybody who comes later waits behind it: so it waits for one second,
gives way, says for whom it waits, and tries again (docs/backup.md, "Upgrade").
"""

import pkgutil
import re
import sys
import time
from collections.abc import Callable, Collection, Iterable
from importlib.util import find_spec

from django.apps import apps
from django.db import OperationalError
from django.db.migrations.loader import MigrationLoader

LOCK_TIMEOUT = "1s"
ONE_MIGRATOR = 5_470_816_032  # the advisory lock's number, any that nobody else uses
_GAVE_WAY = {"55P03", "40P01"}  # lock_not_available, deadlock_detected
_LONGEST_PAUSE = 30.0
_CANNOT_START = 3  # gunicorn ends as well when a worker ends with this, instead of starting it again for ever

Tell = Callable[[str], object]

_BROKEN_INDEXES = """
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND n.nspname = 'public' AND pg_has_role(c.relowner, 'USAGE')
"""
_HOLDERS = """
SELECT l.pid, a.usename, extract(epoch FROM clock_timestamp() - a.xact_start)::int
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.relation = to_regclass(%s) AND l.granted AND l.pid <> pg_backend_pid()
ORDER BY a.xact_start NULLS LAST LIMIT 3
"""
_TABLE = re.compile(
    r"(?:ALTER TABLE|\bON|REFERENCES|LOCK TABLE|DROP TABLE)\s+(?:IF EXISTS\s+|ONLY\s+)*\"?([a-z_0-9]+)\"?",
    re.IGNORECASE,
)


def newer_than_code(applied: Iterable[tuple[str, str]], on_disk: Collection[tuple[str, str]]) -> list[str]:
    """Applied migrations (app, name) of our apps that this code has never heard of: a newer version has been here."""
    apps = {app for app, _ in on_disk}
    return [f"{app}.{name}" for app, name in applied if app in apps and (app, name) not in on_disk]


def on_disk() -> set[tuple[str, str]]:
    """(app, name) by the files' names: migrations that are read as well stay, and take 20 MB of every process."""
    return {
        (config.label, found.name)
        for config in apps.get_app_configs()
        for found in pkgutil.iter_modules(_folders(config.label))
        if not found.ispkg and found.name[0] not in "_~"
    }


def _folders(label: str) -> list[str]:
    module, _ = MigrationLoader.migrations_module(label)
    spec = find_spec(module) if module else None
    return list(spec.submodule_search_locations or ()) if spec else []


def applied_to(connection) -> list[tuple[str, str]]:
    """(app, name) in the order of coming; none in a database that is empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return []
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        return cursor.fetchall()


def refusal(newer: list[str]) -> str:
    more = f"等 {len(newer)} 项" if len(newer) > 3 else ""
    return (
        f"数据库已由更新的版本升级过（{'、'.join(newer[:3])}{more}），本版本的程序不认识，已拒绝运行，数据没有改动。"
        "请换回升级后的版本；确需退回旧版本的，用升级前的备份恢复（docs/backup.md）"
    )


def database_is_newer(connection) -> list[str]:
    """The same, asked of a database; nothing for one that is empty."""
    return newer_than_code(applied_to(connection), on_disk())


def refuse_newer_database() -> None:
    """At the start of a server process: its end, with the reason. A database that is away is no reason; it may come."""
    from django.db import Error, connection

    try:
        newer = database_is_newer(connection)
    except Error:
        return
    finally:
        connection.close()  # a forked child must not inherit it
    if newer:
        sys.stderr.write(f"{refusal(newer)}\n")
        sys.exit(_CANNOT_START)


def take_turn(connection, tell: Tell, *, patience: float) -> bool:
    """Become the one migrator; False when another was at work for all that time. The lock ends with the session."""
    deadline, told = time.monotonic() + patience, False
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_MIGRATOR])
            if cursor.fetchone()[0]:
                return True
        if time.monotonic() > deadline:
            return False
        if not told:
            tell("另一个迁移正在进行，等它结束后再继续……")
            told = True
        time.sleep(0.5)


def end_turn(connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_MIGRATOR])


def drop_broken_indexes(connection, tell: Tell) -> None:
    """What an index that was being built concurrently leaves when its migration is killed; it is built anew."""
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN_INDEXES)
        for (name,) in cursor.fetchall():
            tell(f"清理上次中断留下的无效索引 {name}")
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS public.{connection.ops.quote_name(name)}")


def with_retries(work: Callable[[], None], connection, tell: Tell, *, patience: float) -> None:
    """Do the work with short waits for locks; what is done stays done, so the next try goes on from there."""
    deadline, pause, tries = time.monotonic() + patience, 1.0, 0
    while True:
        try:
            short_waits(connection)
            work()
            return
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) not in _GAVE_WAY or time.monotonic() > deadline:
                raise
            tries += 1
            tell(
                f"{_waits_for(connection, error)}第 {tries} 次让路，{pause:.0f} 秒后再试；已完成的步骤不会重做。"
            )
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def short_waits(connection) -> None:
    """For whatever may keep others waiting behind it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute("SET idle_in_transaction_session_timeout = '10min'; SET statement_timeout = '10min'")
        # A migrator that was killed leaves its turn to the next one even while its statement waits for somebody.
        cursor.execute("SET client_connection_check_interval = '1s'")


def patient_waits(connection) -> None:
    """For what is built concurrently: it waits for every transaction that began before, and holds up nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")


def _waits_for(connection, error: OperationalError) -> str:
    """The table, and who holds it for how long, as far as PostgreSQL lets us know."""
    statement = getattr(getattr(error.__cause__, "cursor", None), "query", None) or b""
    found = _TABLE.search(statement.decode(errors="replace") if isinstance(statement, bytes) else statement)
    if not found:
        return "等不到所需的锁。"
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, [f"public.{found[1]}"])
        holders = [  # how long is told of one's own role only
            f"进程 {pid}（{role}{'' if seconds is None else f'，已 {seconds} 秒'}）"
            for pid, role, seconds in cursor.fetchall()
        ]
    by = f"，占用它的是{'、'.join(holders)}" if holders else ""
    return f"表 {found[1]} 正被使用{by}。"
