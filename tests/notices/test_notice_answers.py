"""One tap: the last answer counts until the deadline, a branch has one, and two officers at once end with one."""

import datetime
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from branch_portal.dates import local_date, local_datetime
from branch_portal.due import due_items
from members.models import Member, PartyOrganization, User
from notices.actions.errors import AnswerRefused
from notices.actions.notice_answers import answer_notice, mark_notice_read
from notices.actions.notices import withdraw_notice
from notices.actions.tick import tick
from notices.models import Delivery, NoticeAnswer, ReminderSlot
from notices.queries.notices import receipts_of, received, waiting_lines
from tests import factories as make
from tests.notices.factories import NOON
from tests.notices.notices import DAY, from_committee, sent, target_of
from tests.personas import build_world

HOUR = datetime.timedelta(hours=1)
HISTORY = (
    "SELECT answer FROM notices_noticeanswerevent WHERE pgh_label IN ('insert', 'update') ORDER BY pgh_id"
)


def says(user, notice, answer, *, whom=None, now=NOON, **fields):
    return answer_notice(by=user, target=target_of(notice, whom or user), answer=answer, now=now, **fields)


@pytest.mark.django_db
def test_the_last_answer_counts_and_the_history_keeps_the_others(world):
    notice = sent(world)
    says(world.member_a, notice, "attend")
    says(world.member_a, notice, "leave", reason="住院", now=NOON + HOUR)
    says(world.member_a, notice, "leave", reason="住院", now=NOON + 2 * HOUR)
    row = NoticeAnswer.objects.get()
    assert (row.answer, row.reason, row.answered_at) == ("leave", "住院", NOON + HOUR)
    with connection.cursor() as cursor:
        cursor.execute(HISTORY)
        assert [answer for (answer,) in cursor.fetchall()] == ["attend", "leave"]
    assert receipts_of(notice).answers == {"attend": 0, "leave": 1}


@pytest.mark.django_db
def test_until_the_deadline_it_changes_and_a_late_first_one_is_taken(world):
    notice = sent(world)
    says(world.member_a, notice, "attend", now=NOON + 3 * DAY)
    with pytest.raises(AnswerRefused, match="截止时间已过"):
        says(world.member_a, notice, "leave", reason="出差", now=NOON + 3 * DAY + HOUR)
    says(world.officer_a, notice, "attend", now=NOON + 3 * DAY + HOUR)
    assert receipts_of(notice).answers == {"attend": 2, "leave": 0}


@pytest.mark.django_db
def test_what_is_not_asked_is_not_taken(world):
    asks, tells = sent(world, wanted="read"), sent(world, wanted="nothing")
    says(world.member_a, asks, "read")
    for notice, answer in ((asks, "attend"), (tells, "read")):
        with pytest.raises(AnswerRefused, match="不要求"):
            says(world.member_a, notice, answer)
    withdraw_notice(by=world.secretary_a, notice=asks, reason="发错了", now=NOON)
    with pytest.raises(AnswerRefused, match="已经撤回"):
        says(world.officer_a, asks, "read")


@pytest.mark.django_db
def test_only_the_addressee_answers_and_only_while_belonging(world):
    notice = sent(world)
    for user in (world.secretary_a, world.member_b, world.staff):
        with pytest.raises(AnswerRefused):
            says(user, notice, "attend", whom=world.member_a)
    Member.objects.filter(pk=world.member_a.member_id).update(branch=world.branch_b, cell=None)
    world.member_a.member.refresh_from_db()
    with pytest.raises(AnswerRefused):
        says(world.member_a, notice, "attend")
    assert not NoticeAnswer.objects.exists()


@pytest.mark.django_db
def test_a_branch_answers_once_by_any_of_its_officers(world):
    notice = from_committee(world)
    says(world.officer_a, notice, "attend", whom=world.branch_a)
    says(world.secretary_a, notice, "leave", reason="另有会议", whom=world.branch_a, now=NOON + HOUR)
    row = NoticeAnswer.objects.get()
    assert (row.answered_by, row.answer) == (world.secretary_a, "leave")
    for user in (world.member_a, world.cell_leader_a, world.secretary_b, world.staff):
        with pytest.raises(AnswerRefused):
            says(user, notice, "attend", whom=world.branch_a)


@pytest.mark.django_db
def test_answering_is_reading(world):
    notice = sent(world)
    says(world.member_a, notice, "attend")
    unread = Delivery.objects.unread().values_list("recipient__username", flat=True)
    assert sorted(unread) == ["cell_leader_a", "officer_a", "secretary_a"]
    assert receipts_of(notice).read == 1


