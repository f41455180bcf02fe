"""三员: three administrators with nothing in common but the door, kept apart by the database; nobody gives a role alone."""

import datetime
import itertools
import re

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from branch_portal.dates import today_shanghai
from branch_portal.permissions import (
    PLATFORM_COMMON,
    PLATFORM_PERMISSIONS,
    ROLE_PERMISSIONS,
    Permission,
    PlatformRole,
    Role,
)
from members.actions.account_links import find_link, make_link
from members.actions.accounts import (
    change_grant,
    create_first_admin,
    create_user,
    grant_role,
    has_administrator,
)
from members.actions.errors import ActionRefused
from members.actions.grants import give_platform_role
from members.models import RoleGrant, SecurityEvent, User
from members.queries.account_list import linkable_by
from notices.models import ReminderSlot
from tests import factories as make
from tests.members.doors import phone_of
from tests.personas import platform_accounts

SYSTEM, SECURITY, AUDIT = PlatformRole
TODAY = today_shanghai()
#: Whatever reads or changes what is the branches' own.
BUSINESS = frozenset().union(*ROLE_PERMISSIONS.values()) - {
    Permission.USE_ADMIN, Permission.VIEW_ORGANIZATION, Permission.VIEW_RULES,
}  # fmt: skip


@pytest.fixture
def three(world, settings) -> dict[str, User]:
    settings.PORTAL_SEPARATE_ADMINS = True
    return platform_accounts()


def give(by, user, role=Role.COMMITTEE_STAFF, organization=None, **fields) -> RoleGrant:
    return grant_role(by=by, user=user, role=role, organization=organization, valid_from=TODAY, **fields)


# --- What they may ---


def test_no_two_hold_the_same_and_none_reads_people():
    for one, other in itertools.combinations(PLATFORM_PERMISSIONS.values(), 2):
        assert one & other == PLATFORM_COMMON
    for held in PLATFORM_PERMISSIONS.values():
        assert not held & BUSINESS


def test_each_has_everywhere_what_the_table_says_and_nothing_else(three):
    for role, user in three.items():
        assert {p for p in Permission if user.may(p)} == PLATFORM_PERMISSIONS[PlatformRole(role)]
        assert all(user.access.scope(p).everything for p in PLATFORM_PERMISSIONS[PlatformRole(role)])


@pytest.mark.parametrize("separate", [True, False])
def test_the_one_administrator_counts_only_where_the_three_are_not_separated(world, settings, separate):
    settings.PORTAL_SEPARATE_ADMINS = separate
    one = User.objects.get(pk=world.superuser.pk)
    assert {p for p in Permission if one.may(p)} == (
        set() if separate else set().union(*PLATFORM_PERMISSIONS.values())
    )
    assert not {p for p in Permission if one.may(p)} & BUSINESS


# --- What the database keeps ---


