"""Session, account and rights in one statement: the same account that Django would find, or nobody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.access import access_of
from members.frame import read_frame
from members.models import SignInSession, User
from tests import factories as make

PAGE = "/members/me/"


def signed_in(client) -> bool:
    return client.get(PAGE).status_code == 200


def key_of(client) -> str:
    return client.cookies["sessionid"].value


@pytest.mark.parametrize(
    "name", ["member_a", "cell_leader_a", "officer_a", "secretary_a", "staff", "superuser"]
)
def test_the_rights_are_those_that_are_asked_alone(world, as_user, name):
    user = world.users[name]
    key, row = key_of(as_user(user)), SignInSession.objects.get(user=user)
    found = read_frame(key, row.started_at)
    assert found.account == user
    assert found.host_organization == world.committee.name

    def told(access):
        return (
            [(reach.role, reach.organization.pk, reach.label) for reach in access.reaches],
            access.everywhere,
        )

    assert told(found.account.access) == told(access_of(User.objects.get(pk=user.pk)))


def test_one_statement_before_the_scope(world, as_user):
    client = as_user(world.secretary_a)
    with CaptureQueriesContext(connection) as asked:
        client.get(PAGE)
    statements = [query["sql"] for query in asked if "set_config" not in query["sql"]]
    reading = [sql for sql in statements if "members_signinsession" in sql or "portal_reaches" in sql]
    assert len(reading) == 1
    assert not [
        sql for sql in statements if 'FROM "members_user"' in sql and f'"id" = {world.secretary_a.pk} ' in sql
    ]


def test_who_is_stopped_is_nobody_from_the_next_page_on(world, as_user):
    client = as_user(world.member_a)
    assert signed_in(client)
    User.objects.filter(pk=world.member_a.pk).update(is_active=False)
    assert not signed_in(client)


def test_another_password_ends_the_sign_in(world, as_user):
    client, user = as_user(world.member_a), world.member_a
    assert signed_in(client)
    user.set_password("Qingyuan-2026-hongqi")
    user.save()
    assert not signed_in(client)


def test_the_sessions_own_data_say_whose_it_is(world, as_user):
    """The column serves the list of sessions; the signed data decide."""
    client = as_user(world.member_a)
    SignInSession.objects.filter(user=world.member_a).update(user=world.secretary_a)
    page = client.get(PAGE).content.decode()
    assert world.member_a.display_name in page and world.secretary_a.display_name not in page
    assert client.get("/members/").status_code == 302  # a member's: led to the own card


def test_rights_that_ended_meanwhile_are_gone(world, as_user):
    user = make.user("borrowed", display_name="借调人员")
    grant = make.grant(user, "committee_staff", world.committee)
    client = as_user(user)
    assert client.get("/members/").status_code == 200
    grant.delete()
    assert client.get("/members/").status_code == 403


@pytest.mark.parametrize("key", ["a" * 7, "abcdefgh\\000b", "ABCDEFGH", "x" * 5000, "é" * 8])
def test_what_is_no_key_is_nobody_and_no_error(db, client, key):
    client.cookies["sessionid"] = key
    assert client.get("/accounts/login/").status_code == 200
    assert client.get(PAGE).status_code == 302
