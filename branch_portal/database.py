"""What the portal tells PostgreSQL: who is asking and why, and what the web role may do.

Both live in transaction-local settings, so they vanish with the request: `portal.*` is the scope that row-level security
compares with, `pghistory.*` is the context that the audit triggers attach to each event.
"""

import json
import uuid

from django.db import connection

_SET_CONTEXT = """
SELECT set_config('portal.user_id', %s, true), set_config('portal.scope', %s, true),
       set_config('portal.organization_ids', %s, true), set_config('portal.paths', %s, true),
       set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)
"""


def set_context(*, user=None, scope=None, **metadata) -> None:
    """Tell the current transaction who acts (None: the system), within which scope, and what to write in the audit.

    `scope` is a `Scope` or None for nothing; `metadata` values must be JSON-serialisable and free of personal data.
    """
    everything = scope is not None and scope.everything
    ids = sorted(scope.organization_ids) if scope else []
    paths = scope.paths if scope else ()
    metadata = {"user": getattr(user, "pk", None), **metadata}
    with connection.cursor() as cursor:
        cursor.execute(
            _SET_CONTEXT,
            [
                str(getattr(user, "pk", "") or ""),
                "all" if everything else "",
                ",".join(map(str, ids)),
                ",".join(paths),
                str(uuid.uuid4()),
                json.dumps(metadata, ensure_ascii=False),
            ],
        )


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
