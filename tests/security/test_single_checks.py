"""Checks that no walk over pages reaches: when rights begin and end, tokens, caches, who is at the desk, ticks sent by hand."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from activities.models import ActivityRecord, LeaveRequest
from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from learning.models import StudySubmission
from members.actions.account_links import open_accounts
from members.actions.audit import record_access
from members.actions.errors import ActionRefused
from members.actions.exports import export_roster
from members.models import Member, PartyOrganization, User
from members.queries.asked_roster import roster_again
from members.queries.organizations import siblings_within_committee
from members.rules.sessions import FRESH
from notices.actions.inbox import mark_all_read
from notices.models import Delivery
from supervision.queries.accesses import accesses, named
from tests import factories as make
from tests.access_objects import objects_of_branch_a
from tests.members.doors import QUICK, sign_in, with_password
from tests.routes import filled, routes
from tests.security.places import models
from tests.security.walk import lines
from tests.security.worlds import neighbours
from tests.source import none
from tests.test_access import Asker, path_values

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def may(user: User, permission: Permission, organization) -> bool:
    """Asked anew: what a request works out is kept on its account."""
    return User.objects.get(pk=user.pk).access.may(permission, organization)


def test_rights_end_with_what_gave_them(world):
    today = today_shanghai()
    spans = {
        "yesterday": (make.LONG_AGO, today - DAY),
        "tomorrow": (today + DAY, None),
        "today": (make.LONG_AGO, None),
    }
    granted = {}
    for name, (since, until) in spans.items():
        account = make.user(name)
        make.grant(account, "committee_staff", world.committee, since=since, until=until)
        granted[name] = may(account, Permission.VIEW_ROSTER, world.branch_a)
    assert granted == {"yesterday": False, "tomorrow": False, "today": True}

    held = world.members_a[5]
    posted = make.user("posted", member=held)
    make.tenure(held, "secretary", until=today)
    assert not may(posted, Permission.VIEW_ROSTER, world.branch_a), "the post ended"
    make.tenure(held, "committee_member", world.committee)
    assert not may(posted, Permission.VIEW_ROSTER, world.branch_a), (
        "a committee's member is no officer of its branches"
    )
    make.tenure(held, "publicity", since=today)
    assert may(posted, Permission.VIEW_ROSTER, world.branch_a)

    assert may(world.secretary_a, Permission.EDIT_ROSTER, world.branch_a)
    Member.objects.filter(pk=world.secretary_a.member_id).update(standing="suspended")
    assert not may(world.secretary_a, Permission.EDIT_ROSTER, world.branch_a)
    assert not may(world.secretary_a, Permission.VIEW_RECORDS, world.branch_a), "nor as a mere member"
    User.objects.filter(pk=world.staff.pk).update(is_active=False)
    assert not may(world.staff, Permission.VIEW_ROSTER, world.branch_a)


def test_what_nobody_changes_is_editable_by_nobody(world):
    """A model without a permission to change it has no row that a form may name."""
    objects_of_branch_a(world)
    closed = [
        model
        for model in models()
        if issubclass(rows := type(model._default_manager.all()), ScopedQuerySet)
        and rows.edit_permission is None
        and rows.editable_by is ScopedQuerySet.editable_by
    ]
    assert any(model._base_manager.exists() for model in closed)
    none(
        [
            f"{model._meta.label} for {name}"
            for model in closed
            for name in ("secretary_a", "staff", "superuser")
            if model._default_manager.editable_by(world.users[name]).exists()
        ]
    )


def test_who_reads_does_not_therefore_change(world):
    """Each reads some of these rows and may change none."""
    objects_of_branch_a(world)
    for name, model in (
        ("staff", Member),
        ("cell_leader_a", Member),
        ("member_a", ActivityRecord),
        ("member_a", PartyOrganization),
        ("staff", LeaveRequest),
    ):
        assert not model.objects.editable_by(world.users[name]).exists(), (name, model)
    assert Member.objects.visible_to(world.staff).exists()
    assert ActivityRecord.objects.visible_to(world.member_a).exists()


def test_a_permission_holds_below_its_organisation_only(world):
    beside = neighbours(world)
    reach = {
        "secretary_a": (Permission.EDIT_ROSTER, {world.branch_a, world.cell_a1, world.cell_a2}),
        "secretary_b": (Permission.EDIT_ROSTER, {world.branch_b}),
        "cell_leader_a": (Permission.VIEW_ROLLS, {world.cell_a1}),
        "staff_x": (Permission.VIEW_ROSTER, {world.committee_x, world.branch_x}),
        "staff_h": (Permission.VIEW_ROSTER, {beside.general_h}),
        "secretary_p": (Permission.EDIT_ROSTER, {beside.branch_p}),
    }
    every = list(PartyOrganization.objects.unscoped("the whole tree, for a test"))
    for persona, (permission, expected) in reach.items():
        account = (world.users | beside.users)[persona]
        found = {organization for organization in every if may(account, permission, organization)}
        assert found == expected, persona
        listed = set(PartyOrganization.objects.permitted(account, permission))
        assert listed == expected, persona


def test_no_post_without_its_token(world):
    """Signed in and permitted: what another site sends is refused before any view."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.secretary_a)
    things, every, findings = objects_of_branch_a(world), lines(), []
    for route in routes():
        line = every.get(route.key)
        if line is None or line.post["secretary_a"] in (405, 404):
            continue
        answer = client.post(filled(route.pattern, path_values(line, things)))
        if answer.status_code != 403 or "refresh" in answer.headers:
            findings.append(f"POST {route.key} without a token: {answer.status_code}")
        elif line.post["secretary_a"] != 403 and answer.context and "exception" in answer.context:
            findings.append(f"POST {route.key} reached its view")
    none(findings)


