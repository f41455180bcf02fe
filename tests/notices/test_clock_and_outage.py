"""A clock that jumps, days without any round, and people who move while a reminder waits."""

import datetime

import pytest

from branch_portal import due
from branch_portal.dates import local_datetime
from members.models import Member
from notices.actions.due import plan_due_reminders
from notices.actions.sending import send_waiting
from notices.actions.tick import tick
from notices.models import Delivery, ReminderSlot
from tests.notices.factories import NOON, at, plan, slots_of, told
from tests.notices.test_rules import MAY_20, item, owed  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


def test_after_an_outage_the_oldest_is_told_first_and_what_is_over_expires(world, owed):  # noqa: F811
    for days in (1, 2, 3, 4, 5, 6):
        plan(world, anchor=NOON + days * DAY, subject=f"m:{days}", title=f"活动{days}", now=NOON - 5 * DAY)
    tick(ticker="t", now=NOON + 3 * DAY)  # nobody came round for days
    states = {f"m:{days}": {state for _, state in slots_of(f"m:{days}")} for days in range(1, 7)}
    assert [states[f"m:{days}"] for days in (1, 2, 3)] == [{"expired"}] * 3
    assert [states[f"m:{days}"] for days in (4, 5, 6)] == [{"told", "open"}] * 3
    mine = Delivery.objects.filter(recipient=world.member_a, channel="inapp").order_by("slot__due_at")
    assert [row.slot.title for row in mine] == ["活动4", "活动5", "活动6"]
    assert list(ReminderSlot.objects.filter(state="expired", deliveries__isnull=False)) == []


def test_of_several_passed_moments_one_is_told_after_an_outage(world, owed):  # noqa: F811
    owed.append(item(world, MAY_20))
    tick(
        ticker="t", now=local_datetime(MAY_20, datetime.time(8))
    )  # ten and three days before passed meanwhile
    assert told() == ["officer_a", "secretary_a"]


def test_a_clock_that_ran_ahead_and_was_put_right_loses_nothing(world, owed):  # noqa: F811
    plan(world, anchor=NOON + 10 * DAY)
    owed.append(item(world, MAY_20))
    month = datetime.timedelta(days=31)
    tick(ticker="t", now=NOON + month)  # everything expired, the beat is a month ahead
    assert {state for _, state in slots_of("m:1")} == {"expired"}
    assert plan_due_reminders(NOON) is not None  # the beat of the future is no reason to rest
    assert {state for _, state in slots_of("m:1")} == {"open"}
    tick(ticker="t", now=local_datetime(MAY_20 - 3 * DAY, datetime.time(9)))
    assert told() == ["officer_a", "secretary_a"]
    tick(ticker="t", now=NOON + 7 * DAY)
    assert sorted(set(told())) == ["cell_leader_a", "member_a", "officer_a", "secretary_a"]


def test_a_clock_that_goes_back_tells_nobody_again(world, owed):  # noqa: F811
    owed.append(item(world, MAY_20))
    plan(world, anchor=NOON + 2 * DAY)
    tick(ticker="t", now=NOON + 2 * DAY - HOUR)
    before = sorted(Delivery.objects.values_list("pk", flat=True))
    assert before
    for back in (3 * HOUR, DAY, 9 * DAY):
        tick(ticker="t", now=NOON + DAY - back)
        plan(world, anchor=NOON + 2 * DAY, now=NOON + DAY - back)
    tick(ticker="t", now=NOON + 2 * DAY - HOUR)
    told_again = Delivery.objects.filter(channel="inapp").exclude(pk__in=before)
    assert not told_again.exists()


def test_a_clock_that_goes_back_tells_nothing_early(world):
    plan(world, anchor=NOON + 10 * DAY, now=NOON + DAY)
    assert at(NOON - DAY)["told"] == 0
    assert at(NOON + 7 * DAY - MINUTE)["told"] == 0


def test_a_member_who_moved_before_the_moment_is_not_told(world, owed):  # noqa: F811
    note = due.MemberNote((world.member_a.member_id,), "您今年的学时不足", "/learning/")
    owed.append(item(world, datetime.date(2030, 5, 18), members=note))
    plan_due_reminders(NOON - DAY)
    Member.objects.filter(user=world.member_a).update(branch=world.branch_x, cell=None)
    tick(ticker="t", now=NOON)
    assert "member_a" not in told()


def test_a_member_who_moved_between_the_portal_and_the_mail_gets_no_mail(world):
    plan(world, anchor=NOON + 2 * DAY)
    at(NOON)
    Member.objects.filter(user=world.member_a).update(branch=world.branch_x, cell=None)
    send_waiting(lambda: NOON, NOON + MINUTE)
    mail = Delivery.objects.get(channel="email", recipient=world.member_a)
    assert (mail.status, mail.last_error) == ("suppressed", "收件人已不在发送范围，或没有登记邮箱")


def test_who_came_before_the_moment_is_told(world):
    plan(world, anchor=NOON + 2 * DAY, now=NOON - 9 * DAY)
    Member.objects.filter(user=world.member_b).update(branch=world.branch_a)
    at(NOON)
    assert "member_b" in told()
