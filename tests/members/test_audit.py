"""The audit holds what was done even by raw SQL, with who did it, and the web role cannot touch it."""

import datetime
import json

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from branch_portal.database import set_context
from members.models import Member
from members.rules.national_id import compose
from tests import factories as make

BORN = datetime.date(1950, 5, 6)


def events(member_id):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event.pgh_label, event.name, context.metadata FROM members_memberevent event "
            "LEFT JOIN pghistory_context context ON context.id = event.pgh_context_id "
            "WHERE event.pgh_obj_id = %s ORDER BY event.pgh_id",
            [member_id],
        )
        return [(label, name, json.loads(metadata or "{}")) for label, name, metadata in cursor.fetchall()]


def test_a_raw_update_leaves_an_event_with_its_author(world):
    somebody = world.members_a[3]
    set_context(user=world.secretary_a, url="/shell/")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET name = '改名' WHERE id = %s", [somebody.pk])
    label, name, metadata = events(somebody.pk)[-1]
    assert (label, name) == ("update", "改名")
    assert metadata == {"user": world.secretary_a.pk, "url": "/shell/"}


def test_a_change_from_a_page_says_who_where_and_why(world, as_user):
    somebody = make.member(world.branch_a, "单小红")
    client = as_user(world.officer_a)
    client.post(
        reverse("members:transfer", args=[somebody.uid]),
        {"branch": str(world.branch_a.uid), "cell": str(world.cell_a2.uid), "on": "2026-06-01", "reason": ""},
    )
    assert Member.objects.get(pk=somebody.pk).cell_id == world.cell_a2.pk
    metadata = events(somebody.pk)[-1][2]
    assert (metadata["user"], metadata["url"], metadata["ip"]) == (
        world.officer_a.pk,
        f"/members/{somebody.uid}/transfer/",
        "127.0.0.1",
    )


@pytest.mark.parametrize(
    "table", ["members_memberevent", "members_affiliationevent", "members_personaldataaccess"]
)
@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"], ids=["update", "delete", "truncate"]
)
def test_the_web_role_cannot_rewrite_history(world, table, verb):
    column = "reason" if table.endswith("access") else "pgh_label"
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(table, column, "'x'"))


def test_a_warning_that_was_confirmed_leaves_its_reason_in_the_audit(world, as_user):
    somebody = make.member(world.branch_a, "单小红", gender="male", id_number=compose("990000", BORN, 11))
    url = reverse("members:edit", args=[somebody.uid])
    form = {
        "name": "单小红", "gender": "male", "ethnicity": "01", "category": "full", "admitted_on": "1970-01-01",
        "confirmed_on": "1970-01-01", "standing": "normal", "version": "1", "birth_date": "1950-01-01",
        "warnings_confirmed": "on", "warnings_reason": "以人事档案为准",
    }  # fmt: skip
    assert as_user(world.officer_a).post(url, form).status_code == 302
    assert events(somebody.pk)[-1][2]["reason"] == "核实说明：以人事档案为准"
