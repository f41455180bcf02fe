"""Forms sent by hand: other people's ids, stolen keys, extra fields, and sessions that should be over."""

import datetime
import uuid

import pytest
from django.test import Client

from activities.models import Gathering, GatheringBranch, RollEntry
from branch_portal.dates import today_shanghai
from branch_portal.once import earlier_result, remember_result
from members.models import Member, PostTenure, User
from tests import factories as make
from tests.access_objects import objects_of_branch_a
from tests.activities.test_main_path import NEW, filled, page
from tests.test_access import fingerprint

pytestmark = pytest.mark.django_db


def test_only_the_days_own_members_stand_on_a_roll(world, as_user):
    """Foreign and invented rows of the form are nobody's; a foreign chair is refused."""
    client = as_user(world.secretary_b)
    foreign = world.members_a[5]
    data = filled(page(client)) | {
        f"status_{foreign.uid.hex}": "absent",
        f"reason_{foreign.uid.hex}": "x",
        f"status_{uuid.uuid4().hex}": "late",
    }
    assert client.post(NEW, data | {"chair": foreign.uid.hex}).status_code == 200
    assert Gathering.objects.count() == 0
    assert client.post(NEW, data).status_code == 302
    assert set(RollEntry.objects.values_list("member__branch", flat=True)) == {world.branch_b.pk}
    assert GatheringBranch.objects.get().branch == world.branch_b


@pytest.mark.parametrize(
    "path", ["/activities/new/theme_day/", "/activities/announce/", "/activities/roll/theme_day/"]
)
def test_nothing_is_logged_for_a_foreign_branch(world, as_user, path):
    client = as_user(world.secretary_b)
    missing, foreign = (client.get(path, {"for": uid}) for uid in (uuid.uuid4(), world.branch_a.uid))
    assert (missing.status_code, foreign.status_code) == (404, 404)


def test_a_cell_leader_logs_for_no_other_cell_and_not_for_the_branch(world, as_user):
    client = as_user(world.cell_leader_a)
    path = "/activities/new/cell_meeting/"
    asked = [
        client.get(path, {"for": org.uid}).status_code
        for org in (world.cell_a1, world.cell_a2, world.branch_a)
    ]
    assert asked == [200, 404, 404]
    assert client.get("/activities/new/theme_day/", {"for": world.cell_a1.uid}).status_code == 403


def test_a_cell_leader_sees_the_rolls_of_the_own_cell_only(world):
    objects_of_branch_a(world)
    held = Gathering.objects.filter(state="held").earliest("pk")
    for cell, member in ((world.cell_a1, world.members_a[0]), (world.cell_a2, world.members_a[8])):
        share = GatheringBranch.objects.create(gathering=held, branch=world.branch_a, cell=cell)
        RollEntry.objects.create(
            share=share, branch=world.branch_a, member=member, on_date=held.on_date, row_number=1, name=member.name,
            marked_by=world.secretary_a, marked_at=held.started_at,
        )  # fmt: skip
    seen = RollEntry.objects.visible_to(world.cell_leader_a).values_list("share__cell", "member")
    assert list(seen) == [(world.cell_a1.pk, world.members_a[0].pk)]


@pytest.mark.parametrize("field", ["branch", "cell"])
def test_nobody_is_entered_into_or_moved_to_a_foreign_place(world, as_user, field):
    client = as_user(world.secretary_b)
    own = Member.objects.get(user=world.member_b)
    place = {"branch": str(world.branch_b.uid), "cell": ""} | {
        field: str(world.branch_a.uid if field == "branch" else world.cell_a1.uid)
    }
    before = fingerprint()
    answer = client.post(f"/members/{own.uid}/transfer/", place | {"on": today_shanghai().isoformat()})
    assert (answer.status_code, fingerprint() == before) == (200, True)


