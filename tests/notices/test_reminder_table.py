"""The table of reminders against chapter 11.1 of the field's rules, the rows that it writes, and its page in the docs."""

import datetime
import re

import pytest
from django.apps import apps

from branch_portal.due import committee_due_items, items_to_tell
from members.models import PartyOrganization
from notices.apps import fill_missing_rules
from notices.models import ReminderRule
from notices.registry import ReminderKind, register, reminder_kind, reminder_kinds
from notices.registry import _kinds as registered
from notices.rules.offsets import DAY, HOUR, Offsets
from tests.notices.reminder_doc import LEFT_OUT, PAGE, document

pytestmark = pytest.mark.django_db
WEEKS = tuple(-7 * DAY * week for week in range(1, 9))
#: Chapter 11.1, row by row: days before the anchor (negative: after it), and months before it.
FIELD: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "general_meeting_due": ((30 * DAY, 14 * DAY, 3 * DAY), ()),
    "committee_meeting_due": ((10 * DAY, 3 * DAY), ()),
    "cell_meeting_due": ((10 * DAY, 3 * DAY), ()),
    "lecture_due": ((30 * DAY, 7 * DAY), ()),
    "theme_day_next": ((7 * DAY, DAY, 0), ()),
    "meeting_notice": ((3 * DAY, HOUR), ()),
    "record_overdue": ((-DAY, -7 * DAY), ()),
    "org_life_meeting_due": ((91 * DAY, 30 * DAY), ()),  # 1 October is 91 days before 31 December
    "appraisal_due": ((91 * DAY, 30 * DAY), ()),
    "heart_talk_gap": ((91 * DAY, 30 * DAY), ()),
    "confirmation_due": ((60 * DAY, 30 * DAY, 7 * DAY, 0, *(-7 * DAY * week for week in range(1, 13))), ()),
    "probation_training": ((90 * DAY, 30 * DAY), ()),
    "first_year_training": ((90 * DAY, 30 * DAY), ()),
    "new_secretary_training": ((60 * DAY, 14 * DAY), ()),
    "political_birthday": ((7 * DAY, 0), ()),
    "political_birthday_list": ((0,), ()),  # "month list on day 1" of the same row
    "party_standing_50": ((60 * DAY, 14 * DAY), ()),  # 1 March and 16 April, before 30 April
    "term_expiry": ((0,), (6, 3, 1)),
    "transfer_letter_expiry": ((30 * DAY, 7 * DAY, 0, *WEEKS), ()),  # then weekly: 9.1
    "floating_contact": ((0, *WEEKS), ()),
    "lost_contact_6m": ((0, *WEEKS), ()),
    "suspended_2y": ((0, *WEEKS), ()),
    "study_hours_gap": ((183 * DAY, 91 * DAY, 30 * DAY), ()),  # 1 July, 1 October, 1 December
    "retirement_age": ((14 * DAY,), ()),
    "half_year_statistics": ((14 * DAY, 0, *WEEKS), ()),  # and weekly until they are submitted
    "annual_statistics": ((14 * DAY, 0, *WEEKS), ()),
}
#: What the portal's own pages ask for, beyond 11.1.
OWN = {
    "floating_began", "resolution_due", "leave_request", "make_up", "make_up_review", "attendance_dispute",
    "attendance_answer", "signup_moved_up", "joint_invitation", "joint_answer", "correction_due", "correction_answered", "erasure_due", "erasure_answered",
    "study_question", "study_question_answer", "training_notice", "submission_review", "submission_answer", "notice",
    "notice_reminder", "notice_answer_due", "job_ended", "robot_test",
    "work_request", "work_request_reminder", "work_request_returned", "work_request_due",
    "committee_reminder",
    "record_returned", "record_comment", "finding_told", "finding_due", "finding_answered",
    "account_changed", "marking_refused",
}  # fmt: skip
#: All keys of the chapter.
CHAPTER = {
    "general_meeting_due", "committee_meeting_due", "cell_meeting_due", "lecture_due", "theme_day_next",
    "meeting_notice", "record_overdue", "org_life_meeting_due", "appraisal_due", "heart_talk_gap", "confirmation_due",
    "active_applicant_review", "prospect_eligible", "approval_clock", "probation_training", "first_year_training",
    "new_secretary_training", "political_birthday", "party_standing_50", "dues_monthly", "dues_arrears",
    "dues_publication", "dues_assessment", "term_expiry", "transfer_letter_expiry", "floating_contact",
    "lost_contact_6m", "suspended_2y", "rectification_end", "study_hours_gap", "half_year_statistics",
    "annual_statistics", "retirement_age",
}  # fmt: skip


