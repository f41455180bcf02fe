"""One mail a day: what is not news of a meeting is collected; nobody gets a second one, whatever comes in between."""

import collections
import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from branch_portal.dates import local_datetime, today_shanghai
from notices.actions.claiming import LEASE, claim, reap_expired_leases
from notices.actions.marking import mark_sent
from notices.actions.preferences import set_preference
from notices.actions.slots import cancel_reminders
from notices.models import DailyMail, Delivery, ReminderRule
from notices.rules.timing import DAILY_AT, next_daily
from tests import factories as make
from tests.notices.factories import NOON, at, plan, send

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
DAILY = (NOON + DAY).replace(hour=1, minute=30)  # half past nine in Shanghai, the next morning
RULES = ("theme_day_next", "cell_meeting_due", "record_overdue")


def tell(world, *rule_keys, moment=NOON, for_days=9, subject="d") -> None:
    """Reminders that are due at this moment and stay useful for some days."""
    for index, rule_key in enumerate(rule_keys):
        ReminderRule.objects.filter(key=rule_key).update(offsets_minutes=[0])
        plan(
            world,
            anchor=moment,
            subject=f"{subject}:{index}",
            rule_key=rule_key,
            title=f"提醒{index}",
            now=moment,
            not_after=moment + for_days * DAY,
        )
    at(moment)


def mails() -> list[tuple]:
    return sorted(Delivery.objects.filter(channel="email").values_list("status", "attempts", "last_error"))


def test_what_is_told_during_a_day_is_one_mail_the_next_morning(world, mail):
    tell(world, *RULES)
    assert send(NOON + MINUTE) == {}
    assert send(DAILY) == {"email_sent": 3}
    (one,) = mail.mails
    assert one.subject.strip() == "【支部工作门户】3 条提醒"
    assert [f"提醒{index}" in one.text for index in range(3)] == [True] * 3
    ended = set(Delivery.objects.filter(channel="email").values_list("status", "provider_id", "sent_at"))
    assert ended == {("sent", str(one.message["Message-ID"]), DAILY)}
    assert Delivery.objects.filter(channel="inapp", recipient=world.member_a).count() == 3


def test_a_single_one_is_sent_as_itself(world, mail):
    tell(world, "theme_day_next")
    send(DAILY)
    assert mail.mails[0].subject.strip() == "【支部工作门户】提醒0"


def test_news_of_a_meeting_goes_at_once_and_beside_it(world, mail):
    tell(world, "theme_day_next")
    send(DAILY)
    plan(world, anchor=DAILY + DAY, subject="m", now=DAILY)
    plan(world, anchor=DAILY + DAY, subject="n", now=DAILY)
    at(DAILY)
    assert (send(DAILY), len(mail.mails)) == ({"email_sent": 2}, 3)


def test_the_second_of_a_day_waits_for_the_next(world, mail):
    tell(world, "theme_day_next")
    send(DAILY)
    Delivery.objects.filter(channel="email").update(status="pending", sent_at=None, next_at=DAILY)
    assert send(DAILY + MINUTE) == {}
    assert Delivery.objects.get(channel="email").next_at == DAILY + DAY
    assert send(DAILY + DAY) == {"email_sent": 1}
    assert len(mail.mails) == 2


def test_what_would_come_too_late_goes_at_once_and_takes_the_rest_of_what_is_due(world, mail):
    ReminderRule.objects.filter(key="theme_day_next").update(offsets_minutes=[0])
    plan(world, anchor=NOON, rule_key="theme_day_next", now=NOON, not_after=NOON + DAY / 2)
    at(NOON)
    assert send(NOON) == {"email_sent": 1}
    tell(world, "cell_meeting_due", moment=NOON + MINUTE)
    assert send(NOON + 2 * MINUTE) == {}
    assert send(DAILY) == {"email_sent": 1}


def test_whoever_wants_no_daily_mail_gets_meetings_only(world, mail):
    set_preference(by=world.member_a, email=True, daily=False, muted=[])
    tell(world, *RULES)
    plan(world, anchor=NOON + DAY)
    at(NOON)
    assert list(Delivery.objects.filter(channel="email").values_list("slot__rule__key", flat=True)) == [
        "meeting_notice"
    ]
    assert Delivery.objects.filter(channel="inapp", recipient=world.member_a).count() == 4


@pytest.mark.parametrize(
    "wish",
    [
        {"email": False, "daily": True, "muted": []},
        {"email": True, "daily": False, "muted": []},
        {"email": True, "daily": True, "muted": ["duties"]},
    ],
)
def test_a_wish_changed_meanwhile_counts_at_sending(world, mail, wish):
    tell(world, "theme_day_next")
    set_preference(by=world.member_a, **wish)
    assert send(DAILY) == {"email_suppressed": 1}
    assert mails() == [("suppressed", 1, "收件人已关闭这类邮件")]
    set_preference(by=world.member_a, email=True, daily=True, muted=[])
    tell(world, "cell_meeting_due", moment=DAILY, subject="e")
    assert send(DAILY) == {"email_sent": 1}  # the day that nothing was sent on is still open


