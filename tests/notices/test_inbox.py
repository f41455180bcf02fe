"""The inbox: one's own messages and nobody else's, unread first, marked by a button and not by looking."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.models import Delivery, ReminderSlot
from notices.queries.receipts import Receipt, receipts
from tests.notices.factories import NOON, at, plan
from tests.personas import PERSONAS

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
NOT_FOUND = {"message": "get", "open": "post", "read": "post"}


@pytest.fixture
def mine(world):
    """A message in the inbox of everybody in branch A; this is `member_a`'s."""
    plan(world, anchor=NOON + 2 * DAY)
    at(NOON)
    return Delivery.objects.get(channel="inapp", recipient=world.member_a)


def subjects(world, number) -> None:
    for index in range(number):
        plan(world, anchor=NOON + 2 * DAY, subject=f"n:{index}", title=f"活动{index}")
    at(NOON)


@pytest.mark.parametrize("page", NOT_FOUND)
def test_nobody_reaches_anothers_message(world, as_user, mine, page):
    for name in PERSONAS:
        client = as_user(world.users[name])
        answer = getattr(client, NOT_FOUND[page])(reverse(f"notices:{page}", args=[mine.pk]))
        assert (name, answer.status_code) == (
            name,
            404 if name != "member_a" else 200 if page == "message" else 302,
        )
    missing = as_user(world.member_b).get(
        reverse("notices:message", args=["5f0c0c1e-0000-4000-8000-000000000000"])
    )
    assert missing.status_code == 404


def test_the_mail_row_is_no_page(world, as_user, mine):
    mail = Delivery.objects.get(channel="email", recipient=world.member_a)
    assert as_user(world.member_a).get(reverse("notices:message", args=[mail.pk])).status_code == 404


def test_looking_changes_nothing_and_the_button_leads_on(world, as_user, mine):
    client = as_user(world.member_a)
    client.get(reverse("notices:inbox"))
    client.get(reverse("notices:message", args=[mine.pk]))
    mine.refresh_from_db()
    assert mine.read_at is None
    assert client.get(reverse("notices:open", args=[mine.pk])).status_code == 405
    assert client.post(reverse("notices:open", args=[mine.pk])).url == "/activities/"
    mine.refresh_from_db()
    first = mine.read_at
    assert first is not None
    client.post(reverse("notices:read", args=[mine.pk]))
    mine.refresh_from_db()
    assert mine.read_at == first


@pytest.mark.parametrize(
    "link", ["", "//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example"]
)
def test_a_link_never_leads_elsewhere(world, as_user, mine, link):
    ReminderSlot.objects.update(link=link)
    answer = as_user(world.member_a).post(reverse("notices:open", args=[mine.pk]))
    assert answer.url == reverse("notices:message", args=[mine.pk])


def test_all_at_once_marks_only_ones_own(world, as_user, mine):
    as_user(world.member_a).post(reverse("notices:read-all"))
    unread = Delivery.objects.unread().values_list("recipient__username", flat=True)
    assert sorted(unread) == ["cell_leader_a", "officer_a", "secretary_a"]


def test_unread_ones_come_first(world, as_user):
    subjects(world, 3)
    Delivery.objects.filter(recipient=world.member_a, slot__title="活动2").update(read_at=NOON)
    rows = as_user(world.member_a).get(reverse("notices:inbox")).context["page"].rows
    assert [(row.read_at is None) for row in rows] == [True, True, False]
    assert rows[2].slot.title == "活动2"


def test_pages_follow_each_other_without_gap(world, as_user):
    subjects(world, 30)
    client = as_user(world.member_a)
    first = client.get(reverse("notices:inbox")).context["page"]
    second = client.get(reverse("notices:inbox"), {"cursor": first.next_cursor}).context["page"]
    assert (len(first.rows), len(second.rows), second.next_cursor) == (25, 5, None)
    assert len({row.pk for row in (*first.rows, *second.rows)}) == 30


def test_a_broken_cursor_is_the_first_page(world, as_user, mine):
    answer = as_user(world.member_a).get(reverse("notices:inbox"), {"cursor": "%%%\x00"})
    assert [row.pk for row in answer.context["page"].rows] == [mine.pk]


