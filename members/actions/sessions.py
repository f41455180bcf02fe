"""Sessions: seen, listed, ended. An ended one is deleted, so the next request is nobody's."""

import datetime

from django.db import transaction

from members.actions.security_events import record_event
from members.models import Member, SecurityEvent, SignInSession, User
from members.rules.sessions import TOUCH


def touch(session_key: str, now: datetime.datetime) -> None:
    """Write when the session was seen, at most once a minute. Another request of it that is at this very row now does as well,
    so nobody waits for it."""
    due = SignInSession.objects.filter(session_key=session_key, last_seen_at__lte=now - TOUCH)
    free = due.select_for_update(skip_locked=True).values("session_key")
    SignInSession.objects.filter(session_key__in=free).update(last_seen_at=now)


@transaction.atomic
def end_sessions(*, by: User | None, user: User, keep_session: str = "", reason: str = "") -> int:
    """Sign the account out everywhere, but for the session that asks; how many that were."""
    ended, _ = SignInSession.objects.filter(user=user).exclude(session_key=keep_session).delete()
    if ended:
        detail = f"{ended} 处" + (f"：{reason}" if reason else "")
        record_event(SecurityEvent.Kind.SESSIONS_ENDED, user=user, by=by, detail=detail)
    return ended


@transaction.atomic
def end_session(*, by: User, session: SignInSession) -> None:
    """退出一处登录."""
    ended, _ = SignInSession.objects.filter(pk=session.pk).delete()
    if ended:
        record_event(SecurityEvent.Kind.SESSIONS_ENDED, user=session.user, by=by, detail=session.device)


def rights_changed(*, by: User | None, user: User | None, what: str) -> None:
    """授权变更: written down, and whoever has other rights now signs in anew; not the one whose hand is doing it."""
    if user is None:
        return
    record_event(SecurityEvent.Kind.ROLE_CHANGED, user=user, by=by, detail=what)
    if by is None or by.pk != user.pk:
        end_sessions(by=by, user=user, reason="授权变更")


def account_of(member: Member) -> User | None:
    return User.objects.filter(member=member).first()