def test_the_table_is_the_chapter_s():
    assert {key: reminder_kind(key).offsets for key in FIELD} == {
        key: Offsets(minutes, months) for key, (minutes, months) in FIELD.items()
    }


def test_every_key_of_the_chapter_is_there_or_left_out_with_its_reason():
    there = {kind.key for kind in reminder_kinds()}
    assert (there & CHAPTER) | LEFT_OUT.keys() == CHAPTER
    assert not there & LEFT_OUT.keys()
    assert there == set(FIELD) | OWN


def test_the_first_of_october_july_and_december_are_meant():
    for year in (2030, 2032):  # an ordinary and a leap year
        last = datetime.date(year, 12, 31)
        days = [last - datetime.timedelta(days=days) for days in (183, 91, 30)]
        assert [(day.month, day.day) for day in days] == [(7, 1), (10, 1), (12, 1)]


def test_every_kind_has_its_row_and_every_row_its_kind():
    rules = {rule.key: rule for rule in ReminderRule.objects.all()}
    assert set(rules) == {kind.key for kind in reminder_kinds()}
    for kind in reminder_kinds():
        rule = rules[kind.key]
        assert Offsets.of(rule.offsets_minutes, rule.offsets_months) == kind.offsets, kind.key
        assert (rule.name, rule.clause, rule.urgent, rule.enabled) == (
            kind.name,
            kind.clause,
            kind.urgent,
            True,
        )


def test_every_kind_says_all_of_itself():
    silent = [
        (kind.key, field)
        for kind in reminder_kinds()
        for field in ("name", "anchor", "audience", "text", "until")
        if not getattr(kind, field)
    ]
    assert silent == []


def test_a_registered_kind_gets_its_row_and_rows_that_are_there_stay():
    register(ReminderKind(key="test_kind", name="测试提醒", times="提前 2 个月、5 天", urgent=True))
    ReminderRule.objects.filter(key="lecture_due").update(offsets_minutes=[60], enabled=False)
    try:
        for _ in range(2):
            fill_missing_rules(using="default", apps=apps)
    finally:
        del registered["test_kind"]
    made = ReminderRule.objects.get(key="test_kind")
    assert (made.name, made.offsets_minutes, made.offsets_months, made.urgent) == (
        "测试提醒",
        [5 * DAY],
        [2],
        True,
    )
    kept = ReminderRule.objects.get(key="lecture_due")
    assert (kept.offsets_minutes, kept.enabled) == ([60], False)


@pytest.mark.parametrize("day", ["2030-03-02", "2030-07-01", "2030-10-02", "2030-12-31", "2031-02-01"])
def test_what_is_owed_is_said_in_the_words_of_the_table(world, day):
    tree = PartyOrganization.objects.unscoped("all branches of the test")
    today = datetime.date.fromisoformat(day)
    items = [
        *items_to_tell(branches=tree.branches(), day=today),
        *committee_due_items(committees=tree.above_branches(), day=today),
    ]
    assert items
    for item in items:
        words = re.sub(r"\\\{.*?\\\}", ".+", re.escape(reminder_kind(item.rule_key).text))
        assert re.match(words, item.title), (item.rule_key, item.title)


def test_the_docs_print_the_table():
    assert PAGE.read_text(encoding="utf-8") == document()
