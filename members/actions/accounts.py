"""Accounts: opening, closing, passwords, elder view, dated grants and the first administrator."""

import datetime
import secrets
from collections.abc import Sequence
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from branch_portal.dates import today_shanghai
from branch_portal.permissions import PlatformRole, Role
from members.actions.account_state import disable_account, enable_account
from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.actions.grants import refuse_alone, tell_of_grant_alone
from members.actions.passwords import set_password, store_password
from members.actions.security_events import record_event
from members.actions.sessions import rights_changed
from members.actions.telling import tell_changed
from members.models import FirstAdminLink, Member, PartyOrganization, RoleGrant, SecurityEvent, User

# No 0/O, 1/l/I: an initial password is read out or copied by hand once.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


def random_password(length: int = 14) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


@transaction.atomic
def create_user(
    *,
    by: User | None,
    username: str,
    display_name: str,
    member: Member | None = None,
    email: str = "",
    is_superuser: bool = False,
    platform_role: str = "",
    password: str | None = None,
) -> tuple[User, str]:
    """Open an account; returns it with its initial password, random unless given (shown once, stored only hashed)."""
    given = password or random_password()
    user = User(
        username=username,
        display_name=display_name,
        member=member,
        email=email,
        is_superuser=is_superuser,
        platform_role=platform_role,
    )
    user.set_password(given)
    user.save()
    record_event(SecurityEvent.Kind.OPENED, user=user, by=by)
    store_password(user, user.password, temporary=password is None)
    return user, given


@transaction.atomic
def update_user(*, by: User, user: User, display_name: str, email: str, is_active: bool) -> User:
    was_active, address = User.objects.values_list("is_active", "email").get(pk=user.pk)
    user.display_name, user.email = display_name, email
    user.save(update_fields=["display_name", "email"])
    if address != email:
        record_event(SecurityEvent.Kind.MAIL_CHANGED, user=user, by=by)
        tell_changed(by=by, user=user, title="您的电子邮箱已修改", more="以后的邮件发到新的邮箱。")
    if was_active and not is_active:
        disable_account(by=by, user=user, reason="管理员停用")
    elif is_active and not was_active:
        enable_account(by=by, user=user, reason="管理员启用")
    return user


@transaction.atomic
def switch_accounts(
    *, by: User, users: Sequence[User], on: bool, reason: str
) -> tuple[int, list[tuple[User, str]]]:
    """Close accounts or open them again; how many changed, and why each of the others did not. Nobody closes their own."""
    note_reason(reason)
    found = {
        user.pk: user
        for user in User.objects.select_for_update(of=("self",)).filter(pk__in=[u.pk for u in users])
    }
    changed, left = 0, []
    for user in users:
        current = found.get(user.pk)
        if current is None or current.is_active == on:
            left.append((user, "原来就是启用的" if on else "原来就是停用的"))
        elif current.pk == by.pk:
            left.append((user, "不能停用自己的账号"))
        else:
            (enable_account if on else disable_account)(by=by, user=current, reason=reason)
            changed += 1
    return changed, left


@transaction.atomic
def reset_password(*, by: User, user: User) -> str:
    """Give the account a new random password and return it, to be shown once; its owner changes it at once."""
    password = random_password()
    set_password(by=by, user=user, password=password, temporary=True)
    return password


@transaction.atomic
def set_elder_view(*, by: User, on: bool) -> None:
    by.elder_view = on
    by.save(update_fields=["elder_view"])


@transaction.atomic
def grant_role(
    *,
    by: User | None,
    user: User,
    role: Role,
    organization: PartyOrganization,
    valid_from: datetime.date,
    valid_to: datetime.date | None = None,
    reason: str = "",
) -> RoleGrant:
    """Grant a role in an organisation's subtree between two dates, both included."""
    alone = refuse_alone(by, user)
    if user.platform_role:
        raise ActionRefused("管理员账号不能兼任其他角色，请另选账号。")
    grant = RoleGrant.objects.create(
        user=user,
        role=role,
        organization=organization,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by=by,
        reason=reason,
    )
    rights_changed(by=by, user=user, what=f"授予{grant.get_role_display()}：{organization.name}")
    if alone and by is not None:
        tell_of_grant_alone(by=by, grant=grant)
    return grant


