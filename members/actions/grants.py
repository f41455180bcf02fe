"""Granting by an administrator: never to oneself, never alone, and the three administrators of the platform (三员)."""

import uuid

from django.conf import settings
from django.db import transaction

from branch_portal.dates import today_shanghai
from branch_portal.permissions import PLATFORM_LABELS, Permission, PlatformRole, roles_with
from branch_portal.registries import Message, send_message
from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.actions.security_events import record_event
from members.actions.sessions import end_sessions
from members.models import RoleGrant, SecurityEvent, User

OWN = "不能给自己授权，请由另一名管理员办理。"
ALONE = "这个账号是您自己开通的，请由另一名管理员授权。"


def why_alone(by: User | None, user: User) -> str:
    """Why this grant would be one person's doing, in words; empty when a second person had a hand in it, or when it is no
    administrator's but a committee's, which lends what it holds itself (`delegation`)."""
    if by is None or Permission.GRANT_ROLES not in by.access.everywhere:
        return ""
    if by.pk == user.pk:
        return OWN
    opened = SecurityEvent.objects.of_account(user).filter(kind=SecurityEvent.Kind.OPENED, by_id=by.pk)
    return ALONE if opened.exists() else ""


def refuse_alone(by: User | None, user: User) -> str:
    """The same, refused where the administrators are separated."""
    alone = why_alone(by, user)
    if alone and settings.PORTAL_SEPARATE_ADMINS:
        raise ActionRefused(alone)
    return alone


def tell_of_grant_alone(*, by: User, grant: RoleGrant) -> None:
    """One administrator for everything: what he gave with nobody beside him is written down and told to the committees at the
    top."""
    what = f"{grant.get_role_display()}：{grant.organization.name}"
    record_event(SecurityEvent.Kind.GRANTED_ALONE, user=grant.user, by=by, detail=what)
    told = (
        RoleGrant.objects.valid_on(today_shanghai())
        .filter(role__in=roles_with(Permission.VIEW_SUPERVISION), organization__depth=1, user__is_active=True)
        .exclude(user__in=[by, grant.user])
    )
    accounts = tuple(sorted(set(told.values_list("user_id", flat=True))))
    if not accounts:
        return
    send_message(
        by=by,
        message=Message(
            rule_key="account_changed",
            subject=f"account:{grant.user_id}:alone:{uuid.uuid4().hex}",
            organization=None,
            member_ids=(),
            account_ids=accounts,
            title="管理员一人办理了一项授权",
            body=f"管理员 {by.username} 给账号 {grant.user.username} 授予了“{what}”，没有第二人经办。请核对是否应当。",
            link="/admin/audit/security/",
        ),
    )


@transaction.atomic
def give_platform_role(*, by: User, user: User, role: str, reason: str) -> User:
    """Make an account one of the three. It stays that until it is closed, so that nobody audits what he did himself before."""
    if role not in PLATFORM_LABELS:
        raise ActionRefused("没有这种管理员。")
    if not settings.PORTAL_SEPARATE_ADMINS:
        raise ActionRefused("本系统没有分设三员，由一名管理员负责。")
    refuse_alone(by, user)
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if locked.platform_role:
        raise ActionRefused(f"该账号已经是{locked.get_platform_role_display()}，不能改作别的管理员。")
    if locked.member_id is not None:
        raise ActionRefused("管理员要用单独的账号，不能用党员本人的账号。")
    if locked.is_superuser or not locked.is_active:
        raise ActionRefused("请选择另一个启用中的账号。")
    if _running_grants(locked):
        raise ActionRefused("该账号还有其他授权，管理员不能兼任，请先结束授权或另开账号。")
    note_reason(reason)
    locked.platform_role = PlatformRole(role)
    locked.save(update_fields=["platform_role"])
    record_event(
        SecurityEvent.Kind.ROLE_CHANGED,
        user=locked,
        by=by,
        detail=f"设为{PLATFORM_LABELS[PlatformRole(role)]}",
    )
    end_sessions(by=by, user=locked, reason="授权变更")
    return locked


def _running_grants(user: User) -> bool:
    return RoleGrant.objects.filter(user=user).exclude(valid_to__lt=today_shanghai()).exists()
