"""Mail: claimed with a lease, looked at again, sent outside transactions, marked with a fencing token."""

import datetime

import pytest
from django.conf import settings

from branch_portal.local.ports import quiet_port
from members.models import Member
from notices.actions.claiming import BATCH, LEASE, claim, reap_expired_leases
from notices.actions.marking import mark_sent
from notices.actions.sending import send_waiting
from notices.actions.slots import cancel_reminders
from notices.models import Delivery, ReminderRule, ReminderSlot
from tests import factories as make
from tests.harness.mailsink import MailSink
from tests.notices.factories import NOON, at, plan

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


class ChoosySink(MailSink):
    """A mail sink that puts off single addresses, as a full mailbox does."""

    puts_off: frozenset[str] = frozenset()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.puts_off:
            return "452 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 ok"


@pytest.fixture
def sink(settings):
    server = ChoosySink()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, port = server.url.removeprefix("smtp://").split(":")
    settings.EMAIL_PORT = int(port)
    yield server
    server.stop()


@pytest.fixture
def waiting(world):
    """One mail waits: the one for `member_a`, who alone has an address."""
    plan(world, anchor=NOON + DAY)
    at(NOON)
    return Delivery.objects.get(channel="email")


def send(moment=NOON, **kwargs) -> dict[str, int]:
    """What became of the mail, by state."""
    counts = send_waiting(lambda: moment, moment + MINUTE, **kwargs)
    return {name.removeprefix("email_"): number for name, number in counts.items()}


def claim_batch(channel, moment):
    return claim(channel, moment, BATCH)


def row(delivery) -> tuple:
    delivery.refresh_from_db()
    return delivery.status, delivery.attempts, delivery.next_at, delivery.last_error


def test_what_is_sent_says_time_and_link_and_names_nobody(sink, waiting, settings):
    assert send() == {"sent": 1}
    (mail,) = sink.mails
    assert mail.recipients == ("member_a@demo.example",)
    assert mail.message["Message-ID"] == f"<{waiting.pk}@127.0.0.1>"
    assert mail.subject.strip() == "【支部工作门户】主题党日：5月20日 09:00"
    assert mail.text.split() == [
        "主题党日：5月20日",
        "09:00",
        "地点：党群服务中心。",
        f"{settings.PORTAL_BASE_URL}/activities/",
        "本邮件由系统自动发出，请勿回复。详情请登录门户查看。",
    ]
    waiting.refresh_from_db()
    assert (waiting.status, waiting.sent_at, waiting.provider_id) == (
        "sent",
        NOON,
        mail.message["Message-ID"],
    )


def test_words_are_neither_markup_nor_headers(sink, world):
    plan(world, anchor=NOON + DAY, title="<b>会</b>\r\nBcc: x@evil.example", body="一<script>\n二")
    at(NOON)
    send()
    (mail,) = sink.mails
    assert (mail.recipients, mail.message["Bcc"]) == (("member_a@demo.example",), None)
    assert mail.subject.endswith("<b>会</b> Bcc: x@evil.example")
    html = mail.message.get_body(("html",)).get_content()
    assert "&lt;b&gt;会&lt;/b&gt;" in html and "一&lt;script&gt;<br>二" in html
    assert f'href="{settings.PORTAL_BASE_URL}/activities/"' in html
    assert mail.message.get_content_type() == "multipart/alternative"


def test_a_server_that_hangs_costs_two_attempts_and_the_rest_none(sink, world, waiting):
    """Two messages without an end are a server out of order, not an address."""
    more_people(world, 5)
    sink.manner = "hang"
    assert send(deadline=0.2) == {"pending": 2}
    assert (
        sorted(Delivery.objects.filter(channel="email").values_list("attempts", flat=True))
        == [0] * 4 + [1] * 2
    )


def test_a_lost_answer_costs_one_copy(sink, waiting):
    sink.manner = "drop"
    assert send() == {"pending": 1}
    sink.manner = ""
    assert send(NOON + MINUTE) == {"sent": 1}
    assert sink.copies() == {str(waiting.pk): 2}


def test_what_was_sent_is_not_sent_again(sink, waiting):
    send()
    assert send(NOON + MINUTE) == {}
    assert len(sink.mails) == 1


@pytest.mark.fault("F27", "mail server refuses, hangs, drips, lies")
@pytest.mark.parametrize(
    ("answer", "status", "next_at", "words"),
    [
        ("451 later", "pending", NOON + MINUTE, "邮件服务器暂时不接受这封邮件（451）"),
        ("550 no", "dead", None, "邮件服务器不接受这封邮件（550）"),
    ],
)
def test_a_refusal_for_now_waits_and_one_for_good_ends(
    sink, waiting, answer, status, next_at, words, measured
):
    sink.answer = answer
    assert send() == {status: 1}
    assert row(waiting) == (status, 1, next_at, words)
    measured(f"{answer[:3]}: {status}")


def test_pauses_follow_the_table_and_end(sink, waiting):
    sink.answer = "451 later"
    Delivery.objects.filter(pk=waiting.pk).update(attempts=10)
    plan_ends = NOON + DAY
    send()
    assert row(waiting)[:3] == ("pending", 11, NOON + 60 * MINUTE)
    assert plan_ends > NOON + 60 * MINUTE
    send(NOON + 60 * MINUTE)
    assert row(waiting)[:3] == ("dead", 12, None)


