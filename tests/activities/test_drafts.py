"""Drafts: no attendance, offered to be taken up, thrown away when nobody was told."""

import re

import pytest

from activities.actions.signin import keep_sheet, open_sign_in, sign_in
from activities.models import ActivityRecord, Gathering, GatheringBranch, RollEntry
from activities.queries.eligibility import eligible_members
from activities.queries.rolls import attendance_of
from branch_portal.dates import today_shanghai
from tests.activities import factories as life

pytestmark = pytest.mark.django_db


def test_a_draft_is_no_attendance(world):
    life.record(world.secretary_a, world.branch_a, signed=False)
    assert attendance_of(world.secretary_a, world.members_a[0]) == []
    life.record(world.secretary_a, world.branch_a)
    assert len(attendance_of(world.secretary_a, world.members_a[0])) == 1


def test_a_new_form_leads_to_the_draft_that_was_begun(world, as_user):
    draft = life.record(world.secretary_a, world.branch_a, signed=False, theme="写了一半")
    client = as_user(world.secretary_a)
    link = f"/activities/records/{draft.uid}/edit/"
    assert link in client.get("/activities/new/theme_day/").content.decode()
    assert link not in client.get("/activities/new/party_lecture/").content.decode()


def test_a_draft_is_thrown_away_with_all_that_hangs_on_it(world, as_user):
    draft = life.record(world.secretary_a, world.branch_a, signed=False)
    client = as_user(world.secretary_a)
    url = f"/activities/records/{draft.uid}/"
    assert f"{url}discard/" in client.get(url).content.decode()
    assert client.post(f"{url}discard/").headers["Location"] == "/activities/"
    left = [model.objects.count() for model in (ActivityRecord, RollEntry, GatheringBranch, Gathering)]
    assert left == [0, 0, 0, 0]


def test_a_saved_record_is_not_thrown_away(world, as_user):
    record = life.record(world.secretary_a, world.branch_a)
    client = as_user(world.secretary_a)
    url = f"/activities/records/{record.uid}/"
    assert f"{url}discard/" not in client.get(url).content.decode()
    assert client.post(f"{url}discard/").headers["Location"] == url
    assert ActivityRecord.objects.get().state == "recorded"


def test_only_who_may_confirm_is_sent_to_confirm(world, as_user):
    life.record(world.cell_leader_a, world.branch_a, "cell_meeting", cell=world.cell_a1)
    assert "去确认" in as_user(world.secretary_a).get("/").content.decode()
    assert "去确认" not in as_user(world.cell_leader_a).get("/").content.decode()


def test_another_cell_brings_its_own_roll_and_chair(world, as_user):
    client = as_user(world.secretary_a)
    answer = client.get("/activities/roll/cell_meeting/", {"cell": world.cell_a2.uid.hex})
    people = eligible_members(
        kind="cell_meeting", branch=world.branch_a, day=today_shanghai(), cell=world.cell_a2
    )
    html = answer.content.decode()
    assert [f"status_{person.uid}" in html for person in people] == [True] * len(people)
    assert re.search(r'data-chair="([^"]*)"', html).group(1) in {"", *(person.uid for person in people)}


def test_a_printed_sheet_and_an_open_sign_in_go_with_the_draft(world, as_user):
    draft = life.record(world.secretary_a, world.branch_a, signed=False)
    keep_sheet(by=world.secretary_a, share=draft.share)
    opening = open_sign_in(by=world.secretary_a, share=draft.share)
    client = as_user(world.secretary_a)
    assert client.post(f"/activities/records/{draft.uid}/discard/").status_code == 302
    assert not Gathering.objects.exists()
    draft = life.record(world.secretary_a, world.branch_a, signed=False)
    opening = open_sign_in(by=world.secretary_a, share=draft.share)
    sign_in(by=world.secretary_a, opening=opening)
    assert client.post(f"/activities/records/{draft.uid}/discard/").status_code == 302
    assert Gathering.objects.exists()  # somebody has said something about it
