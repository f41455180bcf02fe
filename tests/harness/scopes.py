"""Row-level security in tests: what a test writes and looks at itself has no scope to respect, what its client asks has.

The connections of the test's process start with everything. A request through the test client starts with nothing, as on the
real site, and leaves everything behind it; neither costs a statement that tests of query counts would see.
"""

from collections.abc import Iterator
from contextlib import contextmanager

_NAMES = (
    "portal.scope",
    "portal.edit_scope",
    "portal.organization_ids",
    "portal.edit_ids",
    "portal.member_id",
)
_OPTIONS = " -c portal.scope=all -c portal.edit_scope=all"
_IN_ERROR = 3  # libpq's PQTRANS_INERROR


def see_everything_outside_requests() -> None:
    """Once per process, before it connects."""
    from django.db import connections
    from django.test.client import ClientHandler

    for options in (
        connections.settings["default"]["OPTIONS"],
        connections["default"].settings_dict["OPTIONS"],
    ):
        if _OPTIONS not in options["options"]:
            options["options"] += _OPTIONS
    answer = ClientHandler.__call__

    def limited(self, environ):
        with as_a_request_begins():
            return answer(self, environ)

    ClientHandler.__call__ = limited  # type: ignore[method-assign]


@contextmanager
def as_a_request_begins() -> Iterator[None]:
    """No scope at first, and everything again afterwards."""
    _set("")
    try:
        yield
    finally:
        _set("all")


def _set(scope: str) -> None:
    """Past Django, which counts statements."""
    from django.db import connection

    connection.ensure_connection()
    raw = connection.connection
    if raw.closed or raw.info.transaction_status == _IN_ERROR:
        return
    local = "true" if connection.in_atomic_block else "false"
    values = [scope if name.endswith("scope") else "" for name in _NAMES]
    with raw.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"set_config('{name}', %s, {local})" for name in _NAMES), values)