def test_nobody_is_appointed_in_a_foreign_organization(world, as_user):
    own = Member.objects.get(user=world.member_b)
    data = {
        "post": "secretary",
        "organization": str(world.branch_a.uid),
        "since": today_shanghai().isoformat(),
    }
    assert as_user(world.secretary_b).post(f"/members/{own.uid}/appoint/", data).status_code == 200
    assert not PostTenure.objects.filter(member=own).exists()


def test_one_acts_for_no_foreign_organization(world, as_user):
    client = as_user(world.secretary_b)
    answers = [
        client.post("/accounts/act-for/", {"organization": uid})
        for uid in (world.branch_a.uid, uuid.uuid4(), "x")
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert "acting_for" not in client.session


def test_a_stolen_key_tells_nothing(world):
    key = uuid.uuid4()
    assert earlier_result(key, world.secretary_a) is None
    remember_result(key, "/activities/records/of-branch-a/")
    assert (earlier_result(key, world.secretary_b), earlier_result(key, world.secretary_a)) == (
        "/",
        "/activities/records/of-branch-a/",
    )


def test_extra_fields_change_nothing(world, as_user):
    """A member makes no administrator of himself with the forms that are there."""
    extra = {
        "is_superuser": "on",
        "is_active": "on",
        "member": "1",
        "role": "secretary",
        "user": world.secretary_a.pk,
    }
    as_user(world.member_a).post("/accounts/elder-view/", extra)
    changed = User.objects.get(pk=world.member_a.pk)
    assert (changed.is_superuser, changed.elder_view, changed.member_id) == (
        False,
        True,
        world.member_a.member_id,
    )
    as_user(world.superuser).post(
        f"/admin/members/user/{changed.pk}/change/",
        {"display_name": "新名", "email": "", **extra, "username": "root"},
    )
    changed.refresh_from_db()
    assert (changed.is_superuser, changed.username, changed.display_name) == (False, "member_a", "新名")


def test_a_closed_account_is_out_at_once(world, as_user):
    client = as_user(world.secretary_a)
    assert client.get("/").status_code == 200
    User.objects.filter(pk=world.secretary_a.pk).update(is_active=False)
    assert client.get("/members/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(("last_day", "status"), [(0, 200), (-1, 403)])
def test_a_grant_ends_with_its_last_day(world, as_user, last_day, status):
    deputy = make.user("deputy")
    make.grant(
        deputy, "committee_staff", world.committee, until=today_shanghai() + datetime.timedelta(days=last_day)
    )
    assert as_user(deputy).get("/admin/supervision/").status_code == status


def test_a_session_is_new_after_signing_in_and_void_after_a_new_password(world, as_user):
    client = Client()
    session = client.session
    session["planted"] = "by the attacker"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    client.post("/accounts/login/", {"username": "member_a", "password": make.PASSWORD})
    assert client.session.session_key != planted
    as_user(world.superuser).post(f"/admin/members/user/{world.member_a.pk}/reset-password/")
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_another_host_and_a_missing_token_are_refused(world):
    assert Client(headers={"host": "evil.example"}, raise_request_exception=False).get("/").status_code == 400
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.member_a)
    assert (client.post("/accounts/logout/").status_code, client.get("/").status_code) == (403, 200)


@pytest.mark.parametrize(
    "path", ["/", "/no-such-page/", "/admin/", "/healthz", "/accounts/login/", "/accounts/logout/"]
)
def test_every_answer_carries_the_headers(world, as_user, path):
    answer = as_user(world.secretary_a).get(path)
    policy = answer["Content-Security-Policy"]
    assert ("default-src 'none'" in policy, "unsafe" in policy, "no-store" in answer["Cache-Control"]) == (
        True,
        False,
        True,
    )
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_forwarded_address_gives_no_new_tries(world):
    client = Client()
    answers = [
        client.post(
            "/accounts/login/",
            {"username": "member_A" if number % 2 else "member_a", "password": "x"},
            headers={"x-forwarded-for": f"10.0.0.{number}", "forwarded": f"for=10.0.0.{number}"},
        ).status_code
        for number in range(11)
    ]
    assert answers == [200] * 10 + [429]
