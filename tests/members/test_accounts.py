"""Sign-in, the brake on guesses, switches and the first administrator."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.actions.accounts import change_grant, create_user, grant_role, make_first_admin_link
from members.actions.sign_in import MAX_TRIES, THROTTLED, count_attempt, forget_attempts
from members.models import LoginAttempt, User
from tests import factories as make
from tests.factories import PASSWORD

LOGIN = "/accounts/login/"
WRONG = "用户名或密码不正确，请核对后重试（区分大小写）。"


def sign_in(client, username, password, **extra):
    return client.post(LOGIN, {"username": username, "password": password, **extra})


def test_right_password_leads_to_the_workbench(world):
    client = Client()
    response = sign_in(client, "secretary_a", PASSWORD)
    assert (response.status_code, response.url) == (302, "/")
    assert client.session["_auth_user_id"] == str(world.secretary_a.pk)


@pytest.mark.parametrize(
    ("username", "password"),
    [("secretary_a", "wrong"), ("nobody", PASSWORD), ("closed", PASSWORD)],
    ids=["wrong password", "unknown name", "closed account"],
)
def test_every_refusal_has_the_same_words(world, username, password):
    make.user("closed", is_active=False)
    response = sign_in(Client(), username, password)
    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [WRONG]


def test_what_is_missing_is_named(world):
    response = sign_in(Client(), "", "")
    assert response.context["form"].errors == {"username": ["请填写用户名。"], "password": ["请填写密码。"]}


@pytest.mark.parametrize("target", ["//evil.com", "https://evil.com/", "javascript:alert(1)", "\\/\\/evil"])
def test_next_never_leaves_the_host(world, target):
    assert sign_in(Client(), "secretary_a", PASSWORD, next=target).url == "/"


def test_next_on_this_host_is_followed(world):
    assert sign_in(Client(), "secretary_a", PASSWORD, next="/members/").url == "/members/"


def test_after_ten_tries_even_the_right_password_waits(world):
    client = Client()
    for _ in range(MAX_TRIES):
        assert sign_in(client, "secretary_a", "wrong").status_code == 200
    response = sign_in(client, "secretary_a", PASSWORD)
    assert response.status_code == 429
    assert response.context["form"].non_field_errors() == [THROTTLED]
    assert sign_in(Client(), "secretary_b", PASSWORD).status_code == 302


def test_a_success_forgets_the_failures(world):
    client = Client()
    for _ in range(MAX_TRIES - 1):
        sign_in(client, "secretary_a", "wrong")
    sign_in(client, "secretary_a", PASSWORD)
    assert not LoginAttempt.objects.filter(user=world.secretary_a).exists()
    # What the network tried wrongly still counts: a password of one's own buys no more guesses at others.
    assert LoginAttempt.objects.get().tries == MAX_TRIES - 1


def test_the_window_ends_after_fifteen_minutes(db):
    start = timezone.now()
    for _ in range(MAX_TRIES + 1):
        last = count_attempt(username="a", ip="10.0.0.1", now=start)
    assert last is False
    assert count_attempt(username="a", ip="10.0.0.1", now=start + datetime.timedelta(minutes=14)) is False
    assert count_attempt(username="a", ip="10.0.0.2", now=start) is True
    assert count_attempt(username="a", ip="10.0.0.1", now=start + datetime.timedelta(minutes=15)) is True
    forget_attempts(username="c", ip="10.0.0.1", now=start + datetime.timedelta(minutes=16))
    assert LoginAttempt.objects.count() == 1


def test_signing_out_ends_the_session(world, as_user):
    client = as_user(world.member_a)
    assert client.get(reverse("accounts:logout")).status_code == 405
    assert client.post(reverse("accounts:logout")).url == LOGIN
    assert client.get("/").url == f"{LOGIN}?next=/"


def test_elder_view_is_switched_and_leads_back(world, as_user):
    client = as_user(world.member_a)
    response = client.post(reverse("accounts:elder-view"), {"next": "/notices/"})
    assert response.url == "/notices/"
    assert User.objects.get(username="member_a").elder_view is True
    response = client.post(reverse("accounts:elder-view"), {"next": "//evil.com"})
    assert response.url == "/"
    assert User.objects.get(username="member_a").elder_view is False


def test_one_acts_only_for_own_organisations(world, as_user):
    make.grant(world.secretary_a, "branch_officer", world.branch_d)
    client = as_user(world.secretary_a)
    url = reverse("accounts:act-for")
    assert client.post(url, {"organization": world.branch_b.uid}).status_code == 404
    assert client.post(url, {"organization": "x"}).status_code == 404
    assert client.post(url, {"organization": world.branch_d.uid}).url == "/"
    response = client.get(reverse("accounts:password"))
    assert response.wsgi_request.acting.organization == world.branch_d


def test_changing_the_password(world, as_user):
    client = as_user(world.member_a)
    url = reverse("accounts:password")
    wrong = {"old_password": "x", "password1": "清源-Portal-2027", "password2": "清源-Portal-2028"}
    assert client.post(url, wrong).context["form"].errors == {
        "old_password": ["原密码不正确，请重新输入。"],
        "password2": ["两次输入的密码不一致，请重新输入。"],
    }
    right = {"old_password": PASSWORD, "password1": "清源-Portal-2027", "password2": "清源-Portal-2027"}
    assert client.post(url, right).url == "/"
    assert User.objects.get(username="member_a").check_password("清源-Portal-2027")
    assert client.get(url).status_code == 200


def test_the_first_administrator_is_made_once(db):
    token = make_first_admin_link()
    url = reverse("accounts:first-admin", args=[token])
    form = {
        "username": "admin",
        "display_name": "管理员",
        "password1": "一二三四-Abacus-五",
        "password2": "一二三四-Abacus-五",
    }
    client = Client()
    assert client.get(url).status_code == 200
    assert client.post(url, form | {"password2": "other"}).context["form"].errors == {
        "password2": ["两次输入的密码不一致，请重新输入。"]
    }
    assert client.post(url, form).url == "/"
    admin = User.objects.get()
    assert (admin.username, admin.is_superuser, client.session["_auth_user_id"]) == (
        "admin",
        True,
        str(admin.pk),
    )
    assert Client().get(url).status_code == 404
    assert Client().post(url, form | {"username": "second"}).status_code == 404
    assert make_first_admin_link() is None


def test_a_newer_link_voids_the_older(db):
    old, new = make_first_admin_link(), make_first_admin_link()
    client = Client()
    assert client.get(reverse("accounts:first-admin", args=[old])).status_code == 404
    assert client.get(reverse("accounts:first-admin", args=[new])).status_code == 200


def test_accounts_and_dated_grants(world):
    user, password = create_user(by=world.superuser, username="deputy", display_name="代理")
    assert user.check_password(password)
    assert len(password) == 14
    today = timezone.localdate()
    grant = grant_role(
        by=world.superuser,
        user=user,
        role="secretary",
        organization=world.branch_b,
        valid_from=today,
        reason="休假代理",
    )
    assert User.objects.get(pk=user.pk).access.may("edit_roster", world.branch_b)
    change_grant(by=world.superuser, grant=grant, valid_to=today, reason="提前结束")
    assert User.objects.get(pk=user.pk).access.may("edit_roster", world.branch_b)
    grant.valid_from = today - datetime.timedelta(days=2)
    grant.save()
    change_grant(
        by=world.superuser, grant=grant, valid_to=today - datetime.timedelta(days=1), reason="提前结束"
    )
    assert not User.objects.get(pk=user.pk).access.may("edit_roster", world.branch_b)