@pytest.mark.django_db
def test_leave_needs_its_reason_in_the_database_too(world):
    says(world.member_a, sent(world), "attend")
    for fields in ({"answer": "leave"}, {"reason": "多余"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeAnswer.objects.update(**fields)


@pytest.mark.django_db
def test_a_branch_owes_its_answer_from_the_next_day_until_it_has_given_it(world):
    now = timezone.now()
    notice = from_committee(world, now=now, told=False, deadline=now + 3 * DAY)
    today = local_date(now)

    def owed(day) -> list[str]:
        branches = PartyOrganization.objects.all().branches()
        items = due_items(branches=branches, day=day)
        return sorted(item.organization_name for item in items if item.rule_key == "notice_answer_due")

    assert owed(today) == []
    assert len(owed(today + DAY)) == 3
    says(world.officer_a, notice, "attend", whom=world.branch_a, now=now)
    assert owed(today + DAY) == sorted(str(branch) for branch in (world.branch_b, world.branch_d))
    withdraw_notice(by=world.staff, notice=notice, reason="改期", now=now)
    assert owed(today + DAY) == []


@pytest.mark.django_db
def test_a_notice_that_is_taken_back_asks_nobody_for_an_answer(world):
    """Not even by what was planned, or told in the portal and not yet mailed, of the answers that branches owe."""
    now = local_datetime(local_date(timezone.now()), datetime.time(7))  # before the mails of the day
    User.objects.filter(pk=world.officer_a.pk).update(email="o@example.test")
    notice = from_committee(world, now=now - 2 * DAY, told=False, deadline=now + HOUR)
    tick(ticker="t", now=now)
    of_answers = Delivery.objects.filter(slot__rule__key="notice_answer_due")
    assert of_answers.filter(channel="email", status="pending").count() == 1
    withdraw_notice(by=world.staff, notice=notice, reason="改期", now=now)
    assert set(of_answers.filter(channel="email").values_list("status", flat=True)) == {"cancelled"}
    assert not ReminderSlot.objects.open().filter(rule__key="notice_answer_due").exists()


@pytest.mark.django_db
def test_what_was_never_answered_leaves_the_panel_after_two_months(world):
    now = timezone.now()
    old, new = (
        sent(world, now=now - days, told=False, deadline=now - days + DAY) for days in (70 * DAY, 50 * DAY)
    )
    assert [line.notice for line in waiting_lines(world.member_a, 5)] == [new]
    assert set(received(world.member_a).waiting().values_list("notice", flat=True)) == {old.pk, new.pk}


@pytest.mark.django_db
def test_a_branch_has_read_it_when_whoever_looks_after_it_has(world):
    """Even somebody who has no membership, or it elsewhere."""
    clerk = make.user("clerk_b")
    make.grant(clerk, "branch_officer", world.branch_b)
    notice = from_committee(world, wanted="nothing")
    mine = Delivery.objects.get(channel="inapp", recipient=clerk)
    assert receipts_of(notice).read == 0
    mark_notice_read(by=clerk, notice=notice)
    mine.refresh_from_db()
    assert (mine.read_at is not None, receipts_of(notice).read) == (True, 1)


def test_two_officers_at_once_leave_one_answer(committed_db):
    world = build_world()
    notice = from_committee(world)
    target = target_of(notice, world.branch_a)
    start, failures = threading.Barrier(2), []

    def tap(user, answer, reason):
        try:
            start.wait(10)
            answer_notice(by=user, target=target, answer=answer, reason=reason, now=NOON)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    taps = [
        threading.Thread(target=tap, args=[world.officer_a, "attend", ""]),
        threading.Thread(target=tap, args=[world.secretary_a, "leave", "另有会议"]),
    ]
    for thread in taps:
        thread.start()
    for thread in taps:
        thread.join(30)
    assert failures == []
    row = NoticeAnswer.objects.get()
    assert (row.answer, row.answered_by) in (("attend", world.officer_a), ("leave", world.secretary_a))
    with connection.cursor() as cursor:
        cursor.execute(HISTORY)
        said = [answer for (answer,) in cursor.fetchall()]
    assert (sorted(said), said[-1]) == (["attend", "leave"], row.answer)


@pytest.mark.django_db
def test_a_tap_in_the_inbox_leads_back_there(world, as_user):
    notice = sent(world)
    url = reverse("notices:notice-answer", args=[target_of(notice, world.member_a).uid])
    client = as_user(world.member_a)
    assert url in client.get(reverse("notices:inbox")).content.decode()
    assert client.post(url, {"answer": "leave", "back": "inbox"}).url == reverse("notices:inbox")
    assert "请写一句原因" in client.get(reverse("notices:inbox")).content.decode()
    client.post(url, {"answer": "leave", "reason": "住院", "back": "workbench"})
    page = client.get(reverse("notices:notice", args=[notice.uid])).content.decode()
    assert "已答复：请假" in page
    assert "原因：住院" in page
    assert "改为参加" in page
