"""Accounts as the committee and the administrator see them: whose, in what state, and which of them they may act on."""

import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from branch_portal.dates import today_shanghai
from branch_portal.permissions import POST_ROLES, Permission, PlatformRole, roles_with
from branch_portal.scoping import Scope
from members.models import (
    AccountLink,
    LoginAttempt,
    Member,
    PartyOrganization,
    PostTenure,
    RoleGrant,
    TotpDevice,
    User,
)
from members.queries.roster import tenures_on, with_post_rank

DORMANT = datetime.timedelta(days=90)


def _scope(user) -> Scope:
    """Everything for an administrator of accounts or of security, the subtree for a committee."""
    if user.access.everywhere & {Permission.MANAGE_ACCOUNTS, Permission.GUARD_ACCOUNTS}:
        return Scope(everything=True)
    return user.access.scope(Permission.OPEN_ACCOUNTS)


def _belongs(condition_of) -> Q:
    """Accounts of an organisation's members, of those who left it, and of who works for it and is nobody's member: or worked for it
    last, so that an account whose grants have ended is still somebody's to close."""
    worked = RoleGrant.objects.filter(condition_of("organization"), user=OuterRef("pk"))
    last_here = Exists(worked) & ~Exists(_running())
    colleague = Q(Exists(_unended(worked))) | Q(last_here)
    return (
        condition_of("member__branch")
        | condition_of("member__left_branch")
        | Q(member__isnull=True) & colleague
    )


def _running() -> QuerySet[RoleGrant]:
    """An account's grants that have not ended, those that have not begun included."""
    return _unended(RoleGrant.objects.filter(user=OuterRef("pk")))


def _unended(grants: QuerySet[RoleGrant]) -> QuerySet[RoleGrant]:
    return grants.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today_shanghai()))


def accounts_of(user) -> QuerySet[User]:
    """The accounts that the user may see in the list."""
    scope = _scope(user)
    return User.objects.all() if scope.everything else User.objects.filter(_belongs(scope.q))


def manageable_by(user) -> QuerySet[User]:
    """The accounts that the user may act on: nobody with rights outside of the own reach, or a link to set somebody's password
    would be a way to them; nobody who configures; not oneself."""
    found, scope, today = accounts_of(user).exclude(pk=user.pk), _scope(user), today_shanghai()
    if scope.everything:
        return found
    beyond, posts = _running().filter(~scope.q("organization")), _posts(today)
    found = found.filter(is_superuser=False, platform_role="")
    return found.filter(~Exists(beyond), ~Exists(posts.filter(~scope.q("organization"))))


def linkable_by(user) -> QuerySet[User]:
    """The accounts whose password the user may have set anew. The system administrator of a portal with three is no way into an
    account that reads more than its own: there the second step must stand between."""
    found = manageable_by(user)
    if user.platform_role != PlatformRole.SYSTEM:
        return found
    powerless = (
        ~Exists(_running()) & ~Exists(_posts(today_shanghai())) & Q(platform_role="", is_superuser=False)
    )
    return found.filter(powerless | Exists(TotpDevice.objects.filter(user=OuterRef("pk"))))


def _posts(today: datetime.date) -> QuerySet[PostTenure]:
    """An account's posts of today and later."""
    return PostTenure.objects.filter(member=OuterRef("member"), period__overlap=(today, None))


def within(accounts: QuerySet[User], organization: PartyOrganization) -> QuerySet[User]:
    """Those of one part of the tree."""
    return accounts.filter(_belongs(lambda lookup: Q(**{f"{lookup}__path__startswith": organization.path})))


def with_role(accounts: QuerySet[User], role: str) -> QuerySet[User]:
    """Those who have the role today, by a grant or by a post."""
    today = today_shanghai()
    granted = RoleGrant.objects.filter(user=OuterRef("pk"), role=role).valid_on(today)
    posts = [post for post, implied in POST_ROLES.items() if implied == role]
    held = PostTenure.objects.filter(member=OuterRef("member"), post__in=posts).on(today)
    return accounts.filter(Exists(granted) | Exists(held))


def in_state(accounts: QuerySet[User], state: str) -> QuerySet[User]:
    """Those in one of the states of the filter."""
    now = timezone.now()
    signed_in_long_ago = Q(last_login__lt=now - DORMANT) | Q(
        last_login__isnull=True, date_joined__lt=now - DORMANT
    )
    stale = AccountLink.objects.filter(user=OuterRef("pk"), used_at__isnull=True, expires_at__lte=now)
    unsafe = RoleGrant.objects.filter(
        user=OuterRef("pk"), role__in=roles_with(Permission.USE_ADMIN)
    ).valid_on(today_shanghai())
    conditions = {
        "disabled": Q(is_active=False),
        "locked": Q(Exists(_locks(now))),
        "dormant": Q(is_active=True) & signed_in_long_ago,
        "never": Q(is_active=True, last_login__isnull=True),
        "stale_link": Q(is_active=True, last_login__isnull=True) & Exists(stale),
        "one_step": Q(is_active=True)
        & (Q(Exists(unsafe)) | Q(is_superuser=True) | ~Q(platform_role=""))
        & ~Exists(TotpDevice.objects.filter(user=OuterRef("pk"))),
    }
    return accounts.filter(conditions[state])


