"""Telling: never early, each person once, and only those who are meant when the moment has come."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Member
from notices.models import Delivery, ReminderRule, ReminderSlot
from tests import factories as make
from tests.notices.factories import NOON, at, plan, slots_of, told

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
ACCOUNTS_A = ["cell_leader_a", "member_a", "officer_a", "secretary_a"]


def tell(world, audience, **fields) -> list[str]:
    plan(world, anchor=NOON + DAY, audience=audience, **fields)
    at(NOON)
    return told()


def test_never_early(world):
    plan(world, anchor=NOON + 10 * DAY)
    at(NOON + 7 * DAY - SECOND)
    assert told() == []
    at(NOON + 7 * DAY)
    assert told() == ACCOUNTS_A


def test_a_round_more_tells_nobody_twice(world):
    plan(world, anchor=NOON + 2 * DAY)
    assert [at(NOON)["deliveries"], at(NOON)["deliveries"], at(NOON + SECOND)["deliveries"]] == [5, 0, 0]
    assert (told(), told("email")) == (ACCOUNTS_A, ["member_a"])


def test_many_small_ones_go_in_few_transactions(world):
    plan(world, anchor=NOON + 2 * DAY)
    slot = ReminderSlot.objects.earliest("due_at")
    ReminderSlot.objects.exclude(pk=slot.pk).delete()
    for number in range(139):
        slot.pk, slot.uid, slot.subject = None, uuid.uuid4(), f"m:{number + 2}"
        slot.save(force_insert=True)
    with CaptureQueriesContext(connection) as asked:
        seen = at(NOON)
    assert (seen["told"], told().count("member_a")) == (140, 140)
    claims = [each for each in asked.captured_queries if "SKIP LOCKED" in each["sql"]]
    assert len(claims) == 4  # of 20, 100, 20 and none


def test_a_slot_opened_by_hand_tells_nobody_twice(world):
    plan(world, anchor=NOON + 2 * DAY)
    at(NOON)
    ReminderSlot.objects.filter(state="told").update(state="open")
    assert at(NOON)["deliveries"] == 0


def test_a_cancelled_reminder_is_never_told(world):
    plan(world, anchor=NOON + 2 * DAY)
    ReminderSlot.objects.update(state="cancelled")
    at(NOON + DAY)
    assert told() == []


def test_a_moved_meeting_is_not_told_for_its_old_time(world):
    plan(world, anchor=NOON + 4 * DAY)
    plan(world, anchor=NOON + 20 * DAY)
    at(NOON + 2 * DAY)
    assert told() == []


def test_what_is_over_expires_untold(world):
    plan(world, anchor=NOON + DAY)
    assert at(NOON + DAY) == {"told": 0, "expired": 2, "deliveries": 0}
    assert slots_of("m:1") == [
        (NOON - 2 * DAY, "expired"),
        (NOON + DAY - datetime.timedelta(hours=1), "expired"),
    ]


def test_a_rule_that_is_switched_off_tells_nothing_and_expires(world):
    plan(world, anchor=NOON + DAY)
    ReminderRule.objects.filter(key="meeting_notice").update(enabled=False)
    assert at(NOON) == {"told": 0, "expired": 0, "deliveries": 0}
    assert at(NOON + DAY)["expired"] == 2


def test_branch_members_are_those_of_the_moment(world):
    plan(world, anchor=NOON + DAY)
    Member.objects.filter(user__username="officer_a").update(branch=world.branch_b, cell=None)
    Member.objects.filter(user__username="cell_leader_a").update(standing="suspended")
    member = Member.objects.get(user__username="member_a").user
    member.is_active = False
    member.save()
    at(NOON)
    assert told() == ["secretary_a"]


def test_cell_members(world):
    audience = {"kind": "cell_members", "organization": world.cell_a1.pk}
    assert tell(world, audience) == ACCOUNTS_A


def test_officers_of_a_branch_are_its_posts_and_grants(world):
    make.grant(world.secretary_d, "branch_officer", world.branch_a)
    make.grant(world.secretary_x, "branch_officer", world.branch_a, until=datetime.date(2030, 5, 14))
    assert tell(world, {"kind": "branch_officers", "organization": world.branch_a.pk}) == [
        "officer_a",
        "secretary_a",
        "secretary_d",
    ]


def test_officers_of_a_cell_are_its_leader_and_the_branch(world):
    audience = {"kind": "branch_officers", "organization": world.cell_a1.pk}
    assert tell(world, audience) == ["cell_leader_a", "officer_a", "secretary_a"]


def test_the_committee_is_without_cell_leaders(world):
    audience = {"kind": "committee_members", "organization": world.branch_a.pk}
    assert tell(world, audience) == ["officer_a", "secretary_a"]


def test_named_people_only_as_far_as_they_belong(world):
    ids = [world.member_a.member_id, world.member_b.member_id]
    assert tell(world, {"kind": "members", "ids": ids}) == ["member_a"]


def test_an_unknown_audience_is_nobody(world):
    assert tell(world, {"kind": "everybody"}) == []


def test_mail_only_where_rule_and_address_allow(world):
    ReminderRule.objects.filter(key="meeting_notice").update(email=False)
    plan(world, anchor=NOON + DAY)
    at(NOON)
    assert told("email") == []


def test_mail_keeps_quiet_at_night_unless_urgent(world):
    night = NOON.replace(hour=14)  # 22:00 in Shanghai
    daily = (NOON + DAY).replace(hour=1, minute=30)  # 09:30, the mail of the day
    for rule_key in ("meeting_notice", "theme_day_next"):
        plan(world, anchor=NOON + 2 * DAY, subject=rule_key, rule_key=rule_key, now=night)
    at(night)
    waiting = dict(Delivery.objects.filter(channel="email").values_list("slot__subject", "next_at"))
    assert waiting["meeting_notice"] <= night and waiting["theme_day_next"] == daily
    assert Delivery.objects.filter(channel="inapp", sent_at=night).count() == 8
