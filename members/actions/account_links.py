"""开通账号 and 重置密码 by one-time links: nobody ever knows another one's password."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from branch_portal.database import beyond_scope
from branch_portal.permissions import Permission
from members.actions.delegation import delegate
from members.actions.errors import ActionRefused
from members.actions.passwords import store_password
from members.actions.security_events import record_event
from members.actions.sessions import end_sessions
from members.actions.sign_in import forget_account
from members.actions.telling import tell_changed
from members.models import AccountLink, Member, PartyOrganization, SecurityEvent, User
from members.queries.account_list import linkable_by
from members.rules.account_names import base_name, new_token, read_token, user_names

VALID_DAYS = 7
#: One press opens a branch's accounts, not a county's: the slips are cut by hand.
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Slip:
    """What is printed once: the token is nowhere else."""

    user: User
    token: str
    expires_at: datetime.datetime


@transaction.atomic
def open_accounts(*, by: User, members: Sequence[Member]) -> list[Slip]:
    """Accounts for members who have none, each with a link; who has got one meanwhile is left out."""
    if len(members) > MOST_AT_ONCE:
        raise ActionRefused(f"一次最多开通 {MOST_AT_ONCE} 个账号，请分批开通。")
    _one_at_a_time()
    reach = Member.objects.permitted(by, Permission.OPEN_ACCOUNTS)
    without = list(
        reach.without_personal_data()
        .filter(pk__in=[member.pk for member in members], branch__isnull=False, user__isnull=True)
        .in_list_order()
    )
    names = proposed_names([member.name for member in without])
    users = [
        User(username=username, display_name=member.name, member=member, password=make_password(None))
        for member, username in zip(without, names, strict=True)
    ]
    User.objects.bulk_create(users)
    for user in users:
        record_event(SecurityEvent.Kind.OPENED, user=user, by=by)
    return _new_links(by, users, AccountLink.Purpose.OPEN)


@transaction.atomic
def open_colleague(
    *,
    by: User,
    display_name: str,
    role: str,
    organization: PartyOrganization,
    valid_from: datetime.date,
    valid_to: datetime.date,
    reason: str,
) -> Slip:
    """An account of somebody who works for a committee and is no member of its branches: a name, dated rights, a link."""
    if not by.access.may(Permission.OPEN_ACCOUNTS, organization):
        raise ActionRefused("只能为您负责的党组织开通账号。")
    _one_at_a_time()
    (username,) = proposed_names([display_name])
    user = User.objects.create(
        username=username, display_name=display_name.strip(), password=make_password(None)
    )
    record_event(SecurityEvent.Kind.OPENED, user=user, by=by)
    delegate(
        by=by,
        user=user,
        role=role,
        organization=organization,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
    )
    return _new_links(by, [user], AccountLink.Purpose.OPEN)[0]


@transaction.atomic
def make_link(*, by: User, user: User) -> Slip:
    """A link to set the password anew. The old one holds until then, so that a slip gone astray locks nobody out."""
    if not user.is_active:
        raise ActionRefused("账号已停用，请先启用。")
    purpose = AccountLink.Purpose.RESET if user.has_usable_password() else AccountLink.Purpose.OPEN
    record_event(SecurityEvent.Kind.LINK_MADE, user=user, by=by, detail=purpose.label)
    tell_changed(
        by=by,
        user=user,
        title="有人为您的账号生成了设置密码的链接",
        more="链接 7 天内可用一次，用它设置新密码以前，原来的密码仍然有效。",
    )
    return _new_links(by, [user], purpose)[0]


@beyond_scope("the right of whoever made the link; nobody is signed in yet")
def find_link(token: str, now: datetime.datetime) -> AccountLink | None:
    """The link of this token while it is good. Spent, void, out of date and unknown are the same None.

    Rights grow: whoever made it must still be one who may act on the account, or a slip that somebody kept would be a way to what
    its owner was given since."""
    signs = read_token(token)
    if not signs:
        return None
    link = (
        AccountLink.objects.filter(token_hash=_hash(signs), used_at__isnull=True, expires_at__gt=now)
        .filter(user__is_active=True)
        .select_related("user", "created_by")
        .first()
    )
    if link is None or link.created_by is None:
        return None
    return link if linkable_by(link.created_by).filter(pk=link.user_id).exists() else None


def was_a_link(token: str) -> bool:
    """Whether this token was good once: its owner comes back with the slip, which is no guess."""
    return AccountLink.objects.filter(token_hash=_hash(read_token(token))).exists()


@transaction.atomic
def use_link(*, by: None = None, token: str, password: str) -> User | None:
    """Spend the link and set its owner's password; None when somebody was faster. The row decides between two at once."""
    encoded, now = make_password(password), timezone.now()
    link = find_link(token, now)
    if link is None:
        return None
    unspent = AccountLink.objects.filter(pk=link.pk, used_at__isnull=True)
    if unspent.update(used_at=now) != 1:
        return None
    store_password(link.user, encoded, temporary=False)
    record_event(
        SecurityEvent.Kind.LINK_USED, user=link.user, by=link.user, detail=link.get_purpose_display()
    )
    end_sessions(by=link.user, user=link.user, reason="密码已重新设置")
    forget_account(
        link.user
    )  # whoever was guessing the old password does not keep its owner from the new one
    tell_changed(by=link.user, user=link.user, title="您的密码已用链接重新设置")
    return link.user


def proposed_names(names: Sequence[str]) -> list[str]:
    """Free user names for these people, as they would be given now."""
    begins = Q(pk__in=[])
    for base in {base_name(name) for name in names}:
        begins |= Q(username__startswith=base)
    return user_names(names, User.objects.filter(begins).values_list("username", flat=True))


def _new_links(by: User, users: Sequence[User], purpose: str) -> list[Slip]:
    now = timezone.now()
    expires_at = now + datetime.timedelta(days=VALID_DAYS)
    # The account's row is the lock: of two links at once the later one holds.
    list(
        User.objects.select_for_update(of=("self",)).filter(pk__in=[user.pk for user in users]).order_by("pk")
    )
    AccountLink.objects.filter(user__in=users, used_at__isnull=True).delete()
    slips = [Slip(user, new_token(), expires_at) for user in users]
    AccountLink.objects.bulk_create(
        [
            AccountLink(
                token_hash=_hash(read_token(slip.token)),
                user=slip.user,
                purpose=purpose,
                created_by=by,
                created_at=now,
                expires_at=expires_at,
            )
            for slip in slips
        ]
    )
    return slips


def _hash(signs: str) -> str:
    return sha256(signs.encode()).hexdigest()


def _one_at_a_time() -> None:
    """Two committees that open accounts at once would propose the same names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('members.open_accounts'))")
