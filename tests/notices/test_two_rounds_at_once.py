"""Two tickers at the same moment, in threads with connections of their own: nobody is told twice, nothing waits."""

import threading

import pytest
from django.db import connection

from notices.actions.tick import tick
from notices.models import Delivery, ReminderSlot
from tests.faults.people import address, plan_for
from tests.harness.mailsink import MailSink

PEOPLE = 30


@pytest.fixture
def sink(settings):
    server = MailSink()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, port = server.url.removeprefix("smtp://").split(":")
    settings.EMAIL_PORT = int(port)
    yield server
    server.stop()


def test_everybody_once(committed_db, sink):
    plan_for(PEOPLE, in_seconds=0)
    start = threading.Barrier(3)
    failures: list[BaseException] = []

    def one_round(name: str) -> None:
        try:
            start.wait(10)
            tick(ticker=name)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    rounds = [threading.Thread(target=one_round, args=[f"round{number}"]) for number in range(3)]
    for thread in rounds:
        thread.start()
    for thread in rounds:
        thread.join(50)
    assert failures == []
    # The rounds also plan what branches owe by the calendar; nothing of it is left open either.
    assert set(ReminderSlot.objects.values_list("state", flat=True)) == {"told"}
    for channel in ("inapp", "email"):
        reached = Delivery.objects.filter(channel=channel, status="sent").values_list(
            "recipient__email", flat=True
        )
        assert sorted(reached) == sorted(address(index) for index in range(PEOPLE))
    assert sorted(mail.recipients[0] for mail in sink.mails) == sorted(
        address(index) for index in range(PEOPLE)
    )
