"""The record of the doors: one row for each thing that happened, which the site's own role may add and never change."""

import json

from django.db import connection
from django.utils import timezone

from branch_portal.security_log import security_event
from members.models import SecurityEvent, User


def record_event(
    kind: str,
    *,
    user: User | None = None,
    by: User | None = None,
    detail: str = "",
    device: str = "",
) -> SecurityEvent:
    """Write down what happened to an account (None: to one that does not exist). Where it came from, the request has said."""
    frame = _frame()
    security_event(kind, about=user.pk if user else None, by=by.pk if by else None)
    return SecurityEvent.objects.create(
        at=timezone.now(),
        kind=kind,
        user_id=user.pk if user else None,
        user_label=_label(user),
        by_id=by.pk if by else None,
        by_label=_label(by),
        detail=detail[:200],
        device=device[:60],
        ip=frame.get("ip") or None,
        request=str(frame.get("request") or "")[:12],
    )


def _label(user: User | None) -> str:
    return f"{user.display_name}（{user.username}）"[:80] if user else ""


def _frame() -> dict:
    """What the request told the database of itself (`members.middleware`); nothing in jobs and commands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pghistory.context_metadata', true)")
        return json.loads(cursor.fetchone()[0] or "{}")