def _locks(now: datetime.datetime):
    return LoginAttempt.objects.filter(user=OuterRef("pk"), locked=True, ends_at__gt=now)


def with_facts(accounts: QuerySet[User]) -> QuerySet[User]:
    """What a line of the list shows: a constant number of queries. The sealed items of members stay where they are."""
    today, now = today_shanghai(), timezone.now()
    links = AccountLink.objects.filter(user=OuterRef("pk"), used_at__isnull=True)
    grants = RoleGrant.objects.valid_on(today).select_related("organization").order_by("pk")
    return (
        accounts.annotate(
            two_step=Exists(TotpDevice.objects.filter(user=OuterRef("pk"))),
            is_locked=Exists(_locks(now)),
            link_open=Exists(links.filter(expires_at__gt=now)),
            link_stale=Exists(links.filter(expires_at__lte=now)),
        )
        .select_related("member__branch", "member__left_branch")
        .defer(*[f"member__{name}" for name in Member.SEALED_FIELDS])
        .prefetch_related(
            Prefetch("grants", queryset=grants, to_attr="running_grants"),
            Prefetch("member__tenures", queryset=tenures_on(today), to_attr="current_tenures"),
        )
    )


def find(accounts: QuerySet[User], text: str, *, by_name: bool) -> QuerySet[User]:
    """By the beginning of the user name, and of the name for who may see names."""
    text = text.strip()
    condition = Q(username__startswith=text.lower())
    return accounts.filter(condition | Q(display_name__startswith=text) if by_name else condition)


# --- Who has none yet ---


def branches_to_open(user, root: PartyOrganization | None = None) -> list[tuple[PartyOrganization, int, int]]:
    """(branch, members, of them without an account), those that lack most first. Two queries."""
    branches = PartyOrganization.objects.permitted(user, Permission.OPEN_ACCOUNTS).branches()
    branches = branches.filter(abolished_on__isnull=True)
    if root is not None:
        branches = branches.filter(path__startswith=root.path)
    counts = {
        row["branch_id"]: (row["members"], row["without"])
        for row in Member.objects.visible_to(user)
        .permitted(user, Permission.OPEN_ACCOUNTS)
        .current()
        .values("branch_id")
        .annotate(members=Count("pk"), without=Count("pk", filter=Q(user__isnull=True)))
        .order_by()
    }
    rows = [(branch, *counts.get(branch.pk, (0, 0))) for branch in branches.in_official_order()]
    return sorted(rows, key=lambda row: -row[2])


def branch_to_open(user, uid) -> PartyOrganization | None:
    branches = PartyOrganization.objects.permitted(user, Permission.OPEN_ACCOUNTS).branches()
    return branches.filter(uid=uid, abolished_on__isnull=True).first()


def members_without_account(user, branch: PartyOrganization):
    """The branch's members who have none, its secretary and officers first."""
    today = today_shanghai()
    members = Member.objects.visible_to(user).permitted(user, Permission.OPEN_ACCOUNTS).current()
    return (
        with_post_rank(members.filter(branch=branch, user__isnull=True), day=today)
        .without_personal_data()
        .prefetch_related(Prefetch("tenures", queryset=tenures_on(today), to_attr="current_tenures"))
        .order_by("post_rank", "name_pinyin", "pk")
    )


def organizations_with_colleagues(user):
    """Committees and general branches for which the user may open accounts."""
    return (
        PartyOrganization.objects.permitted(user, Permission.OPEN_ACCOUNTS)
        .filter(
            kind__in=(PartyOrganization.Kind.COMMITTEE, PartyOrganization.Kind.GENERAL_BRANCH),
            abolished_on__isnull=True,
        )
        .order_by("path")
    )


def areas_of(user) -> list[PartyOrganization]:
    """The organisations by which the list may be narrowed, parents first; an administrator has the whole tree."""
    scope = _scope(user)
    organizations = PartyOrganization.objects.filter(scope.q(""))
    return list(
        organizations.exclude(kind=PartyOrganization.Kind.CELL)
        .filter(abolished_on__isnull=True)
        .only("uid", "name", "short_name", "depth", "path", "kind")
        .order_by("path")
    )
