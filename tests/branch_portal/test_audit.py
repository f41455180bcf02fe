"""The audit is written by the database: raw and bulk changes are caught, and the web role cannot alter what was written."""

import pytest
from django.db import ProgrammingError, connection, transaction

from branch_portal.database import set_context
from members.models import Member
from tests import factories as make


def events() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.pgh_label, e.name, c.metadata->>'user', c.metadata->>'url' FROM members_memberevent e "
            "LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id ORDER BY e.pgh_id"
        )
        return cursor.fetchall()


def test_bulk_and_raw_changes_leave_an_event_with_who_and_where(db):
    user = make.user("anna")
    branch = make.organization()
    first, second = make.member(branch, "甲"), make.member(branch, "乙")
    set_context(user=user, url="/members/")
    Member.objects.filter(branch=branch).update(employer="新单位")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET name = '丙' WHERE id = %s", [first.pk])
    assert events() == [
        ("insert", "甲", None, None),
        ("insert", "乙", None, None),
        *sorted([("update", "甲", str(user.pk), "/members/"), ("update", "乙", str(user.pk), "/members/")],
                key=lambda row: ["甲", "乙"].index(row[1])),
        ("update", "丙", str(user.pk), "/members/"),
    ]  # fmt: skip
    assert second.pk


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE members_memberevent SET name = 'x'",
        "DELETE FROM members_memberevent",
        "TRUNCATE members_memberevent",
        "ALTER TABLE members_member DISABLE TRIGGER ALL",
        "UPDATE pghistory_context SET metadata = '{}'",
        "INSERT INTO pghistory_context (id, metadata, created_at, updated_at) VALUES (gen_random_uuid(), '{}', now(), now())",
        "UPDATE members_personaldataaccess SET reason = 'x'",
        "DELETE FROM members_personaldataaccess",
        "DELETE FROM django_migrations",
        "SET session_replication_role = replica",
    ],
)
def test_the_web_role_cannot_touch_the_audit(db, statement):
    make.member(make.organization())
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_another_transactions_context_is_not_rewritten(db):
    """A forged context id finds the row of an earlier transaction and leaves it as it was."""
    make.member(make.organization())
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, prosecdef FROM pg_proc WHERE proname = '_pgh_attach_context'")
        assert cursor.fetchall() == [("_pgh_attach_context", True)]
