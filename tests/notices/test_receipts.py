"""Who sees what of a message that went out: the receiver when and how, its keeper what failed, the committee counts."""

import datetime
import uuid

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branch_portal.dates import to_local, today_shanghai
from branch_portal.due import due_items, reminded
from notices.actions.receipts import RetryRefused, retry_delivery
from notices.actions.sending import send_waiting
from notices.models import DailyMail, Delivery, ReminderRule, ReminderSlot
from supervision.queries.receipts import receipt_counts
from tests import factories as make
from tests.notices.factories import NOON, at, plan

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def mine(world):
    """`member_a`'s mail of a meeting of branch A."""
    plan(world, anchor=NOON + 2 * DAY)
    at(NOON)
    return Delivery.objects.get(channel="email", recipient=world.member_a)


def die(delivery, **fields):
    values = {
        "status": "dead",
        "attempts": 12,
        "next_at": None,
        "last_error": "邮件服务器拒收该地址（550）",
    } | fields
    Delivery.objects.filter(pk=delivery.pk).update(**values)


# --- The receiver ---


def test_a_message_says_when_and_by_what_it_came(world, as_user, mine):
    inapp = Delivery.objects.get(channel="inapp", recipient=world.member_a)
    page = as_user(world.member_a).get(reverse("notices:message", args=[inapp.pk])).content.decode()
    assert "站内：2030年5月15日 12:00" in page and "电子邮件：待发" in page
    Delivery.objects.filter(pk=mine.pk).update(status="sent", sent_at=NOON + MINUTE, next_at=None)
    page = as_user(world.member_a).get(reverse("notices:message", args=[inapp.pk])).content.decode()
    assert "电子邮件：2030年5月15日 12:01" in page


def test_a_line_of_the_workbench_says_that_one_was_reminded(world, as_user):
    thing = due_items(branches=[world.branch_a], day=today_shanghai())[0]
    slot = ReminderSlot.objects.create(
        rule=ReminderRule.objects.get(key=thing.rule_key), subject=thing.subject, due_key=f"due-{thing.due_key}@1440",
        organization=world.branch_a, due_at=NOON, not_after=NOON + DAY, state="told", audience={}, title=thing.title,
    )  # fmt: skip
    for channel in ("inapp", "email"):
        Delivery.objects.create(
            slot=slot,
            recipient=world.secretary_a,
            branch=world.branch_a,
            channel=channel,
            status="sent",
            sent_at=NOON,
        )
    words = "已于 5月15日 12:00 站内、电子邮件提醒"
    assert reminded(user=world.secretary_a, items=[thing]) == {thing: words}
    assert as_user(world.secretary_a).get("/").content.decode().count(words) == 1
    assert words not in as_user(world.officer_a).get("/").content.decode()


# --- The keeper ---


def test_the_keeper_sees_who_was_not_reached_and_why(world, as_user, mine):
    die(mine)
    url = reverse("notices:receipt", args=[mine.slot.uid])
    page = as_user(world.officer_a).get(url).content.decode()
    for words in ("邓秀兰", "电子邮件", "邮件服务器拒收该地址（550）", "12 次", "重发"):
        assert words in page
    die(mine, status="pending", attempts=3, next_at=NOON + MINUTE)
    page = as_user(world.officer_a).get(url).content.decode()
    assert "5月15日 12:01" in page and "还会再试 9 次" in page
    for name in ("member_a", "secretary_b", "staff", "superuser"):
        assert as_user(world.users[name]).get(url).status_code == 404


def test_a_committee_s_own_is_its_staff_s_to_see(world, as_user, mine):
    ReminderSlot.objects.update(organization=world.committee)
    url = reverse("notices:receipt", args=[mine.slot.uid])
    outcomes = {
        name: as_user(world.users[name]).get(url).status_code for name in ("staff", "staff_x", "officer_a")
    }
    assert outcomes == {"staff": 200, "staff_x": 404, "officer_a": 404}


def test_sent_again_it_does_not_wait_for_tomorrow_s_mail_of_the_day(world, mine):
    """The day's mail has gone, and the button says within a minute."""
    die(mine, daily=True)
    DailyMail.objects.create(
        id=uuid.uuid4(), recipient=world.member_a, day=to_local(NOON).date(), attempts=1, sent_at=NOON
    )
    retry_delivery(by=world.secretary_a, delivery=mine, now=NOON)
    send_waiting(lambda: NOON, NOON + MINUTE)
    mine.refresh_from_db()
    assert (mine.status, len(mail.outbox)) == ("sent", 1)


def test_sent_again_it_arrives(world, as_user, mine):
    die(mine)
    answer = as_user(world.secretary_a).post(reverse("notices:retry", args=[mine.pk]))
    assert answer.url == reverse("notices:receipt", args=[mine.slot.uid])
    Delivery.objects.filter(pk=mine.pk).update(next_at=NOON)
    send_waiting(lambda: NOON, NOON + MINUTE)
    mine.refresh_from_db()
    assert (mine.status, mine.attempts, len(mail.outbox)) == ("sent", 13, 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": "sent", "sent_at": NOON}, "不用重发"),
        ({"status": "pending", "next_at": NOON}, "不用重发"),
        ({"slot": {"state": "cancelled"}}, "已取消或改期"),
        ({"slot": {"not_after": NOON}}, "已经过时"),
    ],
)
def test_what_is_of_no_use_is_not_sent_again(world, mine, change, said):
    die(mine)
    of_slot = change.pop("slot", None) if "slot" in change else None
    if of_slot:
        ReminderSlot.objects.filter(pk=mine.slot_id).update(**of_slot)
    else:
        die(mine, **change)
    with pytest.raises(RetryRefused, match=said):
        retry_delivery(by=world.secretary_a, delivery=mine, now=NOON)


# --- The committee ---


def test_the_committee_sees_counts_by_branch_and_kind(world, mine):
    die(mine)
    Delivery.objects.filter(channel="inapp", recipient=world.officer_a).update(read_at=NOON)
    plan(world, anchor=NOON + 2 * DAY, subject="d", rule_key="theme_day_next", organization=world.branch_d,
         audience={"kind": "branch_members", "organization": world.branch_d.pk})  # fmt: skip
    at(NOON)
    month = {"year": 2030, "month": 5}
    found = receipt_counts(user=world.staff, **month)
    assert [(row.name, row.told, row.read, row.failed) for row in found.branches] == [
        ("清源村第一党支部", 4, 1, 1),
        ("清源村第二党支部", 0, 0, 0),
        ("镇机关党支部", 1, 0, 0),
    ]
    assert sorted((row.name, row.told, row.failed) for row in found.kinds) == [
        ("主题党日提醒", 1, 0),
        ("会议和活动通知", 4, 1),
    ]
    assert receipt_counts(user=world.staff, kind="theme_day_next", **month).total.told == 1
    assert receipt_counts(user=world.staff, root=world.general_branch, **month).total.told == 4
    assert receipt_counts(user=world.staff, year=2030, month=6).total.told == 0
    assert receipt_counts(user=world.staff_x, **month).total.told == 0


def test_the_page_names_nobody_and_costs_the_same_for_many_branches(world, as_user, mine):
    client, url = as_user(world.staff), reverse("supervision:receipts")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url, {"year": 2026, "month": to_local(NOON).month}).content.decode()
        counts.append(len(queries))
        for number in range(5):
            make.organization(parent=world.general_branch, name=f"新党支部{number}")
    assert counts[0] == counts[1]
    assert not [member.name for member in world.members_a if member.name in page]
    assert client.get(reverse("supervision:receipts-export")).status_code == 200