def test_muted_groups_make_no_mail(world, mail):
    set_preference(by=world.member_a, email=True, daily=True, muted=["meetings"])
    plan(world, anchor=NOON + DAY)
    tell(world, "theme_day_next")
    assert list(Delivery.objects.filter(channel="email").values_list("slot__rule__key", flat=True)) == [
        "theme_day_next"
    ]


def test_a_cancelled_one_is_left_out_of_the_mail(world, mail):
    tell(world, *RULES)
    cancel_reminders(by=world.secretary_a, subject="d:1")
    assert send(DAILY) == {"email_sent": 2}
    assert "提醒1" not in mail.mails[0].text


def test_a_refusal_for_now_is_tried_again_as_the_same_mail(world, mail):
    tell(world, *RULES)
    mail.answer = "451 later"
    assert send(DAILY) == {"email_pending": 3}
    mail.answer = ""
    assert send(DAILY + MINUTE) == {"email_sent": 3}
    assert set(Delivery.objects.filter(channel="email").values_list("attempts", flat=True)) == {2}


def test_two_workers_at_once_open_one_day(world, mail):
    tell(world, *RULES)
    (parcel,) = claim("email", DAILY, 20)
    tell(world, "lecture_due", moment=DAILY, subject="late")
    assert claim("email", DAILY, 20) == []  # what came meanwhile waits for the day's mail to end
    mark_sent(parcel, "id", DAILY)
    assert send(DAILY + MINUTE) == {}
    assert Delivery.objects.get(slot__subject="late:0", channel="email").next_at == DAILY + DAY


def test_a_dead_worker_s_mail_is_taken_over_whole(world, mail):
    tell(world, *RULES)
    (lost,) = claim("email", DAILY, 20)
    later = DAILY + LEASE + MINUTE
    assert reap_expired_leases(later) == 3
    assert send(later) == {"email_sent": 3}
    assert (len(mail.mails), mark_sent(lost, "x", later)) == (1, 0)
    assert DailyMail.objects.get().attempts == 2


def test_each_person_has_a_mail_of_the_own(world, mail):
    more = [
        make.user(f"more{index}", member=make.member(world.branch_a), email=f"more{index}@demo.example")
        for index in range(3)
    ]
    tell(world, *RULES)
    assert send(DAILY) == {"email_sent": 12}
    reached = sorted(one.recipients[0] for one in mail.mails)
    assert reached == sorted([world.member_a.email, *(user.email for user in more)])


@given(st.datetimes(datetime.datetime(2026, 1, 1), datetime.datetime(2032, 1, 1)))
def test_the_next_daily_mail_is_at_its_hour_and_within_a_day(naive):
    moment = naive.replace(tzinfo=datetime.UTC)
    then = next_daily(moment)
    assert datetime.timedelta(0) <= then - moment < DAY
    assert then == local_datetime(then.astimezone(local_datetime(naive.date()).tzinfo).date(), DAILY_AT)


HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from([*RULES, "meeting_notice"]),
        st.integers(0, 4 * 24 * 60),  # minutes after noon when it is due
        st.integers(1, 3 * 24 * 60),  # minutes that it stays useful
        st.booleans(),  # urgent
    ),
    min_size=1,
    max_size=12,
)


@hypothesis_settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    happenings=HAPPENINGS, answers=st.lists(st.sampled_from(["", "", "451 later"]), min_size=1, max_size=5)
)
def test_whatever_falls_due_at_most_one_mail_a_day_beside_meetings(world, mail, happenings, answers):
    """A round every three hours for six days, on a server that now and then wants it later."""
    with transaction.atomic():
        mail.mails.clear()
        for index, (rule_key, after, useful, urgent) in enumerate(happenings):
            due = NOON + after * MINUTE
            ReminderRule.objects.filter(key=rule_key).update(offsets_minutes=[0], urgent=urgent)
            plan(
                world,
                anchor=due,
                subject=f"h:{index}",
                rule_key=rule_key,
                title=rule_key,
                now=NOON,
                not_after=due + useful * MINUTE,
            )
        sent_by_day: collections.Counter = collections.Counter()
        for step in range(6 * 8):
            moment = NOON + step * 180 * MINUTE
            mail.answer = answers[step % len(answers)]
            before = len(mail.mails)
            at(moment)
            send(moment)
            daily = [one for one in mail.mails[before:] if "meeting_notice" not in one.subject]
            sent_by_day[today_shanghai(moment)] += len(daily)
        assert max(sent_by_day.values()) <= 1
        assert not Delivery.objects.filter(status__in=["pending", "sending"]).exists()
        transaction.set_rollback(True)