def test_a_server_that_is_down_costs_one_row_an_attempt_and_the_rest_none(sink, world, waiting, settings):
    more_people(world, 3)
    settings.EMAIL_PORT = quiet_port()  # nobody listens there
    send()
    states = sorted(Delivery.objects.filter(channel="email").values_list("attempts", "status", "next_at"))
    assert states == [(0, "pending", NOON + MINUTE)] * 3 + [(1, "pending", NOON + MINUTE)]


def test_a_slow_server_is_left_at_the_deadline(sink, waiting):
    sink.pause = 1.5
    assert send(deadline=0.3) == {"pending": 1}
    assert (
        row(waiting) == ("pending", 1, NOON + MINUTE, "0 秒内没有送完，结果不明")
        or waiting.status == "pending"
    )


def test_one_failing_address_delays_nobody(sink, world, waiting):
    """G7: a recipient that the server refuses for now is put off alone."""
    more_people(world, 5)
    sink.puts_off = frozenset({"member_a@demo.example"})
    assert send() == {"sent": 5, "pending": 1}
    assert row(waiting)[:3] == ("pending", 1, NOON + MINUTE)
    assert len(sink.mails) == 5


def test_cancelled_before_the_claim_is_never_sent(sink, world, waiting):
    cancel_reminders(by=world.secretary_a, subject="m:1")
    assert (send(), row(waiting)[0], sink.mails) == ({}, "cancelled", [])


def test_cancelled_after_the_claim_is_seen_before_sending(sink, world, waiting):
    ReminderSlot.objects.update(state="cancelled")  # what another transaction commits between claim and look
    assert (send(), row(waiting)[0], sink.mails) == ({"cancelled": 1}, "cancelled", [])


def test_rights_are_those_at_the_time_of_sending(sink, world, waiting):
    Member.objects.filter(user__username="member_a").update(branch=world.branch_b)
    assert (send(), row(waiting)[0], sink.mails) == ({"suppressed": 1}, "suppressed", [])


def test_an_account_that_was_closed_gets_nothing(sink, world, waiting):
    world.member_a.is_active = False
    world.member_a.save()
    assert (send(), sink.mails) == ({"suppressed": 1}, [])


def test_a_rule_switched_off_sends_nothing(sink, waiting):
    ReminderRule.objects.update(email=False)
    assert (send(), sink.mails) == ({"suppressed": 1}, [])


def test_what_is_over_is_not_sent(sink, waiting):
    assert (send(NOON + DAY), row(waiting)[0], sink.mails) == ({"expired": 1}, "expired", [])


def test_night_puts_off_without_counting_an_attempt(sink, waiting):
    ReminderRule.objects.update(urgent=False)
    night, morning = NOON.replace(hour=14), (NOON + DAY).replace(hour=0)
    assert send(night) == {"pending": 1}
    assert row(waiting)[:3] == ("pending", 0, morning)


def test_the_lease_of_a_dead_worker_runs_out_and_the_row_is_sent(sink, waiting):
    claim_batch("email", NOON)
    assert (reap_expired_leases(NOON + LEASE), send(NOON + LEASE)) == (0, {})
    later = NOON + LEASE + MINUTE
    assert reap_expired_leases(later) == 1
    assert row(waiting) == ("pending", 1, later, "发送中断，结果不明")
    assert (send(later), len(sink.mails)) == ({"sent": 1}, 1)


def test_a_zombie_marks_nothing(sink, waiting):
    """F19: the worker that slept over its lease wakes up after its successor claimed the row."""
    (zombie,) = claim_batch("email", NOON)
    later = NOON + LEASE + MINUTE
    reap_expired_leases(later)
    claim_batch("email", later)
    assert mark_sent(zombie, "x", later) == 0
    assert row(waiting)[:2] == ("sending", 2)


def test_after_the_last_attempt_an_unknown_outcome_stays_visible(sink, waiting):
    Delivery.objects.filter(pk=waiting.pk).update(attempts=11)
    claim_batch("email", NOON)
    reap_expired_leases(NOON + LEASE + MINUTE)
    assert row(waiting) == ("unknown", 12, None, "发送中断，结果不明")


def test_a_batch_is_bounded_and_the_next_one_follows(sink, world, waiting):
    more_people(world, BATCH + 4)
    assert len(claim_batch("email", NOON)) == BATCH
    assert len(claim_batch("email", NOON)) == 5
    assert claim_batch("email", NOON) == []


def test_after_the_time_is_up_the_rest_is_given_back(sink, world, waiting):
    more_people(world, 2)
    clock = lambda: NOON + MINUTE * len(sink.mails)  # noqa: E731  each mail takes a minute
    send_waiting(clock, NOON + MINUTE / 2)
    states = sorted(Delivery.objects.filter(channel="email").values_list("status", "attempts"))
    assert states == [("pending", 0), ("pending", 0), ("sent", 1)]


def more_people(world, number: int) -> None:
    """More waiting mail of the same reminder."""
    for index in range(number):
        person = make.user(
            f"more{index}", member=make.member(world.branch_a), email=f"more{index}@demo.example"
        )
        slot = Delivery.objects.filter(channel="email").earliest("created_at").slot
        Delivery.objects.create(
            slot=slot, recipient=person, branch=world.branch_a, channel="email", next_at=NOON
        )
