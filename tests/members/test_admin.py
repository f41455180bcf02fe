"""委员会后台: masked and read-only people; accounts and grants by the administrator."""

import datetime

import pytest
from django.urls import reverse

from members.models import PersonalDataAccess, RoleGrant, User
from tests import factories as make


def admin_url(name, *args):
    return reverse(f"admin:members_{name}", args=args)


LISTS = (
    "partyorganization",
    "member",
    "affiliation",
    "posttenure",
    "user",
    "rolegrant",
    "personaldataaccess",
)


@pytest.mark.parametrize(
    ("persona", "allowed"),
    [
        ("staff", {"partyorganization", "member", "affiliation", "posttenure"}),
        ("superuser", {"partyorganization", "user", "rolegrant", "personaldataaccess"}),
        ("secretary_a", set()),
    ],
)
def test_who_opens_which_list(world, as_user, persona, allowed):
    client = as_user(getattr(world, persona))
    opened = {name for name in LISTS if client.get(admin_url(f"{name}_changelist")).status_code == 200}
    assert opened == allowed


def test_staff_sees_the_subtrees_people_masked_and_unchangeable(world, as_user):
    client = as_user(world.staff)
    page = client.get(admin_url("member_changelist")).content.decode()
    assert "安国强" in page
    assert "外部书记x" not in page
    somebody = world.members_a[3]
    card = client.get(admin_url("member_change", somebody.pk)).content.decode()
    for secret in (somebody.id_number, somebody.mobile, somebody.home_address):
        assert secret not in card
    assert 'name="_save"' not in card
    assert client.post(admin_url("member_change", somebody.pk), {"name": "x"}).status_code == 403
    outsider = make.member(world.branch_x)
    assert client.get(admin_url("member_change", outsider.pk)).status_code == 404
    assert client.get(admin_url("member_add")).status_code == 403
    assert client.post(admin_url("member_delete", somebody.pk), {"post": "yes"}).status_code == 403


def test_opening_an_account_shows_its_password_once(world, as_user):
    client = as_user(world.superuser)
    somebody = world.members_a[5]
    page = client.post(
        admin_url("user_add"),
        {"username": "gao", "display_name": "高海燕", "email": "", "member_uid": str(somebody.uid)},
    ).content.decode()
    user = User.objects.get(username="gao")
    password = page.split("<code>")[1].split("</code>")[0]
    assert user.check_password(password)
    assert (user.member, user.is_superuser) == (somebody, False)
    assert password not in client.get(admin_url("user_change", user.pk)).content.decode()
    taken = client.post(
        admin_url("user_add"), {"username": "gao2", "display_name": "高", "member_uid": str(somebody.uid)}
    )
    assert taken.context["adminform"].form.errors == {"member_uid": ["没有这张党员卡片，或该党员已有账号。"]}


def test_changing_closing_and_resetting_an_account(world, as_user):
    client = as_user(world.superuser)
    user = world.member_a
    assert "重置密码" in client.get(admin_url("user_change", user.pk)).content.decode()
    client.post(
        admin_url("user_change", user.pk), {"display_name": "新名", "email": "", "username": "hacked"}
    )
    user.refresh_from_db()
    assert (user.username, user.display_name, user.is_active) == ("member_a", "新名", False)
    reset = admin_url("user_reset_password", user.pk)
    assert "原密码立即失效" in client.get(reset).content.decode()
    page = client.post(reset).content.decode()
    user.refresh_from_db()
    assert user.check_password(page.split("<code>")[1].split("</code>")[0])
    own = client.post(
        admin_url("user_change", world.superuser.pk), {"display_name": "系统管理员", "email": ""}
    )
    assert own.context["adminform"].form.errors == {"is_active": ["不能停用自己的账号。"]}
    assert as_user(world.staff).post(reset).status_code == 404


def test_granting_and_ending_a_role(world, as_user):
    client = as_user(world.superuser)
    form = {
        "user": world.member_a.pk,
        "role": "branch_officer",
        "organization": world.branch_b.pk,
        "valid_from": "2026-01-01",
        "valid_to": "",
        "reason": "代理",
    }
    assert client.post(admin_url("rolegrant_add"), form).status_code == 302
    grant = RoleGrant.objects.get(user=world.member_a)
    assert (grant.role, grant.organization, grant.granted_by) == (
        "branch_officer",
        world.branch_b,
        world.superuser,
    )
    change = admin_url("rolegrant_change", grant.pk)
    early = client.post(change, {"valid_to": "2025-01-01", "reason": ""})
    assert early.context["adminform"].form.errors == {"valid_to": ["截止日期不能早于生效日期。"]}
    client.post(change, {"valid_to": "2026-02-01", "reason": "到期", "role": "secretary"})
    grant.refresh_from_db()
    assert (grant.role, grant.valid_to, grant.reason) == ("branch_officer", datetime.date(2026, 2, 1), "到期")


def test_the_record_of_access_is_read_only(world, as_user):
    as_user(world.secretary_a).post(
        reverse("members:reveal", args=[world.members_a[3].uid, "mobile"]), {"reason": "核对花名册"}
    )
    row = PersonalDataAccess.objects.get()
    client = as_user(world.superuser)
    assert "核对花名册" in client.get(admin_url("personaldataaccess_changelist")).content.decode()
    page = client.get(admin_url("personaldataaccess_change", row.pk)).content.decode()
    assert 'name="_save"' not in page
    assert client.post(admin_url("personaldataaccess_change", row.pk), {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["member", "partyorganization", "affiliation", "posttenure"])
def test_admin_lists_query_count(world, as_user, django_assert_max_num_queries, name):
    client = as_user(world.staff_x)
    client.get(admin_url(f"{name}_changelist"))
    with django_assert_max_num_queries(30) as few:
        client.get(admin_url(f"{name}_changelist"))
    for _ in range(3):
        make.tenure(make.member(world.branch_x), "committee_member")
        make.organization(parent=world.committee_x)
    with django_assert_max_num_queries(len(few)):
        client.get(admin_url(f"{name}_changelist"))
