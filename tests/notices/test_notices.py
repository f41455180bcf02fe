"""Notices: frozen when sent, told exactly once, corrected, withdrawn, and only who has not answered is reminded."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from members.models import Member
from notices.actions.errors import NoticeChanged, NoticeRefused
from notices.actions.notice_answers import answer_notice
from notices.actions.notices import (
    correct_notice,
    discard_draft,
    edit_draft,
    remind_unanswered,
    send_notice,
    withdraw_notice,
)
from notices.models import Delivery, Notice, NoticeTarget, ReminderRule, ReminderSlot
from tests import factories as make
from tests.notices.factories import NOON, at, told
from tests.notices.notices import DAY, draft, from_committee, sent, target_of, words

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
ACCOUNTS_A = ["cell_leader_a", "member_a", "officer_a", "secretary_a"]
OFFICERS = ["officer_a", "secretary_a", "secretary_b", "secretary_d"]


def unread(rule_key) -> list[str]:
    rows = Delivery.objects.filter(channel="inapp", slot__rule__key=rule_key)
    return sorted(rows.values_list("recipient__username", flat=True))


# --- Sending ---


def test_everybody_is_told_exactly_once(world):
    notice = sent(world)
    again = send_notice(by=world.officer_a, notice=notice, now=NOON + HOUR)
    at(NOON + HOUR)
    assert (told(), told("email")) == (ACCOUNTS_A, ["member_a"])
    assert (again.sent_by, again.sent_at) == (world.secretary_a, NOON)
    assert NoticeTarget.objects.filter(notice=notice).count() == 10


def test_a_draft_tells_nobody(world):
    draft(world)
    at(NOON)
    assert (told(), ReminderSlot.objects.count()) == ([], 0)


def test_who_leaves_before_the_telling_is_not_told_and_who_comes_is_not_either(world):
    sent(world, told=False)
    Member.objects.filter(pk=world.member_a.member_id).update(branch=world.branch_b, cell=None)
    Member.objects.filter(pk=world.member_b.member_id).update(branch=world.branch_a)
    at(NOON)
    assert told() == ["cell_leader_a", "officer_a", "secretary_a"]


def test_a_branch_is_told_through_its_officers_of_the_moment(world):
    from_committee(world, told=False)
    make.grant(world.member_b, "branch_officer", world.branch_b)
    at(NOON)
    assert told() == ["member_b", *OFFICERS]


def test_what_leaves_the_portal_names_nobody(world):
    notice = sent(world, title="马晓东同志转正公示", text="马晓东同志预备期满。")
    slot = ReminderSlot.objects.get(subject=notice.subject)
    assert slot.title == "清源村第一党支部的通知，请登录门户查看"
    assert slot.body == "请于5月18日12:00前答复“参加”或“请假”。请登录门户查看全文。"


def test_mail_that_waits_says_what_holds_after_a_correction_that_is_not_told_again(world):
    """Told in the portal, corrected, and only then the mail of the day: it must not name the deadline of before."""
    notice = sent(world)
    remind_unanswered(by=world.secretary_a, notice=notice, now=NOON + HOUR)
    at(NOON + HOUR)
    earlier = words(title="七月集中学习的通知", deadline=NOON + DAY)
    correct_notice(
        by=world.secretary_a, notice=notice, words=earlier, correction="时间提前", tell_again=False,
        version=notice.version, now=NOON + 2 * HOUR,
    )  # fmt: skip
    waiting = Delivery.objects.filter(channel="email", status="pending").order_by("slot__rule__key")
    assert list(waiting.values_list("slot__title", "slot__body")) == [
        ("更正：七月集中学习的通知", "请于5月16日12:00前答复“参加”或“请假”。请登录门户查看全文。"),
        ("请答复：七月集中学习的通知", "请于5月16日12:00前答复“参加”或“请假”。请登录门户查看全文。"),
    ]


def test_a_reminder_after_the_deadline_says_that_it_has_passed(world):
    notice = sent(world)
    remind_unanswered(by=world.secretary_a, notice=notice, now=notice.deadline + HOUR)
    slot = ReminderSlot.objects.get(rule__key="notice_reminder")
    assert slot.body.startswith("答复截止时间（5月18日12:00）已过，请尽快答复“参加”或“请假”。")


def test_nobody_meant_or_too_late_is_refused(world):
    empty = draft(world, audience={"posts": ["secrecy"]})
    late = draft(world, deadline=NOON - HOUR)
    for notice, words_of_it in ((empty, "没有人"), (late, "截止时间已过")):
        with pytest.raises(NoticeRefused, match=words_of_it):
            send_notice(by=world.secretary_a, notice=notice, now=NOON)
    assert NoticeTarget.objects.count() == 0


def test_what_was_changed_meanwhile_is_not_sent_unread(world):
    notice = draft(world)
    edit_draft(by=world.officer_a, notice=notice, words=words(title="改过的"), version=1)
    with pytest.raises(NoticeChanged):
        send_notice(by=world.secretary_a, notice=notice, version=1, now=NOON)
    with pytest.raises(NoticeChanged):
        edit_draft(by=world.secretary_a, notice=notice, words=words(), version=1)
    assert Notice.objects.get().title == "改过的"


def test_a_sent_notice_is_no_draft_any_more(world):
    notice = sent(world)
    for change in (
        lambda: edit_draft(by=world.secretary_a, notice=notice, words=words(), version=1),
        lambda: discard_draft(by=world.secretary_a, notice=notice),
    ):
        with pytest.raises(NoticeRefused):
            change()
    discard_draft(by=world.secretary_a, notice=draft(world))
    assert list(Notice.objects.all()) == [notice]


# --- Correcting ---


def corrected(world, notice, *, tell_again, now, **fields):
    values = {"title": notice.title, "text": "地点改在村部。", "deadline": notice.deadline} | fields
    return correct_notice(
        by=world.secretary_a, notice=notice, words=values, correction="地点有变", tell_again=tell_again,
        version=notice.version, now=now,
    )  # fmt: skip


def test_a_correction_tells_again_only_when_asked(world):
    notice = sent(world)
    notice = corrected(world, notice, tell_again=False, now=NOON + HOUR)
    at(NOON + HOUR)
    assert told() == ACCOUNTS_A
    corrected(world, notice, tell_again=True, now=NOON + 2 * HOUR)
    at(NOON + 2 * HOUR)
    at(NOON + 3 * HOUR)
    assert told() == sorted(ACCOUNTS_A * 2)
    assert set(ReminderSlot.objects.values_list("title", "state")) == {
        ("更正：六月集中学习的通知", "cancelled"),
        ("更正：六月集中学习的通知", "told"),
    }


def test_a_correction_in_the_minute_of_sending_is_told_too(world):
    notice = sent(world)
    corrected(world, notice, tell_again=True, now=NOON + datetime.timedelta(seconds=5))
    at(NOON + datetime.timedelta(seconds=61))
    assert told() == sorted(ACCOUNTS_A * 2)


def test_a_correction_before_the_telling_is_told_once_in_its_new_words(world):
    notice = sent(world, told=False)
    corrected(world, notice, tell_again=True, now=NOON + datetime.timedelta(seconds=5), title="七月的通知")
    at(NOON + HOUR)
    assert told() == ACCOUNTS_A
    assert ReminderSlot.objects.get().title == "更正：七月的通知"


def test_answers_survive_a_correction(world):
    notice = sent(world)
    answer_notice(by=world.member_a, target=target_of(notice, world.member_a), answer="attend", now=NOON)
    corrected(world, notice, tell_again=False, now=NOON + HOUR)
    assert target_of(notice, world.member_a).answer.answer == "attend"


# --- Withdrawing ---


def test_withdrawn_before_the_telling_is_never_told(world):
    notice = sent(world, told=False)
    withdraw_notice(by=world.officer_a, notice=notice, reason="发错了", now=NOON)
    at(NOON + HOUR)
    assert told() == []


def test_withdrawing_cancels_waiting_mail_and_reminders(world):
    notice = sent(world)
    remind_unanswered(by=world.secretary_a, notice=notice, now=NOON + HOUR)
    withdraw_notice(by=world.secretary_a, notice=notice, reason="会议取消", now=NOON + HOUR)
    at(NOON + 2 * HOUR)
    assert unread("notice_reminder") == []
    assert list(Delivery.objects.filter(channel="email").values_list("status", flat=True)) == ["cancelled"]
    with pytest.raises(NoticeRefused):
        withdraw_notice(by=world.officer_a, notice=notice, reason="再撤一次", now=NOON + HOUR)
    notice.refresh_from_db()
    assert (notice.withdrawn_by, notice.withdrawal_reason) == (world.secretary_a, "会议取消")


# --- Reminding ---


def test_only_who_has_not_answered_is_reminded(world):
    notice = sent(world)
    answer_notice(by=world.member_a, target=target_of(notice, world.member_a), answer="attend", now=NOON)
    assert remind_unanswered(by=world.secretary_a, notice=notice, now=NOON + HOUR) == 9
    leader = world.cell_leader_a
    answer_notice(by=leader, target=target_of(notice, leader), answer="leave", reason="出差", now=NOON)
    at(NOON + HOUR)
    assert unread("notice_reminder") == ["officer_a", "secretary_a"]


def test_at_most_once_a_day(world):
    notice = sent(world)
    remind_unanswered(by=world.secretary_a, notice=notice, now=NOON + HOUR)
    with pytest.raises(NoticeRefused, match="每天最多提醒一次"):
        remind_unanswered(by=world.officer_a, notice=notice, now=NOON + 2 * HOUR)
    at(NOON + 2 * HOUR)
    remind_unanswered(by=world.officer_a, notice=notice, now=NOON + DAY)
    at(NOON + DAY)
    assert unread("notice_reminder") == sorted(ACCOUNTS_A * 2)


def test_a_branch_that_has_answered_is_not_reminded(world):
    notice = from_committee(world)
    target = target_of(notice, world.branch_a)
    answer_notice(by=world.officer_a, target=target, answer="attend", now=NOON)
    remind_unanswered(by=world.staff, notice=notice, now=NOON + HOUR)
    at(NOON + HOUR)
    assert unread("notice_reminder") == ["secretary_b", "secretary_d"]


def test_nothing_to_remind_of(world):
    plain = sent(world, wanted="nothing")
    with pytest.raises(NoticeRefused, match="不要求答复"):
        remind_unanswered(by=world.secretary_a, notice=plain, now=NOON)
    only = sent(world, audience={"posts": ["secretary"]})
    answer_notice(by=world.secretary_a, target=target_of(only, world.secretary_a), answer="attend", now=NOON)
    with pytest.raises(NoticeRefused, match="都已答复"):
        remind_unanswered(by=world.secretary_a, notice=only, now=NOON)


def test_a_rule_that_is_off_sends_no_mail_but_stays_to_be_told(world):
    ReminderRule.objects.filter(key="notice").update(email=False)
    sent(world)
    assert (told(), told("email")) == (ACCOUNTS_A, [])


# --- The database keeps it ---


@pytest.mark.parametrize(
    "fields",
    [
        {"sent_at": NOON},
        {"deadline": None},
        {"wanted": "nothing"},
        {"correction": "没有时间"},
        {"withdrawn_at": NOON, "withdrawal_reason": "没有人"},
        {"withdrawal_reason": "没有撤回"},
    ],
    ids=lambda fields: "+".join(fields),
)
def test_constraints(world, fields):
    notice = draft(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**fields)


def test_one_target_a_person_and_a_branch(world):
    for notice in (sent(world), from_committee(world)):
        target = NoticeTarget.objects.filter(notice=notice).first()
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeTarget.objects.create(
                notice=notice, branch=target.branch, member=target.member, sent_at=NOON
            )
