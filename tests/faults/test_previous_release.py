"""The previous release on this one's schema, and its data in this one's pages (docs/releases.json says what it was).

The rows are those of the demo as far as the older schema has columns for them: they are put into a database of the older
schema, which is then migrated as a living one would be.
"""

import contextlib
import io
import re
import uuid

import pytest
from django.apps import apps as present_models
from django.db import connection, transaction
from django.test import Client
from psycopg2 import sql

from branch_portal.backup.programs import address, connect
from branch_portal.backup.tables import table_names
from members.models import User
from tests.harness.databases import _django_on
from tests.releases import last_release, loader
from tests.source import APPS, none

_MIGRATE = """
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connections["owner"])
targets = {targets!r} + [node for node in executor.loader.graph.leaf_nodes() if node[0] not in {apps!r}]
executor.migrate(targets)
"""
_COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""
_SEQUENCES = """
SELECT s.relname, t.relname, a.attname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S'
"""
_NEEDED = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s AND is_nullable = 'NO' AND column_default IS NULL
  AND is_identity = 'NO' AND is_generated = 'NEVER'
"""


@pytest.fixture
def older(servers, demo_database, django_db_setup, django_db_blocker):
    """A database of the last release with the demo's rows, migrated to now; this process works on it."""
    name = f"older_{uuid.uuid4().hex[:8]}"
    servers.cluster.ensure_database(
        name, owner_password=servers.plan["owner"], web_password=servers.plan["web"]
    )
    database = servers.database(name)
    servers.manage(database, "shell", "-c", _MIGRATE.format(targets=last_release(), apps=APPS))
    counts = fill(servers, demo_database.name, name)
    servers.manage(database, "migrate", "--verbosity", "0")
    with _django_on(database, django_db_blocker):
        yield database, counts
    servers.cluster.drop(name)


def fill(servers, source: str, target: str) -> dict[str, int]:
    """Copy what both schemas have; returns how many rows each table was given."""
    counts = {}
    with (
        contextlib.closing(servers.cluster.connect(source)) as there,
        contextlib.closing(servers.cluster.connect(target)) as here,
    ):
        with here.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        tables = [name for name in table_names(here) if name != "django_migrations"]
        for table in sorted(set(tables) & set(table_names(there))):
            counts[table] = _copy(there, here, table)
        with here.cursor() as cursor:
            cursor.execute(_SEQUENCES)
            for sequence, table, column in cursor.fetchall():
                cursor.execute(
                    sql.SQL("SELECT setval(%s, coalesce(max({}), 0) + 1, false) FROM {}").format(
                        sql.Identifier(column), sql.Identifier(table)
                    ),
                    [f'public."{sequence}"'],
                )
    return counts


def _copy(there, here, table: str) -> int:
    found = []
    for session in (there, here):
        with session.cursor() as cursor:
            cursor.execute(_COLUMNS, [f'public."{table}"'])
            found.append([name for (name,) in cursor.fetchall()])
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in found[1] if name in found[0])
    name, pipe = sql.Identifier(table), io.BytesIO()
    with there.cursor() as cursor:
        cursor.copy_expert(sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(columns, name), pipe)
    pipe.seek(0)
    with here.cursor() as cursor:
        cursor.execute(sql.SQL("DELETE FROM {}").format(name))
        cursor.copy_expert(sql.SQL("COPY {} ({}) FROM STDIN").format(name, columns), pipe)
        return cursor.rowcount


@pytest.mark.long
@pytest.mark.fault("F37", "上一版的数据升级后页面照常，上一版的程序在新结构上照常读写")
def test_the_last_release_and_this_one_meet_on_one_schema(older, demo_logins, measured):
    database, counts = older
    with contextlib.closing(connect(address(database.owner_url))) as session:
        names = [name for name in table_names(session) if name in counts]
        with session.cursor() as cursor:
            for table in names:
                cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
                [(rows,)] = cursor.fetchall()
                assert rows >= counts[table], table
    assert sum(counts.values()) > 10_000

    visited = sum(_look_around(login["username"]) for login in demo_logins)
    assert visited > 60
    apps = loader().project_state(last_release()).apps
    models = [model for model in apps.get_models() if model._meta.app_label in APPS and model._meta.managed]
    _say_whose_salt(models)
    none(_unreadable(models))
    none(_not_insertable(models))
    measured(
        f"{sum(counts.values())} rows of the last release: {visited} pages answered, {len(models)} old models read and wrote"
    )


def _say_whose_salt(models) -> None:
    """Models out of migrations know fields alone; the release's own code said as well whose salt a row hangs on."""
    for model in models:
        present = present_models.all_models[model._meta.app_label].get(model._meta.model_name)
        if holder := getattr(present, "SEAL_HOLDER", ""):
            model.SEAL_HOLDER = holder


def _look_around(username: str) -> int:
    """The workbench of a person and every page that its menus name."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    front = client.get("/", follow=True).content.decode()
    pages = {
        page for page in re.findall(r'href="(/[^"#?]*)', front) if not page.startswith(("/static", "/media"))
    }
    answers = {page: client.get(page).status_code for page in sorted(pages)}
    assert {page: status for page, status in answers.items() if status not in (200, 302, 405)} == {}
    return len(answers)


def _unreadable(models) -> list[str]:
    """The older models read rows with all their columns and write them back, as the web role."""
    findings = []
    for model in models:
        try:
            with transaction.atomic():
                first = model._base_manager.first()
                if first is not None and not _is_of_the_audit(model):
                    first.save(force_update=True)
                transaction.set_rollback(True)
        except Exception as error:
            findings.append(f"{model._meta.label}: {type(error).__name__} {error}")
    return findings


def _is_of_the_audit(model) -> bool:
    """Tables that the web role may add to and never change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'UPDATE')", [f'"{model._meta.db_table}"'])
        return not cursor.fetchone()[0]


def _not_insertable(models) -> list[str]:
    """Columns that the older code does not know and a row cannot be without."""
    findings = []
    for model in models:
        known = {field.column for field in model._meta.local_concrete_fields}
        with connection.cursor() as cursor:
            cursor.execute(_NEEDED, [model._meta.db_table])
            findings += [
                f"{model._meta.db_table}.{name}" for (name,) in cursor.fetchall() if name not in known
            ]
    return findings
