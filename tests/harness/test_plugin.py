import socket

import pytest
from django.db import connection


def _whoami():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        return cursor.fetchone()


def _create_user(name):
    from members.models import User

    return User.objects.create(username=name)


@pytest.mark.django_db
def test_tests_run_as_the_web_role_on_a_database_of_the_worker(worker_database, owner_sql):
    assert _whoami() == ("portal_web", worker_database.name)
    assert owner_sql("SELECT current_user") == [("portal_owner",)]


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_writes_is_gone_in_the_next(turn):
    from members.models import User

    assert User.objects.count() == 0
    _create_user("zhang")


def test_committed_db_is_a_database_of_its_own(committed_db, owner_sql):
    _create_user("zhang")
    assert _whoami() == ("portal_web", committed_db.name)
    assert owner_sql("SELECT count(*) FROM members_user") == [(0,)]


def test_the_network_ends_at_loopback():
    with pytest.raises(PermissionError, match="loopback only"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
