"""Planning and cancelling: which slots stand after each change of the business row."""

import datetime

import pytest

from notices.actions.slots import cancel_reminders, plan_reminders
from notices.models import ReminderSlot
from tests.notices.factories import NOON, at, plan, slots_of

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


@pytest.mark.django_db
def test_one_slot_per_offset_of_the_rule(world):
    plan(world, anchor=NOON + 10 * DAY)
    assert slots_of("m:1") == [(NOON + 7 * DAY, "open"), (NOON + 10 * DAY - HOUR, "open")]


def test_planning_twice_changes_nothing(world):
    plan(world, anchor=NOON + 10 * DAY)
    before = list(ReminderSlot.objects.order_by("pk").values_list("pk", "due_key", "state"))
    plan(world, anchor=NOON + 10 * DAY)
    assert list(ReminderSlot.objects.order_by("pk").values_list("pk", "due_key", "state")) == before


def test_planning_again_renews_the_words_of_what_is_not_told(world):
    plan(world, anchor=NOON + 10 * DAY, body="地点：一楼。")
    plan(world, anchor=NOON + 10 * DAY, body="地点：二楼。")
    assert set(ReminderSlot.objects.values_list("body", flat=True)) == {"地点：二楼。"}


def test_a_moved_meeting_leaves_no_slot_of_the_old_time(world):
    plan(world, anchor=NOON + 10 * DAY)
    plan(world, anchor=NOON + 20 * DAY)
    assert slots_of("m:1") == [
        (NOON + 7 * DAY, "cancelled"),
        (NOON + 10 * DAY - HOUR, "cancelled"),
        (NOON + 17 * DAY, "open"),
        (NOON + 20 * DAY - HOUR, "open"),
    ]


def test_a_moment_that_has_passed_is_told_at_once_but_only_the_latest(world):
    plan(world, anchor=NOON + HOUR / 2)
    assert slots_of("m:1") == [(NOON - HOUR / 2, "open")]


def test_nothing_is_planned_for_what_is_over(world):
    plan(world, anchor=NOON - HOUR)
    assert slots_of("m:1") == []


def test_moving_back_to_a_time_that_nobody_was_told_of_opens_the_same_slot(world):
    plan(world, anchor=NOON + 10 * DAY)
    plan(world, anchor=NOON + 20 * DAY)
    plan(world, anchor=NOON + 10 * DAY)
    assert slots_of("m:1", state="open") == [(NOON + 7 * DAY, "open"), (NOON + 10 * DAY - HOUR, "open")]
    assert ReminderSlot.objects.count() == 4


def test_a_time_that_was_told_cancelled_and_set_again_is_told_again(world):
    plan(world, anchor=NOON + 2 * DAY)
    at(NOON)
    cancel_reminders(by=world.secretary_a, subject="m:1")
    plan(world, anchor=NOON + 2 * DAY)
    assert slots_of("m:1", state="open") == [(NOON - DAY, "open"), (NOON + 2 * DAY - HOUR, "open")]


def test_cancelling_says_how_many_were_open(world):
    plan(world, anchor=NOON + 10 * DAY)
    assert cancel_reminders(by=world.secretary_a, subject="m:1") == 2
    assert slots_of("m:1", state="open") == []
    assert cancel_reminders(by=world.secretary_a, subject="m:1") == 0


def test_other_subjects_are_left_alone(world):
    plan(world, anchor=NOON + 10 * DAY)
    plan(world, anchor=NOON + 10 * DAY, subject="m:2")
    cancel_reminders(by=world.secretary_a, subject="m:1")
    assert len(slots_of("m:2", state="open")) == 2


def test_the_answer_is_the_slots_of_this_time(world):
    plan(world, anchor=NOON + 20 * DAY)
    slots = plan_reminders(
        by=world.secretary_a,
        rule_key="meeting_notice",
        subject="m:1",
        organization=world.branch_a,
        anchor=NOON + 10 * DAY,
        not_after=NOON + 10 * DAY,
        audience={"kind": "branch_members", "organization": world.branch_a.pk},
        title="主题党日",
        body="",
        link="/",
        now=NOON,
    )
    assert [(slot.due_at, slot.state) for slot in slots] == [
        (NOON + 7 * DAY, "open"),
        (NOON + 10 * DAY - HOUR, "open"),
    ]