@transaction.atomic
def change_grant(*, by: User, grant: RoleGrant, valid_to: datetime.date | None, reason: str) -> RoleGrant:
    """Change a grant's last day and reason; who, what and where stay, so that history reads true."""
    before = RoleGrant.objects.values_list("valid_to", flat=True).get(pk=grant.pk)
    longer = before is not None and (valid_to is None or valid_to > before)
    alone = refuse_alone(by, grant.user) if longer else ""
    grant.valid_to, grant.reason, grant.granted_by = valid_to, reason, by
    grant.save(update_fields=["valid_to", "reason", "granted_by"])
    rights_changed(by=by, user=grant.user, what=f"更改{grant.get_role_display()}的期限")
    if alone:
        tell_of_grant_alone(by=by, grant=grant)
    return grant


@transaction.atomic
def end_grants(
    *, by: User, grants: Sequence[RoleGrant], reason: str
) -> tuple[int, list[tuple[RoleGrant, str]]]:
    """Let grants end today; how many did, and why each of the others did not. Their own reason stays as it was given."""
    note_reason(reason)
    today, done, left = today_shanghai(), 0, []
    for grant in grants:
        if grant.valid_from > today:
            left.append((grant, "尚未生效，请在授权页修改截止日期"))
        elif grant.valid_to is not None and grant.valid_to <= today:
            left.append((grant, "已经结束或今天就结束"))
        elif grant.user_id == by.pk:
            left.append((grant, "不能结束自己的授权"))
        else:
            change_grant(by=by, grant=grant, valid_to=today, reason=grant.reason)
            done += 1
    return done, left


# --- The first administrator of each kind ---------------------------------------------------------------------

#: Who a portal needs: the one administrator, or all three.
FIRST_ONE: tuple[str, ...] = ("",)
FIRST_THREE: tuple[str, ...] = tuple(PlatformRole)


def _token_hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def has_administrator(platform_role: str = "") -> bool:
    """Whether somebody keeps the portal already: in that platform role, or (none) as the one administrator."""
    active = User.objects.active()
    found = active.filter(platform_role=platform_role) if platform_role else active.filter(is_superuser=True)
    return found.exists()


@transaction.atomic
def make_first_admin_link(platform_role: str = "") -> str | None:
    """A fresh one-time token, earlier unused ones void; None when there is an administrator of the kind already."""
    if has_administrator(platform_role):
        return None
    FirstAdminLink.objects.filter(used_at__isnull=True, platform_role=platform_role).delete()
    token = secrets.token_urlsafe(32)
    FirstAdminLink.objects.create(token_hash=_token_hash(token), platform_role=platform_role)
    return token


def first_admin_link(token: str) -> FirstAdminLink | None:
    """The link while it is open."""
    link = FirstAdminLink.objects.filter(token_hash=_token_hash(token), used_at__isnull=True).first()
    return None if link is None or has_administrator(link.platform_role) else link


@transaction.atomic
def create_first_admin(*, token: str, username: str, display_name: str, password: str) -> User | None:
    """Spend the link and make its administrator; None when the link is spent (the row decides between two at once)."""
    link = first_admin_link(token)
    if link is None:
        return None
    unspent = FirstAdminLink.objects.filter(pk=link.pk, used_at__isnull=True)
    if unspent.update(used_at=timezone.now()) != 1:
        return None
    user, _ = create_user(
        by=None,
        username=username,
        display_name=display_name,
        is_superuser=not link.platform_role,
        platform_role=link.platform_role,
        password=password,
    )
    return user
