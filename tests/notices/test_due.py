"""What is owed becomes reminders of the officers, and stops being one when it is done."""

import datetime
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branch_portal import due
from branch_portal.dates import local_datetime
from branch_portal.models import TickerBeat
from members.models import User
from notices.actions.due import EVERY, plan_due_reminders
from notices.actions.tick import tick
from notices.models import Delivery, ReminderSlot
from tests import factories as make
from tests.notices.factories import slots_of, told

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2030, 5, 15)
NOON = local_datetime(TODAY, datetime.time(12))
DAY = datetime.timedelta(days=1)


@pytest.fixture
def owed(world, monkeypatch):
    """The list of things owed; the providers of the apps are silent meanwhile."""
    items: list[due.DueItem] = []
    monkeypatch.setattr(due, "_providers", [lambda *, branches, day: list(items)])
    return items


def meeting(world, *, days: int, rule_key="committee_meeting_due", due_key="2030-05") -> due.DueItem:
    return due.DueItem(
        rule_key=rule_key,
        subject=f"branch:{world.branch_a.pk}",
        due_key=due_key,
        organization_id=world.branch_a.pk,
        organization_name="清源村第一党支部",
        title="5月支部委员会会议",
        due_on=TODAY + days * DAY,
        clause="支部工作条例第十二条",
        url="/activities/new/committee_meeting/",
    )


def of(world, **kwargs):
    return slots_of(f"branch:{world.branch_a.pk}", **kwargs)


def test_officers_are_told_when_the_offset_has_come(world, owed):
    owed.append(meeting(world, days=4))
    tick(ticker="t", now=NOON)
    assert told() == ["officer_a", "secretary_a"]
    slot = ReminderSlot.objects.get(state="told")
    assert (slot.title, slot.body, slot.link) == (
        "5月支部委员会会议",
        "清源村第一党支部；截止5月19日；依据：支部工作条例第十二条。",
        "/activities/new/committee_meeting/",
    )


def test_only_the_next_two_days_are_planned(world, owed):
    owed.append(meeting(world, days=13))
    plan_due_reminders(NOON)
    assert of(world) == []
    owed[0] = meeting(world, days=12)
    plan_due_reminders(NOON + EVERY)
    assert of(world) == [(local_datetime(TODAY + 2 * DAY, datetime.time(9)), "open")]


def test_rounds_in_between_look_at_nothing(world, owed):
    owed.append(meeting(world, days=4))
    assert plan_due_reminders(NOON) == 2
    assert plan_due_reminders(NOON + EVERY / 2) == 0  # a reminder is due: look again, change nothing
    tick(ticker="t", now=NOON + EVERY / 2)
    assert plan_due_reminders(NOON + EVERY) is None
    assert TickerBeat.objects.get(ticker="notices.due").beat_at == NOON + EVERY / 2


def test_what_was_done_a_moment_ago_is_not_told(world, owed):
    owed.append(meeting(world, days=4))
    plan_due_reminders(NOON)
    owed.clear()
    tick(ticker="t", now=NOON + EVERY / 10)
    assert (told(), {state for _, state in of(world)}) == ([], {"cancelled"})


def test_what_is_done_between_portal_and_mail_of_the_day_is_not_mailed(world, owed):
    User.objects.filter(pk=world.officer_a.pk).update(email="o@example.test")
    owed.append(meeting(world, days=4))
    tick(ticker="t", now=NOON)
    waiting = Delivery.objects.get(channel="email", recipient=world.officer_a)
    assert (waiting.status, waiting.daily) == ("pending", True)
    plan_due_reminders(NOON + EVERY)
    waiting.refresh_from_db()
    assert waiting.status == "pending"  # still owed
    owed.clear()
    tick(ticker="t", now=NOON + 2 * EVERY)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.last_error) == ("cancelled", "事情已办理或有变动，未发送")
    assert told() == ["officer_a", "secretary_a"]  # the inbox stays as it was told


def test_a_member_who_is_no_longer_concerned_gets_no_mail(world, owed):
    ids = (world.member_a.member_id, world.officer_a.member_id)
    thing = replace(meeting(world, days=4), members=due.MemberNote(ids, "您今年的学时还没有达到要求", "/"))
    owed.append(thing)
    tick(ticker="t", now=NOON)
    owed[0] = replace(thing, members=due.MemberNote(ids[1:], "您今年的学时还没有达到要求", "/"))
    plan_due_reminders(NOON + EVERY)
    mine = Delivery.objects.get(channel="email", recipient=world.member_a)
    assert mine.status == "cancelled"


def test_the_same_thing_is_told_once_however_often_it_is_owed(world, owed):
    owed.append(meeting(world, days=2))
    tick(ticker="t", now=NOON)
    tick(ticker="t", now=NOON + DAY)
    owed.clear()
    tick(ticker="t", now=NOON + 2 * EVERY + DAY)
    owed.append(meeting(world, days=2))
    tick(ticker="t", now=NOON + 4 * EVERY + DAY)
    assert told() == ["officer_a", "secretary_a"]


def test_a_late_record_is_reminded_after_its_day(world, owed):
    owed.append(meeting(world, days=-8, rule_key="record_overdue", due_key="r1"))
    tick(ticker="t", now=NOON)
    assert of(world) == [(local_datetime(TODAY - DAY, datetime.time(9)), "told")]


def test_an_unknown_rule_is_left_out_and_the_rest_goes_on(world, owed):
    owed.extend([meeting(world, days=4, rule_key="nobody_knows"), meeting(world, days=4)])
    tick(ticker="t", now=NOON)
    assert told() == ["officer_a", "secretary_a"]


def test_a_provider_that_fails_stops_no_other_reminder(world, monkeypatch, owed):
    owed.append(meeting(world, days=4))
    plan_due_reminders(NOON)
    monkeypatch.setattr(due, "_providers", [lambda *, branches, day: 1 / 0])
    counts = tick(ticker="t", now=NOON + EVERY)
    assert (counts["planned"], counts["told"]) == (0, 1)
    assert TickerBeat.objects.get(ticker="t").beat_at == NOON + EVERY


def test_looking_at_what_is_owed_costs_as_many_queries_however_many_branches(
    world, django_assert_num_queries
):
    """Every provider of every app, on a day on which the officers of all branches are reminded."""
    end_of_quarter = local_datetime(datetime.date(2030, 6, 27), datetime.time(12))
    plan_due_reminders(end_of_quarter)
    with CaptureQueriesContext(connection) as few:
        plan_due_reminders(end_of_quarter + EVERY)
    for number in range(8):
        make.organization(parent=world.committee, name=f"清源村第{number + 10}党支部")
    plan_due_reminders(end_of_quarter + 2 * EVERY)
    before = ReminderSlot.objects.count()
    with django_assert_num_queries(len(few)):
        plan_due_reminders(end_of_quarter + 3 * EVERY)
    assert before > 8