def test_the_list_costs_the_same_for_one_and_three_rows(world, as_user):
    client = as_user(world.member_a)
    counts = []
    for number in (1, 3):
        subjects(world, number)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("notices:inbox"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 17


def test_the_header_counts_what_is_unread(world, as_user):
    subjects(world, 3)
    answer = as_user(world.member_a).get(reverse("notices:inbox"))
    assert answer.context["portal"].unread == 3
    assert "3 条未读" in answer.content.decode()


def test_a_cancelled_thing_says_so_in_the_inbox(world, as_user, mine):
    ReminderSlot.objects.update(state="cancelled")
    client = as_user(world.member_a)
    assert "已取消或改期" in client.get(reverse("notices:inbox")).content.decode()
    assert "这项活动已取消或改期" in client.get(reverse("notices:message", args=[mine.pk])).content.decode()


def test_the_workbench_shows_the_five_newest(world, as_user):
    subjects(world, 7)
    text = as_user(world.member_a).get("/").content.decode()
    assert len(re.findall(r'href="/notices/[0-9a-f-]{36}/"', text)) == 5


def test_receipts_are_counts(world, mine):
    Delivery.objects.filter(pk=mine.pk).update(read_at=NOON)
    first, second = ReminderSlot.objects.order_by("due_at").values_list("uid", flat=True)
    assert receipts("m:1") == [
        Receipt(first, NOON - DAY, "told", "已生成", told=4, read=1, out_sent=0, out_waiting=1, out_failed=0),
        Receipt(
            second, NOON + 2 * DAY - datetime.timedelta(hours=1), "open", "待发",
            told=0, read=0, out_sent=0, out_waiting=0, out_failed=0,
        ),
    ]  # fmt: skip


def test_the_committee_sees_counts_of_its_own_reminders_only(world, as_user, mine):
    url = reverse("admin:notices_reminderslot_changelist")
    assert as_user(world.staff).get(url).context["cl"].result_count == 2
    assert as_user(world.staff_x).get(url).context["cl"].result_count == 0
    slot = ReminderSlot.objects.earliest("due_at")
    detail = reverse("admin:notices_reminderslot_change", args=[slot.pk])
    assert as_user(world.staff).get(detail).status_code == 200
    assert as_user(world.staff_x).get(detail).status_code == 404


def test_the_inbox_is_narrowed_by_kind_and_by_what_is_unread(world, as_user):
    subjects(world, 2)
    plan(world, anchor=NOON + 2 * DAY, subject="t", rule_key="theme_day_next", title="主题党日")
    at(NOON)
    Delivery.objects.filter(recipient=world.member_a, slot__title="活动1").update(read_at=NOON)
    client, url = as_user(world.member_a), reverse("notices:inbox")

    def shown(**query) -> list[str]:
        return sorted(row.slot.title for row in client.get(url, query).context["page"].rows)

    assert shown() == ["主题党日", "活动0", "活动1"]
    assert shown(read="unread") == ["主题党日", "活动0"]
    assert shown(read="read") == ["活动1"]
    assert shown(kind="theme_day_next") == ["主题党日"]
    assert shown(kind="theme_day_next", read="read") == []
    assert shown(kind="nobody_knows", read="x") == ["主题党日", "活动0", "活动1"]
    page = client.get(url, {"kind": "theme_day_next", "read": "read"}).content.decode()
    assert "没有这样的通知" in page
    kinds = client.get(url).context["form"].fields["kind"].choices
    assert [key for key, _ in kinds] == ["", "theme_day_next", "meeting_notice"]


def test_pages_of_a_narrowed_inbox_keep_the_filter(world, as_user):
    subjects(world, 30)
    Delivery.objects.filter(recipient=world.member_a, slot__title__in=["活动1", "活动2"]).update(read_at=NOON)
    client, url = as_user(world.member_a), reverse("notices:inbox")
    first = client.get(url, {"read": "unread"})
    assert "read=unread&amp;cursor=" in first.content.decode()
    second = client.get(url, {"read": "unread", "cursor": first.context["page"].next_cursor}).context["page"]
    assert (len(first.context["page"].rows), len(second.rows)) == (25, 3)
