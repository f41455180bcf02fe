"""The record of who saw or took out personal data, and the reason that goes with a change."""

import json
from uuid import UUID

from django.db import connection

from branch_portal.security_log import security_event
from members.models import PersonalDataAccess, User


def record_access(
    *,
    by: User,
    action: str,
    field: str,
    reason: str,
    ip: str = "",
    member_uid: UUID | None = None,
    branch_id: int | None = None,
    row_count: int = 1,
) -> PersonalDataAccess:
    """Write one row of the append-only record; `action` is "reveal" or "export".

    What is taken out without naming a place may hold anybody whom the account reaches, so that is its place.
    """
    security_event(action, by=by.pk, what=field[:60], count=row_count)
    return PersonalDataAccess.objects.create(
        user_id=by.pk,
        user_label=f"{by.display_name}（{by.username}）"[:80],
        action=action,
        field=field[:60],
        reason=reason[:200],
        ip=ip or None,
        member_uid=member_uid,
        branch_id=branch_id if branch_id is not None else by.access.common_place,
        row_count=row_count,
    )


def note_reason(reason: str) -> None:
    """Add a reason to the audit context of the running transaction: every event after this carries it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_metadata', (coalesce(nullif("
            "current_setting('pghistory.context_metadata', true), ''), '{}')::jsonb || %s::jsonb)::text, true)",
            [json.dumps({"reason": reason}, ensure_ascii=False)],
        )