def test_no_page_of_somebody_is_kept_by_a_cache(world):
    things, every, asker, findings = objects_of_branch_a(world), lines(), Asker(world.secretary_a), []
    for route in routes():
        line = every.get(route.key)
        if (
            line is None
            or line.get["secretary_a"] != 200
            or line.get.get("anybody") == 200
            or "admin" in route.key
        ):
            continue
        answer, _ = asker.ask("get", filled(route.pattern, path_values(line, things)))
        said = answer.headers.get("Cache-Control", "")
        if "no-store" not in said and "private" not in said:
            findings.append(f"{route.key}: Cache-Control {said!r}")
    none(findings)


def test_two_people_at_one_address_get_their_own_pages(world):
    client, shown = Client(), {}
    for name in ("secretary_a", "secretary_d"):
        client.force_login(world.users[name])
        shown[name] = client.get("/members/").content.decode()
    assert "安国强" in shown["secretary_a"]
    assert "安国强" not in shown["secretary_d"]
    assert "外部书记d" in shown["secretary_d"]


#: (persona, route, object): opening, taking out and giving ask for the password again (reliability 2, #19).
SENSITIVE = (
    ("secretary_a", "members:reveal", "fellow"),
    ("secretary_a", "members:export", ""),
    ("secretary_a", "members:delegation-new", ""),
    ("secretary_a", "members:appoint", "fellow"),
    ("secretary_a", "members:erasure", "erasure"),
    ("secretary_a", "accounts:totp", ""),
    ("staff", "supervision:account-link", "user"),
    ("staff", "supervision:accounts-open-branch", "branch"),
    ("staff", "supervision:accounts-colleague", ""),
    ("staff", "supervision:accounts-export", ""),
    ("staff", "supervision:audit-access-export", ""),
    ("staff", "supervision:contacts-export", ""),
)


