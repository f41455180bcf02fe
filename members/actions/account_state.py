"""停用 and 启用: a closed account is signed out in the same transaction. Leaving the portal's branches closes it."""

from django.db import transaction

from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.actions.security_events import record_event
from members.actions.sessions import account_of, end_sessions
from members.actions.sign_in import forget_account
from members.actions.telling import tell
from members.models import AccountLink, Member, SecurityEvent, User


@transaction.atomic
def disable_account(*, by: User | None, user: User, reason: str) -> None:
    """Close it: no sign-in, no session, no link. Who may do that is the caller's."""
    if by is not None and by.pk == user.pk:
        raise ActionRefused("不能停用自己的账号。")
    if not User.objects.filter(pk=user.pk, is_active=True).exists():
        raise ActionRefused("该账号已经停用。")
    note_reason(f"停用账号：{reason}")
    user.is_active = False
    user.save(update_fields=["is_active"])
    AccountLink.objects.filter(user=user, used_at__isnull=True).delete()
    record_event(SecurityEvent.Kind.DISABLED, user=user, by=by, detail=reason)
    end_sessions(by=by, user=user, reason="停用账号")


@transaction.atomic
def enable_account(*, by: User, user: User, reason: str) -> None:
    """Open it again; the password is as it was, so the committee adds a link where it is forgotten."""
    if User.objects.filter(pk=user.pk, is_active=True).exists():
        raise ActionRefused("该账号正在使用，无需启用。")
    note_reason(f"启用账号：{reason}")
    user.is_active = True
    user.save(update_fields=["is_active"])
    record_event(SecurityEvent.Kind.ENABLED, user=user, by=by, detail=reason)
    tell(by=by, user=user, title="您的账号已重新启用", body=f"经办人：{by.display_name}。")


@transaction.atomic
def unlock_account(*, by: User, user: User, reason: str) -> None:
    """解除暂停: the tries are forgotten; the password stays."""
    if not forget_account(user):
        raise ActionRefused("该账号没有被暂停登录。")
    record_event(SecurityEvent.Kind.UNLOCKED, user=user, by=by, detail=reason)


@transaction.atomic
def sign_out_everywhere(*, by: User, user: User, reason: str) -> None:
    """结束全部登录: on all devices at once."""
    if not end_sessions(by=by, user=user, reason=reason):
        raise ActionRefused("该账号现在没有登录。")


def close_account_of(member: Member, *, by: User | None, reason: str) -> None:
    """What follows from a member's leaving, in that very transaction."""
    user = account_of(member)
    if user is not None and user.is_active and (by is None or by.pk != user.pk):
        disable_account(by=by, user=user, reason=reason)
