"""Attacks that once succeeded, each as it was made."""

import base64
import json
import re
import uuid

import pytest
from django.db import connection

from activities.models import Gathering, GatheringBranch
from branch_portal.dates import today_shanghai
from members.actions.sign_in import count_attempt
from tests import factories as make
from tests.access_objects import NOON, objects_of_branch_a

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("persona", "query"),
    [
        ("superuser", "user/?password__startswith=pbkdf2"),
        ("superuser", "user/?email__startswith=m"),
        ("staff", "member/?id_number_index__isnull=0"),
        ("staff", "member/?home_address__isnull=0"),
        ("staff", "member/?mobile_tail=0001"),
        ("staff", "posttenure/?member__home_address__isnull=0"),
    ],
)
def test_a_list_is_not_filtered_by_what_it_hides(world, as_user, persona, query):
    """A hidden column could be read letter by letter by whether the row stays."""
    assert as_user(getattr(world, persona)).get(f"/admin/members/{query}").status_code == 400


def test_the_administrator_leaves_a_trace_when_resetting_a_password(world, as_user):
    """Whoever resets a secretary's password can sign in as the secretary."""
    as_user(world.superuser).post(f"/admin/members/user/{world.secretary_a.pk}/reset-password/")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event.username, context.metadata->>'user' FROM members_userevent event "
            "JOIN pghistory_context context ON context.id = event.pgh_context_id WHERE event.pgh_label = 'update'"
        )
        assert cursor.fetchall() == [("secretary_a", str(world.superuser.pk))]


@pytest.mark.parametrize("page", ["exit", "transfer"])
def test_an_officer_does_not_dismiss_the_secretary_by_moving_the_person_away(world, as_user, page):
    secretary = world.members_a[0]
    data = {
        "exit": {
            "standing": "exited",
            "exit_type": "5",
            "on": today_shanghai().isoformat(),
            "reason": "已出党",
        },
        "transfer": {"branch": world.branch_b.uid, "on": today_shanghai().isoformat()},
    }[page]
    if page == "transfer":
        make.grant(world.officer_a, "branch_officer", world.branch_b)
    answer = as_user(world.officer_a).post(f"/members/{secretary.uid}/{page}/", data)
    assert (answer.status_code, "超出您的权限" in answer.content.decode()) == (200, True)
    assert secretary.tenures.get().period.upper is None


def test_the_old_password_is_not_guessed_without_end(world, as_user):
    client = as_user(world.secretary_a)
    guess = {"password1": "另一个-Portal-2027", "password2": "另一个-Portal-2027"}
    answers = [
        client.post("/accounts/password/", guess | {"old_password": f"guess {number}"}).status_code
        for number in range(11)
    ]
    assert answers == [200] * 10 + [429]


def test_an_ipv6_network_has_the_tries_of_one_address(db):
    tries = [
        count_attempt(username=name, ip=f"2001:db8:1:2::{number:x}", now=NOON)
        for number, name in enumerate(["anna", "ANNA", " Anna "] * 4)
    ]
    assert tries == [True] * 10 + [False] * 2
    assert count_attempt(username="anna", ip="2001:db8:1:3::1", now=NOON)


def test_the_sign_in_page_does_not_lead_to_itself(world, as_user):
    client = as_user(world.member_a)
    for target in ("/accounts/login/", "/accounts/login/?next=/accounts/login/"):
        answer = client.get("/accounts/login/", {"next": target})
        assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/members/", ["1", "\ud800", "5"]),
        ("/notices/", ["0", "2026-01-01T00:00:00", "00000000-0000-4000-8000-000000000000"]),
        ("/activities/", ["0001-01-01", "5"]),
    ],
)
def test_a_forged_cursor_means_the_first_page(world, as_user, path, key):
    cursor = base64.urlsafe_b64encode(json.dumps(["f", *key]).encode()).decode().rstrip("=")
    assert as_user(world.secretary_a).get(path, {"cursor": cursor}).status_code == 200


def test_the_year_one_is_refused_in_words(world, as_user):
    data = {"theme": "主题", "on_date": "0001-01-01", "start": "00:00", "end": "23:59", "place": "会议室"}
    answer = as_user(world.secretary_a).post(
        "/activities/announce/?kind=theme_day", data | {"submission_key": str(uuid.uuid4())}
    )
    assert (answer.status_code, Gathering.objects.count()) == (200, 0)


def test_what_was_called_off_is_not_written_up(world, as_user):
    things, client = objects_of_branch_a(world), as_user(world.secretary_a)
    edit = f"/activities/records/{things['draft'].uid}/edit/"
    hidden = dict(
        re.findall(
            r'name="(version|roll_signature|submission_key)" value="([^"]*)"',
            client.get(edit).content.decode(),
        )
    )
    client.post(f"/activities/gatherings/{things['announced'].uid}/cancel/", {"reason": "停电"})
    held = Gathering.objects.filter(state="held").count()
    data = {
        "theme": "主题",
        "on_date": today_shanghai().isoformat(),
        "start": "15:00",
        "end": "16:00",
        "place": "会议室",
    }
    answer = client.post(edit, data | hidden | {"draft": "1"})
    things["draft"].refresh_from_db()
    assert (answer.status_code, things["draft"].state, Gathering.objects.filter(state="held").count()) == (
        200,
        "draft",
        held,
    )


def test_a_joint_gathering_is_one_gathering(world, as_user):
    held = objects_of_branch_a(world)["gathering"]
    for branch, cell in (
        (world.branch_d, None),
        (world.branch_a, world.cell_a1),
        (world.branch_a, world.cell_a2),
    ):
        GatheringBranch.objects.create(gathering=held, branch=branch, cell=cell)
    assert Gathering.objects.visible_to(world.staff).filter(pk=held.pk).count() == 1
    assert as_user(world.staff).get(f"/admin/activities/gathering/{held.pk}/change/").status_code == 200
