"""Fixtures that hand out databases. They replace pytest-django's creation of a test database."""

import itertools
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.harness import scopes
from tests.harness.servers import DEMO_TEMPLATE, FOLDER_VARIABLE, TEMPLATE, Database, Servers

_numbers = itertools.count(1)


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def servers() -> Servers:
    running = Servers(Path(os.environ[FOLDER_VARIABLE]))
    running.ensure_running()
    return running


@pytest.fixture(scope="session")
def worker_database(servers: Servers) -> Database:
    """The database that the `db` fixture's transactions run in."""
    return servers.clone(f"portal_{_worker()}")


@pytest.fixture(scope="session")
def django_db_setup(worker_database: Database, django_db_blocker: Any) -> Iterator[None]:
    from branch_portal.key_check import sealing_ring

    with django_db_blocker.unblock():
        scopes.see_everything_outside_requests()
        _point_django_at(worker_database)
        sealing_ring()  # compares the keys once, so that no test's count of statements has it
        yield
        _close_connections()


@pytest.fixture
def fresh_database(servers: Servers) -> Iterator[Database]:
    yield from _clone_for_a_while(servers, TEMPLATE)


@pytest.fixture
def demo_database(servers: Servers) -> Iterator[Database]:
    servers.ensure_demo_template()
    yield from _clone_for_a_while(servers, DEMO_TEMPLATE)


@pytest.fixture
def committed_db(
    fresh_database: Database, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Database]:
    with _django_on(fresh_database, django_db_blocker):
        yield fresh_database


@pytest.fixture
def committed_demo_db(
    demo_database: Database, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Database]:
    with _django_on(demo_database, django_db_blocker):
        yield demo_database


@pytest.fixture(scope="session")
def demo_logins(servers: Servers) -> list[dict[str, str]]:
    return json.loads(servers.ensure_demo_template().read_text(encoding="utf-8"))


@pytest.fixture
def owner_sql(servers: Servers, worker_database: Database) -> Callable[..., list[tuple]]:
    return lambda query, *args: run_sql(worker_database.owner_url, query, *args)


@pytest.fixture
def transactional_db() -> None:
    pytest.fail(
        "the web role can't truncate tables: use `fresh_database` or `committed_db` (tests/harness/plugin.py)"
    )


def run_sql(url: str, query: str, *args: object) -> list[tuple]:
    """One statement in a connection and transaction of its own; returns the rows, if it has any."""
    import psycopg2

    connection = psycopg2.connect(url, connect_timeout=3)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query, args or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def _clone_for_a_while(servers: Servers, template: str) -> Iterator[Database]:
    database = servers.clone(f"portal_{_worker()}_{next(_numbers)}", template)
    yield database
    servers.cluster.drop(database.name)


@contextmanager
def _django_on(database: Database, blocker: Any) -> Iterator[None]:
    from django.conf import settings

    before = Database(settings.DATABASES["default"]["NAME"], *_urls_now())
    with blocker.unblock():
        _point_django_at(database)
        try:
            yield
        finally:
            _point_django_at(before)


def _urls_now() -> tuple[str, str]:
    return os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"]


def _point_django_at(database: Database) -> None:
    """Both aliases of this process, and of the processes that it starts, work on `database` from now on."""
    from django.db import connections

    _close_connections()
    os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"] = database.web_url, database.owner_url
    for alias in ("default", "owner"):
        connections.settings[alias]["NAME"] = database.name
        connections[alias].settings_dict["NAME"] = database.name


def _close_connections() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