def refused_by_the_database(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


def test_an_account_has_one_of_them_for_good(three):
    for held, other in itertools.permutations([*three, ""], 2):
        if held:
            rows = User.objects.filter(pk=three[held].pk)
            assert refused_by_the_database(lambda rows=rows, other=other: rows.update(platform_role=other))


def test_it_has_no_grant_no_member_and_no_flag_beside_it(three, world):
    user = three[SECURITY]
    assert refused_by_the_database(lambda: make.grant(user, "committee_staff", world.committee))
    assert refused_by_the_database(lambda: User.objects.filter(pk=user.pk).update(is_superuser=True))
    assert refused_by_the_database(lambda: User.objects.filter(pk=user.pk).update(member=world.members_a[7]))
    with_grant = User.objects.filter(pk=world.staff.pk)
    assert refused_by_the_database(lambda: with_grant.update(platform_role=AUDIT))
    with_post = User.objects.filter(pk=world.secretary_a.pk)
    assert refused_by_the_database(lambda: with_post.update(platform_role=AUDIT))


def test_a_grant_that_is_over_does_not_stand_in_the_way(three, world):
    old = make.user("old")
    make.grant(old, "committee_staff", world.committee, until=TODAY - datetime.timedelta(days=1))
    User.objects.filter(pk=old.pk).update(platform_role=AUDIT)
    ended = RoleGrant.objects.get(user=old)
    assert refused_by_the_database(lambda: RoleGrant.objects.filter(pk=ended.pk).update(valid_to=None))


# --- Nobody alone ---


def test_nobody_grants_to_himself(three, world):
    with pytest.raises(ActionRefused, match="另一名管理员"):
        give(three[SECURITY], three[SECURITY], organization=world.committee)
    with pytest.raises(ActionRefused):
        give(world.staff, three[SYSTEM], organization=world.committee)
    assert not RoleGrant.objects.filter(user__in=three.values()).exists()


def test_opening_is_one_s_and_granting_another_s(three, world, as_user):
    system, security = as_user(three[SYSTEM]), as_user(three[SECURITY])
    add_user, add_grant = reverse("admin:members_user_add"), reverse("admin:members_rolegrant_add")
    new = {"username": "newcomer", "display_name": "新干事", "email": "", "member_uid": ""}
    assert security.post(add_user, new).status_code == 403
    assert "初始密码" in system.post(add_user, new | {"is_superuser": "on"}).content.decode()
    newcomer = User.objects.get(username="newcomer")
    assert not newcomer.is_superuser, "no such flag where the three are apart"
    grant = {
        "user": newcomer.pk, "role": "committee_staff", "organization": world.committee.pk, "valid_from": str(TODAY),
        "valid_to": "", "reason": "经党委研究",
    }  # fmt: skip
    assert system.post(add_grant, grant).status_code == 403
    assert security.post(add_grant, grant).status_code == 302
    assert RoleGrant.objects.get(user=newcomer).granted_by == three[SECURITY]
    for target in (three[SECURITY], three[AUDIT]):
        again = security.post(add_grant, grant | {"user": target.pk})
        assert "不能兼任" in again.content.decode()


def test_one_administrator_who_does_it_alone_is_heard_of(world):
    """Refused with three; with one, written down and told to the committee's people, whoever the account was opened for."""
    boss = world.superuser
    opened, _ = create_user(by=boss, username="opened", display_name="自己开的")
    for user in (boss, opened):
        give(boss, user, organization=world.committee)
        event = SecurityEvent.objects.get(kind="granted_alone", user_id=user.pk)
        assert (event.by_id, event.detail) == (boss.pk, "党委工作人员：清源镇党委")
    told = ReminderSlot.objects.filter(title="管理员一人办理了一项授权")
    assert [slot.audience for slot in told] == [
        {"kind": "accounts", "ids": sorted([world.staff.pk, world.staff_x.pk, *([boss.pk] if n else [])])}
        for n in (0, 0)
    ]
    give(boss, world.member_a, organization=world.committee)
    assert SecurityEvent.objects.filter(kind="granted_alone").count() == 2, "a second person opened that one"


def test_a_grant_of_one_s_own_is_not_made_longer_alone(three, world, settings):
    settings.PORTAL_SEPARATE_ADMINS = False
    mine = give(world.superuser, world.superuser, organization=world.committee, valid_to=TODAY)
    settings.PORTAL_SEPARATE_ADMINS = True
    boss = User.objects.get(pk=world.superuser.pk)
    boss.access.everywhere = frozenset({Permission.GRANT_ROLES})
    with pytest.raises(ActionRefused):
        change_grant(by=boss, grant=mine, valid_to=None, reason="长期")
    assert RoleGrant.objects.get(pk=mine.pk).valid_to == TODAY


# --- The three come to be ---


def test_three_links_make_the_three_and_no_more(db, settings, capsys):
    settings.PORTAL_SEPARATE_ADMINS = True
    call_command("first_admin_link")
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("：")[0] for line in lines] == ["系统管理员", "安全管理员", "审计管理员"]
    for role, line in zip(PlatformRole, lines, strict=True):
        path = line.partition("：")[2]
        page = Client().get(path).content.decode()
        assert "设置" + line.partition("：")[0] in page
        form = {"username": role.value, "display_name": "某人", "password1": "河畔-Lantern-77"}
        assert Client().post(path, form | {"password2": form["password1"]}).status_code == 302
        assert User.objects.get(username=role.value).platform_role == role
        assert Client().get(path).status_code == 404
    call_command("first_admin_link")
    assert capsys.readouterr().out == ""
    assert not has_administrator(), "and no one for everything"
    assert create_first_admin(token="x" * 43, username="x", display_name="x", password="x") is None


