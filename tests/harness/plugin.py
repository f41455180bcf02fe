"""pytest plugin (`-p tests.harness.plugin`): real PostgreSQL and Valkey for every test, no external network.

Before settings load it plans throw-away servers (data in a temporary folder, fsync off) and puts their addresses into the
environment; they start when the first test needs a database. One template database is migrated by the owner role, and
each xdist worker works on a clone of it as the *web role*, the role of the real site.

Fixtures
    db                      (pytest-django) a transaction rolled back after the test; only the `default` alias (web role).
                            `transactional_db` is refused: the web role can't truncate the audit. Use `fresh_database`.
    fresh_database          `Database(name, web_url, owner_url)`: an empty migrated database for this test alone, for other
                            processes; nothing in this process is connected to it.
    committed_db            the same, with this process' Django connections switched to it, commits and threads allowed.
    demo_database           like `fresh_database`, with the demo data loaded (loaded once per session, then cloned).
    committed_demo_db       `demo_database` with this process' connections switched to it.
    demo_logins             the demo logins: [{"role", "name", "username", "password", "organization"}, ...].
    owner_sql(query, *args) run SQL as the owner on the database of this worker, outside the test's transaction.
    stack_factory(...)      starts gunicorn, workers, beats and a mail sink: see tests/harness/stack.py.
    stack                   one started stack on the demo data, fresh for the test: gunicorn, 1 worker, 1 beat.
    own_site(...)           the same with PostgreSQL and Redis of its own, to be broken: see tests/harness/own.py.
    measured(words)         what `make faults` prints beside a fault: see tests/harness/fault_report.py.
    desktop, phone          Playwright pages at 1366x768 and 390x844, new_page(size) for more people,
    log_lines               what the site logged in this test, as JSON lines: see tests/harness/logs.py.
    screenshot(page, name)  into var/screenshots/: see tests/harness/browser.py.

Markers
    stack     needs server processes; runs after the others, one at a time (`make test`).
    browser   needs Chromium; the same.
    office    needs LibreOffice and poppler; the same (fixtures `to_pdf` and `by_office`, see tests/harness/office.py).
"""

import os
import socket
import tempfile
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.harness.servers import FOLDER_VARIABLE, TEMPLATE, Servers


def pytest_addoption(parser: pytest.Parser) -> None:
    # Also the earliest moment after which pytest-django reads the settings.
    _prepare_environment()


def pytest_configure(config: pytest.Config) -> None:
    # Registered here, after pytest-django, so that these fixtures win over its own of the same name.
    from tests.harness import browser, databases, fault_report, logs, office, own, stack

    for module in (databases, stack, own, browser, office, fault_report, logs):
        config.pluginmanager.register(module, module.__name__)
    if os.environ.get("PORTAL_TEST_NETWORK") != "1":
        socket.socket.connect = _loopback_only(socket.socket.connect)  # type: ignore[method-assign]


def pytest_unconfigure(config: pytest.Config) -> None:
    if os.environ.get("PORTAL_TEST_OWNER") == str(os.getpid()):
        Servers(Path(os.environ[FOLDER_VARIABLE])).end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever uses a stack, a browser or an office carries the marker, written or not."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & {"stack", "stack_factory", "own_site"}:
            item.add_marker("stack")
        if names & {"new_page", "browser"}:
            item.add_marker("browser")
        if names & {"to_pdf", "by_office"}:
            item.add_marker("office")


def _prepare_environment() -> None:
    if os.environ.get(FOLDER_VARIABLE) and os.environ.get("PORTAL_TEST_OWNER"):
        return  # an xdist worker inherits the plan of its controller
    folder = Path(tempfile.mkdtemp(prefix="portal-test-"))
    os.environ[FOLDER_VARIABLE] = str(folder)
    os.environ["PORTAL_TEST_OWNER"] = str(os.getpid())
    servers = Servers.plan_in(folder)
    os.environ.update(servers.environment(servers.database(TEMPLATE)))
    # Playwright's synchronous interface keeps an event loop in this thread; the ORM is used beside it, never inside.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def _loopback_only(connect):
    def guarded(self: socket.socket, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise PermissionError(f"tests reach loopback only, not {address[0]}")
        return connect(self, address)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
