"""The outbox' own alarms and figures, with the clock in the test's hand."""

import datetime

import pytest

from branch_portal.models import TickerBeat
from notices.models import Delivery, ReminderRule, ReminderSlot
from notices.queries.health import outbox
from tests.notices.factories import NOON, at, plan


def ago(**parts) -> datetime.datetime:
    return NOON - datetime.timedelta(**parts)


@pytest.fixture
def told(world):
    """A notice to branch A, told at noon: ten messages in the portal and one mail that waits."""
    TickerBeat.objects.create(ticker="notices.tick@timer", beat_at=NOON)
    _, *others = plan(world, anchor=NOON + datetime.timedelta(minutes=90))
    ReminderSlot.objects.filter(pk__in=[other.pk for other in others]).delete()
    ReminderSlot.objects.update(due_at=ago(seconds=30), created_at=ago(hours=5))
    assert at(NOON)["told"] == 1
    Delivery.objects.update(created_at=NOON)


def alarms() -> list[str]:
    return [alarm.key for alarm in outbox(NOON).alarms]


def figures() -> dict[tuple, float | None]:
    return {
        (figure.key, *(value for _, value in figure.labels)): figure.value for figure in outbox(NOON).figures
    }


def mail(**fields) -> None:
    assert Delivery.objects.filter(channel="email").update(**fields) == 1


def test_figures_of_a_quiet_hour(told):
    found = figures()
    assert alarms() == []
    assert found["portal_told_hour",] == Delivery.objects.filter(channel="inapp").count()
    assert (found["portal_lateness_seconds", "0.5"], found["portal_lateness_seconds", "1"]) == (30, 30)
    assert found["portal_deliveries_due", "email"] == 1
    assert found["portal_ticker_age_seconds", "notices.tick@timer"] == 0
    assert found["portal_ticker_age_seconds", "notices.tick@worker"] is None


def test_lateness_does_not_count_from_before_a_reminder_was_planned(told):
    ReminderSlot.objects.update(created_at=ago(seconds=4))
    assert figures()["portal_lateness_seconds", "1"] == 4


@pytest.mark.parametrize(("seconds", "raised"), [(179, []), (181, ["tick_silent"])])
def test_rounds_that_stop_are_seen_after_three_minutes(told, seconds, raised):
    TickerBeat.objects.update(beat_at=ago(seconds=seconds))
    assert alarms() == raised


def test_one_of_two_tickers_is_enough(told):
    TickerBeat.objects.create(ticker="notices.tick@worker", beat_at=ago(hours=1))
    assert alarms() == []


@pytest.mark.parametrize(("minutes", "raised"), [(9, []), (11, ["tick_silent"])])
def test_a_reminder_that_was_not_told(told, minutes, raised):
    ReminderSlot.objects.update(state="open", due_at=ago(minutes=minutes))
    assert alarms() == raised


def test_a_rule_that_is_switched_off_owes_nothing(told):
    ReminderSlot.objects.update(state="open", due_at=ago(hours=1))
    ReminderRule.objects.update(enabled=False)
    assert alarms() == []


@pytest.mark.parametrize(("minutes", "raised"), [(9, []), (11, ["mail_late"])])
def test_mail_that_waits_longer_than_ten_minutes(told, minutes, raised):
    mail(next_at=ago(minutes=minutes), created_at=ago(hours=1))
    assert alarms() == raised


def test_a_meeting_of_tomorrow_announced_just_now_is_no_alarm(told, world):
    """Its reminder of three days before and its mail bear times that passed before anybody wrote them."""
    plan(world, anchor=NOON + datetime.timedelta(days=1), subject="m:2", now=NOON)
    ReminderSlot.objects.filter(subject="m:2").update(created_at=ago(seconds=20))
    assert ReminderSlot.objects.open().filter(due_at__lt=ago(days=1)).exists()
    assert alarms() == []
    at(NOON)
    Delivery.objects.filter(slot__subject="m:2").update(created_at=ago(seconds=5))
    assert Delivery.objects.filter(status="pending", next_at__lt=ago(days=1)).exists()
    assert alarms() == []


def test_a_server_that_takes_nothing_and_one_that_takes_other_mail(told):
    mail(attempts=3, next_at=NOON + datetime.timedelta(minutes=4))
    [alarm] = outbox(NOON).alarms
    assert alarm.key == "mail_failing"
    assert alarm.words == "电子邮件发不出去：十分钟内没有一条成功，1 条在反复重试。"
    # One address that is refused for now is no broken server while other mail goes out.
    first = Delivery.objects.filter(channel="email").get()
    Delivery.objects.create(
        slot=first.slot,
        recipient_id=_somebody(first),
        branch=first.branch,
        channel="email",
        status="sent",
        sent_at=ago(minutes=2),
    )
    Delivery.objects.filter(status="sent", channel="email").update(created_at=ago(minutes=3))
    assert alarms() == []


def _somebody(delivery) -> int:
    return Delivery.objects.exclude(recipient=delivery.recipient).first().recipient_id


def test_mail_that_waits_for_the_morning_is_no_alarm(told):
    mail(attempts=3, next_at=NOON + datetime.timedelta(hours=9))
    assert alarms() == []


def test_mail_that_was_given_up_is_told_for_a_day(told):
    mail(status="dead", next_at=None)
    assert alarms() == ["mail_dead"]
    Delivery.objects.update(created_at=ago(hours=25))
    assert alarms() == []
