"""What the portal tells PostgreSQL: who is asking and why, and what the web role may do.

Both live in transaction-local settings, so they vanish with the request: `portal.*` is the scope that row-level security
compares with (`branch_portal.row_security`), `pghistory.*` is the context that the audit triggers attach to each event.

Nobody has a scope by default, and then the protected tables are empty. It comes from four places: `set_context` for a
request or a job, `beyond_scope` around work that must see more than the asker, `everything_in_session` for processes that
nobody asks (`as_system`), and the setting that turns the second line off.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, connection, connections, transaction
from django.db.backends.signals import connection_created

from branch_portal.replica import READING
from branch_portal.row_security import TREE, install
from branch_portal.scoping import IDS_HOLD, Scope

#: How long a step of a path is; a path no longer than this is a root.
_STEP = 4

_SET_AUDIT = """set_config('portal.user_id', %s, true),
       set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)"""

_SET_SCOPE = """
       set_config('portal.member_id', %s, true),
       set_config('portal.scope', r.everything, true), set_config('portal.organization_ids', r.ids, true),
       set_config('portal.edit_scope', w.everything, true), set_config('portal.edit_ids', w.ids, true)"""
#: Where the answer to both says what became of the scope and the ids.
_SCOPE_AND_IDS = slice(4, 6)

#: A subtree's ids are found by the statement that sets them, so they never travel; a root that is the only one is everything.
_IDS_OF_TREES = f"""
SELECT CASE WHEN whole THEN 'all' ELSE '' END AS everything, CASE WHEN whole THEN '{{}}' ELSE (
    SELECT coalesce(array_agg(id), '{{}}') || %s::bigint[] FROM {TREE}
    WHERE kind <> 'cell' AND (path LIKE ANY (%s) OR path = ANY (%s))
)::text END AS ids
FROM (SELECT %s <> '' AND NOT EXISTS (SELECT 1 FROM {TREE} WHERE path < %s)
         AND NOT EXISTS (SELECT 1 FROM {TREE} WHERE path > %s || '~') AS whole) AS tree
"""


def set_context(*, user=None, scope: Scope | None = None, editable: Scope | None = None, **metadata) -> None:
    """Tell the current transaction who acts (None: the system), within which scope, and what to write in the audit.

    `scope` is what may be read and `editable` what may be written besides the user's own rows (None: the same); without
    `scope` the transaction keeps the one it has, which is none in a request. `metadata` values must be JSON-serialisable and
    free of personal data.
    """
    metadata = {"user": getattr(user, "pk", None), **metadata}
    values: list = [
        str(getattr(user, "pk", "") or ""),
        str(uuid.uuid4()),
        json.dumps(metadata, ensure_ascii=False),
    ]
    statement = f"SELECT {_SET_AUDIT}"
    if scope is not None:
        reading, read_values = _ids(scope)
        writing, write_values = ("SELECT * FROM r", []) if editable in (None, scope) else _ids(editable)
        statement = (
            f"WITH r AS MATERIALIZED ({reading}), w AS MATERIALIZED ({writing})"
            f" {statement}, {_SET_SCOPE} FROM r, w"
        )
        member = str(getattr(user, "member_id", "") or "")
        values = [*read_values, *write_values, *values, member]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if scope is not None and scope.paths and user is not None:
            user.access.told(scope.paths, _below(scope, *cursor.fetchone()[_SCOPE_AND_IDS]))


#: More ids than this (in characters) cost more in each statement than they save.
_LONGEST = 36_000


def _below(scope: Scope, everything: str, ids: str) -> tuple[int, ...] | None:
    """The ids of a scope's paths; `_IDS_OF_TREES` puts those granted one by one behind them. Branches above cells that were
    granted alone cannot be told from what lies below: then there are none."""
    if everything or scope.above_cells or len(ids) > _LONGEST:
        return None
    found = [int(part) for part in ids.strip("{}").split(",") if part]
    return tuple(found[: len(found) - len(scope.organization_ids)])


def _ids(scope: Scope) -> tuple[str, list]:
    """SQL for (everything, ids) of a scope, and its values."""
    leaves = "{" + ",".join(map(str, sorted(scope.organization_ids))) + "}"
    if scope.everything or not settings.PORTAL_ROW_SECURITY:
        return "SELECT 'all' AS everything, '{}' AS ids", []
    if not scope.paths and not scope.above_cells:
        return "SELECT '' AS everything, %s AS ids", [leaves]
    root = next((path for path in scope.paths if len(path) <= _STEP), "")
    below = [f"{path}%" for path in scope.paths]
    return _IDS_OF_TREES, [leaves, below, list(scope.above_cells), root, root, root]


_RAISE = """
SELECT current_setting('portal.scope', true), current_setting('portal.edit_scope', true),
       set_config('portal.scope', 'all', true), set_config('portal.edit_scope', 'all', true)
