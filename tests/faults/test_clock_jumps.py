"""F21: a clock that is set forward and back again loses nothing and tells nobody twice."""

import datetime

import pytest
from django.utils import timezone

from branch_portal.celery import app
from branch_portal.celery_pulse import PortalScheduler
from notices.actions.claiming import claim, reap_expired_leases
from notices.models import Delivery, ReminderRule
from tests.harness.mailsink import MailSink
from tests.notices.factories import NOON, at, mail_to, plan, send, told

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def planned(world):
    """A notice that is due at one o'clock, of a meeting at six."""
    ReminderRule.objects.filter(key="meeting_notice").update(offsets_minutes=[300])
    plan(world, anchor=NOON + 6 * HOUR)


@pytest.fixture
def mail(settings):
    sink = MailSink()
    sink.start()
    mail_to(settings, sink)
    yield sink
    sink.stop()


@pytest.mark.fault("F21", "clock two hours or a day off")
def test_forward_and_back_tells_once(planned, mail, measured):
    at(NOON)
    assert told() == []
    at(NOON + 2 * HOUR)  # two hours ahead
    people = told()
    assert people
    for moment in (NOON - 2 * HOUR, NOON, NOON + 2 * HOUR, NOON + 5 * HOUR):
        at(moment)
        send(moment)
    assert told() == people
    assert len(mail.mails) == 1
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
    measured("two hours ahead and back: none early by the clock, each told once")


@pytest.mark.fault("F21", "clock two hours or a day off")
def test_what_a_dead_worker_held_when_the_clock_went_back_is_late_by_the_jump_and_not_lost(
    planned, mail, measured
):
    ahead = NOON + 3 * HOUR
    at(ahead)
    [parcel] = claim("email", ahead, 20)
    assert parcel.rows
    assert reap_expired_leases(NOON) == 0
    assert send(NOON + HOUR) == {}
    later = ahead + datetime.timedelta(minutes=3)
    assert reap_expired_leases(later) == 1
    assert send(later) == {"email_sent": 1}
    assert len(mail.mails) == 1
    measured("held by a dead worker when the clock went back: late by the jump, sent once")


@pytest.mark.fault("F21", "clock two hours or a day off")
def test_beat_goes_on_when_the_clock_is_set_back(tmp_path, db, measured):
    """Celery's own scheduler would sleep until the old time comes again."""
    scheduler = PortalScheduler(app, schedule_filename=str(tmp_path / "beat"))
    try:
        for entry in scheduler.schedule.values():
            entry.last_run_at = timezone.now() + 2 * HOUR
        wait = scheduler.tick()
        assert 0 < wait <= 2
        assert all(entry.last_run_at <= timezone.now() for entry in scheduler.schedule.values())
        measured(f"beat set back by two hours goes on after {wait:.1f} s")
    finally:
        scheduler.close()
