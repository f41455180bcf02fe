"""Every table's rows counted and hashed, the same on every server and in whatever order the rows lie.

A row's hash is md5 of its text, and a table's the sums of both halves over all rows: a sum does not mind order, so nothing is
sorted, and md5 and numeric sums mean the same in every version of PostgreSQL. Whether somebody altered a backup is not asked
here, that is what its seal is for; this tells whether everything arrived.
"""

from typing import TypedDict

from psycopg2 import sql

_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname
"""
_FORCED = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relforcerowsecurity AND pg_has_role(c.relowner, 'USAGE')
"""
_MARK = """
SELECT count(*), coalesce(sum(('x' || left(h, 16))::bit(64)::bigint::numeric), 0),
       coalesce(sum(('x' || right(h, 16))::bit(64)::bigint::numeric), 0)
FROM (SELECT md5(t::text) AS h FROM public.{table} t) AS hashed
"""
_MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY id"


class Mark(TypedDict):
    rows: int
    hash: str


Marks = dict[str, Mark]


def table_names(connection) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return [name for (name,) in cursor.fetchall()]


def table_marks(connection) -> Marks:
    """Of every table, within the transaction and snapshot that the session is in."""
    marks: Marks = {}
    with connection.cursor() as cursor:
        for name in table_names(connection):
            cursor.execute(sql.SQL(_MARK).format(table=sql.Identifier(name)))
            rows, left, right = cursor.fetchone()
            marks[name] = {"rows": rows, "hash": f"{left}:{right}"}
    return marks


def marks_of_owner(connection) -> Marks:
    """Where row-level security binds the owner too and nobody else works: lifted for the length of a look."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_FORCED)
            for (name,) in cursor.fetchall():
                cursor.execute(
                    sql.SQL("ALTER TABLE public.{} NO FORCE ROW LEVEL SECURITY").format(sql.Identifier(name))
                )
        return table_marks(connection)
    finally:
        connection.rollback()


def differences(wanted: Marks, found: Marks) -> list[str]:
    """What is not as it was, in words; empty when all is."""
    said = [f"缺少表 {name}" for name in sorted(set(wanted) - set(found))]
    said += [f"多出表 {name}" for name in sorted(set(found) - set(wanted))]
    for name in sorted(set(wanted) & set(found)):
        before, now = wanted[name], found[name]
        if before["rows"] != now["rows"]:
            said.append(f"表 {name} 应有 {before['rows']} 行，现有 {now['rows']} 行")
        elif before["hash"] != now["hash"]:
            said.append(f"表 {name} 的内容与备份时不同")
    return said


def applied_migrations(connection) -> dict[str, list[str]]:
    """By app, in the order in which they were applied; empty for a database without the portal."""
    if "django_migrations" not in table_names(connection):
        return {}
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MIGRATIONS)
        for app, name in cursor.fetchall():
            found.setdefault(app, []).append(name)
    return found