"""
_PUT_BACK = "SELECT set_config('portal.scope', %s, true), set_config('portal.edit_scope', %s, true)"


@contextmanager
def beyond_scope(reason: str) -> Iterator[None]:
    """Let the work inside see and write rows of every branch, and only that work; docs/row-security.md lists every use.

    Querysets are lazy: what is to be read beyond the scope must be read inside.
    """
    if not reason:
        raise ValueError("beyond_scope() needs a reason")
    if not connection.in_atomic_block:
        with transaction.atomic(), beyond_scope(reason):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute(_RAISE)
        before = [value or "" for value in cursor.fetchone()[:2]]
    hold, reading = IDS_HOLD.set(False), READING.set(False)
    try:
        yield
    finally:
        IDS_HOLD.reset(hold)
        READING.reset(reading)
        # In a transaction that an error has broken no statement runs; its rollback puts the scope back.
        if before != ["all", "all"] and not _is_broken():
            with connection.cursor() as cursor:
                cursor.execute(_PUT_BACK, before)


def _is_broken() -> bool:
    raw = connection.connection
    return (
        connection.needs_rollback
        or raw is None
        or raw.closed != 0
        or raw.info.transaction_status == _IN_ERROR
    )


_IN_ERROR = 3  # libpq's PQTRANS_INERROR


# --- Processes that nobody asks: workers, the clock, commands ---

_asked_by_nobody: list[str] = []


@contextmanager
def as_system(reason: str) -> Iterator[None]:
    """Everything, for this whole process and until left: a task of a worker, a command at the keyboard.

    It is the session's value: whatever sets a scope for its transaction, as a person's job does, works within that.
    """
    if not reason:
        raise ValueError("as_system() needs a reason")
    _asked_by_nobody.append(reason)
    _tell_session()
    try:
        yield
    finally:
        _asked_by_nobody.pop()
        _tell_session()


def _tell_session() -> None:
    """The connection that is open; one that is opened later is told by `_tell_new_connection`."""
    for each in connections.all(initialized_only=True):
        if each.alias != "default" or each.connection is None or each.in_atomic_block:
            continue
        try:
            with each.cursor() as cursor:
                if _session_scope():
                    cursor.execute(_SESSION, [_session_scope()] * 2)
                else:  # as the connection began
                    cursor.execute("RESET portal.scope; RESET portal.edit_scope")
        except Error:
            each.close()  # lost meanwhile; the next one is told when it is opened


_SESSION = "SELECT set_config('portal.scope', %s, false), set_config('portal.edit_scope', %s, false)"


def _session_scope() -> str:
    return "all" if _asked_by_nobody or not settings.PORTAL_ROW_SECURITY else ""


def _tell_new_connection(sender, connection, **kwargs) -> None:
    if connection.alias == "default" and _session_scope():
        with connection.cursor() as cursor:
            cursor.execute(_SESSION, [_session_scope()] * 2)


connection_created.connect(_tell_new_connection, dispatch_uid="portal.scope")


# --- What the web role may do ---

# The web role writes history only through triggers: it may add events, never change or remove them, and it writes the
# context row only through the owner's function, which touches the row of the running transaction alone.
_GRANTS = """
GRANT USAGE ON SCHEMA public TO {web};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {web};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {web};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {web};
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON pghistory_context FROM {web};
"""

_CONTEXT_FUNCTION = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    context_id uuid := nullif(current_setting('pghistory.context_id', true), '')::uuid;
    context jsonb := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb;
BEGIN
    IF context_id IS NULL OR context IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
    VALUES (context_id, context, now(), now())
    ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata, updated_at = excluded.updated_at
    WHERE pghistory_context.metadata <> excluded.metadata
      AND pg_current_xact_id()::xid = pghistory_context.xmin;
    RETURN context_id;
END $$;
"""


def grant_web_role(owner_connection, web_role: str, event_tables: list[str]) -> None:
    """Give the web role what it needs after a migration; idempotent, run by the owner."""
    quote = owner_connection.ops.quote_name
    with owner_connection.cursor() as cursor:
        cursor.execute(_CONTEXT_FUNCTION)
        cursor.execute(_GRANTS.format(web=quote(web_role)))
        for table in event_tables:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {quote(table)} FROM {quote(web_role)}")
    install(owner_connection, web_role)