def test_a_platform_role_is_given_by_security_to_an_account_of_its_own(three, world):
    opened, _ = create_user(by=three[SYSTEM], username="second_auditor", display_name="第二审计")
    for target in (three[SECURITY], three[AUDIT], world.staff, world.member_a, world.superuser):
        with pytest.raises(ActionRefused):
            give_platform_role(by=three[SECURITY], user=target, role=AUDIT, reason="试一试")
    done = give_platform_role(by=three[SECURITY], user=opened, role=AUDIT, reason="经党委研究")
    assert User.objects.get(pk=done.pk).platform_role == AUDIT
    assert SecurityEvent.objects.get(kind="role_changed", user_id=opened.pk).detail == "设为审计管理员"


def test_its_page_is_security_s_alone(three, as_user):
    opened, _ = create_user(by=three[SYSTEM], username="second", display_name="第二人")
    url = reverse("admin:members_user_platform_role", args=[opened.pk])
    form = {"role": AUDIT.value, "reason": "经党委研究决定"}
    assert as_user(three[SYSTEM]).post(url, form).status_code == 403
    assert as_user(three[AUDIT]).post(url, form).status_code == 403
    security = as_user(three[SECURITY])
    assert security.get(url).status_code == 200
    assert security.post(url, form).status_code == 302
    assert security.post(url, form).status_code == 200, "not twice"
    assert User.objects.get(pk=opened.pk).platform_role == AUDIT


# --- No way into an account that reads more ---


def test_the_system_administrator_sets_no_password_that_alone_opens_more(three, world, as_user):
    system = three[SYSTEM]
    assert set(linkable_by(system)) & {world.staff, world.secretary_a, three[SECURITY], three[AUDIT]} == set()
    assert world.member_a in linkable_by(system)
    for target in (world.staff, world.secretary_a, three[AUDIT]):
        assert as_user(system).post(f"/admin/members/user/{target.pk}/reset-password/").status_code == 403
        assert as_user(system).get(f"/admin/accounts/{target.uid}/link/").status_code == 403
    assert as_user(system).post(f"/admin/members/user/{world.member_a.pk}/reset-password/").status_code == 200
    phone_of(world.staff)
    assert world.staff in linkable_by(system), "the phone stands between"
    slip = make_link(by=system, user=world.member_b)
    make.grant(world.member_b, "committee_staff", world.general_branch)
    assert find_link(slip.token, timezone.now()) is None


def test_who_guards_accounts_opens_and_closes_none(three, world, as_user):
    security, system = as_user(three[SECURITY]), as_user(three[SYSTEM])
    phone_of(world.secretary_a)
    works = {
        what: f"/admin/accounts/{world.secretary_a.uid}/{what}/"
        for what in ("disable", "sign-out", "totp-off")
    }
    why = {"reason": "手机丢失，已当面核实"}
    assert security.post(works["disable"], why).status_code == 403
    assert system.post(works["totp-off"], why).status_code == 403
    assert system.post(works["sign-out"], why).status_code == 403
    assert security.post(works["totp-off"], why).status_code == 302
    assert system.post(works["disable"], why).status_code == 302


# --- What they see ---


def test_names_are_masked_for_who_keeps_the_platform(three, world, as_user):
    """Lists, pages, search boxes, files: whose account it is stays the committee's to know."""
    grant = RoleGrant.objects.get(user=world.staff)
    pages = {
        "users": "/admin/members/user/",
        "user": f"/admin/members/user/{world.secretary_a.pk}/change/",
        "grants": "/admin/members/rolegrant/",
        "grant": f"/admin/members/rolegrant/{grant.pk}/change/",
        "accounts": "/admin/accounts/",
        "account": f"/admin/accounts/{world.secretary_a.uid}/",
        "search": "/admin/autocomplete/?app_label=members&model_name=rolegrant&field_name=user&term=secretary_a",
    }
    names = {user.display_name for user in User.objects.exclude(member=None)}
    for role, also in ((SYSTEM, set()), (SECURITY, {world.staff.display_name})):
        client = as_user(three[role])
        for key, url in pages.items():
            answer = client.get(url)
            said = {name for name in names | also if name in answer.content.decode()}
            assert not said, f"{role} reads {said} on {key}"
            if key not in ("grants", "grant", "search") or role == SECURITY:
                assert answer.status_code == 200, (role, key)
    listed = as_user(three[SECURITY]).get("/admin/members/user/").content.decode()
    assert re.search(r"安[*＊]+", listed)
    for term in ("安国强", "安"):
        found = as_user(three[SECURITY]).get("/admin/members/user/", {"q": term}).content.decode()
        assert "secretary_a" not in found, "what is masked finds nothing"