def test_sensitive_pages_ask_who_is_at_the_desk(world, settings):
    settings.PASSWORD_HASHERS, settings.PORTAL_STAFF_TOTP, settings.PORTAL_FRESH_SIGN_IN = QUICK, False, True
    things, every = objects_of_branch_a(world), lines()
    by_key = {route.key: route for route in routes()}
    clients = {name: sign_in(with_password(world.users[name])) for name in ("secretary_a", "staff")}
    findings = []
    with time_machine.travel(timezone.now() + FRESH + datetime.timedelta(seconds=1)):
        for persona, key, thing in SENSITIVE:
            line = every[key]
            assert line.thing == thing
            answer = clients[persona].get(filled(by_key[key].pattern, path_values(line, things)))
            if not answer.headers.get("Location", "").startswith("/accounts/fresh/"):
                findings.append(f"{key} as {persona}: {answer.status_code}")
    none(findings)


def test_a_letter_leads_to_no_card_that_is_shut(world, as_user):
    """Branch B reads the letter; the person is still branch A's."""
    things = objects_of_branch_a(world)
    card = f"/members/{things['fellow'].uid}/"
    page = f"/members/transfers/{things['letter'].uid}/"
    assert f'"{card}?' in as_user(world.secretary_a).get(page).content.decode()
    assert card not in as_user(world.secretary_b).get(page).content.decode()


def test_ticks_of_foreign_rows_decide_nothing(world, as_user):
    row = objects_of_branch_a(world)["submission"]
    before = StudySubmission.objects.values_list("state", "version").get(pk=row.pk)
    sent = {"rows": [f"{row.uid}:{row.version}"], "decision": "return", "remark": "请补充"}
    answer = as_user(world.secretary_d).post("/learning/review/", sent)
    assert answer.status_code in (200, 302)
    assert StudySubmission.objects.values_list("state", "version").get(pk=row.pk) == before
    as_user(world.secretary_a).post("/learning/review/", sent)
    assert StudySubmission.objects.get(pk=row.pk).state == "returned", (
        "the same ticks do decide for the branch's own officers"
    )


def test_nobody_opens_accounts_of_another_committee(world):
    chosen = [world.members_a[5]]
    assert open_accounts(by=world.staff_x, members=chosen) == []
    assert len(open_accounts(by=world.staff, members=chosen)) == 1


def test_one_s_own_messages_alone_are_marked_read(world):
    objects_of_branch_a(world)
    unread = Delivery.objects.filter(recipient=world.member_a, channel="inapp", read_at__isnull=True)
    assert unread.exists()
    mark_all_read(by=world.secretary_d)
    assert unread.exists()
    mark_all_read(by=world.member_a)
    assert not unread.exists()


def test_nothing_sealed_is_taken_out_by_who_may_not_open_it(world):
    asked = roster_again(world.officer_a, {}, today_shanghai())
    with pytest.raises(ActionRefused, match="不在您可以查看完整信息的范围内"):
        export_roster(by=world.officer_a, asked=asked, content="full", reason="核对", filters="", ip="")
    own = roster_again(world.secretary_a, {}, today_shanghai())
    assert export_roster(by=world.secretary_a, asked=own, content="full", reason="核对", filters="", ip="")


def test_the_trail_names_nobody_who_has_moved_away(world):
    """The opening was in branch A; the person belongs to another committee now."""
    person = world.members_a[5]
    record_access(
        by=world.secretary_a, action="reveal", field="手机号", reason="核对", ip="", member_uid=person.uid, branch_id=world.branch_a.pk
    )  # fmt: skip
    rows = list(accesses(user=world.staff))
    assert named(world.staff, rows)[0] == {person.uid: person.name}
    Member.objects.filter(pk=person.pk).update(branch=world.branch_x, cell=None)
    assert named(world.staff, list(accesses(user=world.staff))) == (
        {},
        {world.branch_a.pk: world.branch_a.name},
    )


def test_a_branch_is_merged_with_those_that_one_manages(world):
    """The general branch's staff manage A, B and P of it, and not D, which is under the committee itself."""
    beside = neighbours(world)
    offered = set(siblings_within_committee(beside.users["staff_g"], world.branch_a))
    assert offered == {world.branch_b, beside.branch_p}
    assert world.branch_d in set(siblings_within_committee(world.staff, world.branch_a))
