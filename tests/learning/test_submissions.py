"""Own study from the form to the ledger: written, handed in, decided, corrected; and who reviews whom."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from branch_portal.dates import today_shanghai
from branch_portal.due import due_items
from learning.actions.submissions import (
    SubmissionRefused,
    correct_submission,
    decide_submission,
    submit_submission,
    withdraw_submission,
    write_submission,
)
from learning.models import MemberYear, StudyCredit, StudyRequirement, StudySubmission
from learning.queries.submissions import promise_for
from members.models import Affiliation, Member, PartyOrganization, PostTenure
from notices.actions.tick import tick
from notices.models import Delivery
from tests import factories as make
from tests.learning.factories import draft, facts, handed_in, own_study_counts, this_year

pytestmark = pytest.mark.django_db


def ledger(submission) -> list[tuple[int, str, str]]:
    rows = StudyCredit.objects.filter(source=submission.source).standing()
    return [(row.minutes, row.category, row.status) for row in rows]


def hours_of(member, year=None) -> Decimal:
    row = MemberYear.objects.filter(member=member, year=year or this_year()).first()
    return row.hours if row else Decimal(0)


def again(submission) -> StudySubmission:
    return StudySubmission.objects.get(pk=submission.pk)


def decide(world, submission, minutes=None, remark="", by="secretary_a"):
    return decide_submission(
        by=getattr(world, by),
        submission=again(submission),
        accepted_minutes=submission.minutes if minutes is None else minutes,
        remark=remark,
    )


def move(member: Member, branch: PartyOrganization) -> None:
    """A transfer as the actions leave it behind."""
    day = today_shanghai()
    Affiliation.objects.filter(member=member).update(period=(make.LONG_AGO, day), loss="transferred_out")
    Affiliation.objects.create(member=member, branch=branch, period=(day, None))
    Member.objects.filter(pk=member.pk).update(branch=branch, cell=None)


# --- The ledger follows ---


def test_what_was_promised_is_what_counts_once_accepted(world):
    own_study_counts(cap=5)
    member, promised = world.member_a.member, []
    items = []
    for title in ("甲", "乙", "丙"):
        said = promise_for(member, kind="book", organised=False, minutes=90, day=today_shanghai())
        promised.append(said.counted)
        items.append(handed_in(world.member_a, title=title, minutes=90))
    assert promised == [Decimal(2), Decimal(2), Decimal(1)]
    for item in reversed(items):
        decide(world, item)
    assert hours_of(member) == sum(promised) == Decimal(5)


def test_by_default_it_is_recorded_and_counts_nothing(world):
    item = handed_in(world.member_a)
    assert hours_of(world.member_a.member) == 0
    decide(world, item)
    assert ledger(item) == [(180, "self_study", "confirmed")]
    assert hours_of(world.member_a.member) == 0
    assert MemberYear.objects.get(member=world.member_a.member).category_hours == {"self_study": 4.0}


def test_an_online_course_counts_when_a_party_organisation_organised_it(world):
    organised = handed_in(world.member_a, kind="online", organised_by_party=True, minutes=90)
    alone = handed_in(world.member_a, kind="online", title="自选课", minutes=90)
    decide(world, organised)
    decide(world, alone)
    assert [ledger(item)[0][1] for item in (organised, alone)] == ["online_course", "self_study"]
    assert hours_of(world.member_a.member) == Decimal(2)


def test_a_part_is_accepted_with_its_reason_and_a_correction_follows(world):
    own_study_counts()
    item = handed_in(world.member_a)
    with pytest.raises(SubmissionRefused, match="原因"):
        decide(world, item, minutes=90)
    with pytest.raises(SubmissionRefused, match="不能超过"):
        decide(world, item, minutes=181)
    row = decide(world, item, minutes=90, remark="前三章")
    assert (row.state, ledger(item), hours_of(row.member)) == (
        "partly_accepted",
        [(90, "self_study", "confirmed")],
        Decimal(2),
    )
    correct = {"by": world.officer_a, "submission": again(item)}
    with pytest.raises(SubmissionRefused, match="原因"):
        correct_submission(**correct, accepted_minutes=180, remark="")
    assert correct_submission(**correct, accepted_minutes=180, remark="已补看").state == "accepted"
    assert hours_of(row.member) == Decimal(4)
    correct_submission(by=world.officer_a, submission=again(item), accepted_minutes=0, remark="重复申报")
    assert (again(item).state, ledger(item), hours_of(row.member)) == ("returned", [], Decimal(0))
    assert StudyCredit.objects.filter(source=item.source).count() == 4  # two rows and their reversals


def test_what_was_given_back_is_mended_and_handed_in_again(world):
    item = handed_in(world.member_a)
    assert decide(world, item, minutes=0, remark="请写书名").state == "returned"
    row = write_submission(
        by=world.member_a, member=world.member_a.member, facts=facts(title="新书名"), submission=again(item)
    )
    assert row.state == "returned"
    submit_submission(by=world.member_a, submission=row)
    assert (again(item).state, again(item).decided_at) == ("submitted", None)
    assert decide(world, item).state == "accepted"


def test_a_late_decision_counts_in_the_year_of_the_study(world):
    own_study_counts()
    last_year = this_year() - 1
    item = handed_in(world.member_a, day=datetime.date(last_year, 12, 30))
    decide(world, item)
    assert hours_of(world.member_a.member, last_year) == Decimal(4)
    assert hours_of(world.member_a.member) == 0


# --- Once, and only as it was seen ---


def test_every_step_happens_once(world):
    item = draft(world.member_a)
    with pytest.raises(SubmissionRefused):
        decide(world, item)
    with pytest.raises(SubmissionRefused):
        submit_submission(by=world.officer_a, submission=item)
    submit_submission(by=world.member_a, submission=item)
    with pytest.raises(SubmissionRefused):
        submit_submission(by=world.member_a, submission=item)
    seen = again(item)
    decide(world, item)
    with pytest.raises(SubmissionRefused, match="已由他人审核"):
        decide_submission(by=world.officer_a, submission=seen, accepted_minutes=0, remark="晚到的退回")
    with pytest.raises(SubmissionRefused, match="联系党支部"):
        withdraw_submission(by=world.member_a, submission=item)
    assert ledger(item) == [(180, "self_study", "confirmed")]


def test_what_the_member_changed_meanwhile_is_not_decided(world):
    item = handed_in(world.member_a)
    seen = again(item)
    withdraw_submission(by=world.member_a, submission=item)
    with pytest.raises(SubmissionRefused, match="本人已修改、撤回"):
        decide_submission(by=world.secretary_a, submission=seen, accepted_minutes=180)


def test_the_database_keeps_its_own_word(world):
    item = handed_in(world.member_a)
    wrong = [
        {"minutes": 0},
        {"year": this_year() - 1},
        {"organised_by_party": True},
        {"state": "accepted"},
        {"state": "returned", "decided_by": world.secretary_a},
        {"accepted_minutes": 5},
        {"submitted_at": None},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            StudySubmission.objects.filter(pk=item.pk).update(**fields)


def test_one_xuexi_note_a_year(world):
    first = handed_in(world.member_a, kind="xuexi", title="全年说明")
    with pytest.raises(SubmissionRefused, match="已经有一份"):
        draft(world.member_a, kind="xuexi", title="又一份")
    withdraw_submission(by=world.member_a, submission=first)
    item = handed_in(world.member_a, kind="xuexi", title="又一份")
    decide(world, item)
    assert ledger(item) == [(180, "xuexi_qiangguo", "confirmed")]
    assert hours_of(world.member_a.member) == 0


# --- Who reviews ---


def test_nobody_decides_the_own_item_where_there_is_somebody_else(world):
    for name, other in (("secretary_a", "officer_a"), ("officer_a", "secretary_a")):
        item = handed_in(getattr(world, name), title=name)
        with pytest.raises(SubmissionRefused, match="其他支部委员"):
            decide(world, item, by=name)
        assert decide(world, item, by=other).state == "accepted"


def test_a_secretary_without_another_officer_decides_the_own_item(world):
    item = handed_in(world.secretary_b)
    assert decide(world, item, by="secretary_b").state == "accepted"
    other = make.member(world.branch_b, "新委员")
    make.tenure(other, "publicity")
    make.user("publicity_b", member=other)
    again_item = handed_in(world.secretary_b, title="第二本")
    with pytest.raises(SubmissionRefused, match="其他支部委员"):
        decide(world, again_item, by="secretary_b")
    PostTenure.objects.filter(member=other).delete()
    make.grant(other.user, "branch_officer", world.branch_b)
    with pytest.raises(SubmissionRefused, match="其他支部委员"):
        decide(world, again_item, by="secretary_b")


def test_what_waits_follows_the_member_and_what_is_decided_stays(world):
    waiting, decided = handed_in(world.member_a), handed_in(world.member_a, title="已看")
    decide(world, decided)
    move(world.members_a[3], world.branch_b)

    def decides(user):
        return set(StudySubmission.objects.editable_by(user).values_list("title", flat=True))

    assert decides(world.secretary_a) == {decided.title}
    assert decides(world.secretary_b) == {waiting.title}
    row = decide(world, waiting, by="secretary_b")
    assert (row.branch, again(decided).branch) == (world.branch_b, world.branch_a)
    assert StudyCredit.objects.get(source=waiting.source).branch == world.branch_b


def test_who_has_left_every_branch_is_decided_where_it_was_handed_in(world):
    item = handed_in(world.member_a)
    Member.objects.filter(pk=item.member_id).update(
        branch=None, cell=None, left_branch=world.branch_a, standing="transferred_out"
    )
    assert decide(world, item).state == "accepted"
    world.member_a.member.refresh_from_db()
    with pytest.raises(SubmissionRefused, match="不在任何党支部"):
        draft(world.member_a, title="又一本")


def test_a_draft_is_nobodys_but_the_members(world):
    item = draft(world.member_a)
    seen = {
        name
        for name in ("secretary_a", "officer_a", "staff", "member_a", "secretary_b", "superuser")
        if StudySubmission.objects.visible_to(getattr(world, name)).filter(pk=item.pk).exists()
    }
    assert seen == {"member_a"}


# --- Told ---


def test_the_branch_owes_a_look_and_the_member_is_told(world):
    item = handed_in(world.member_a)
    handed_in(world.officer_a)
    due = [d for d in due_items(branches=[world.branch_a, world.branch_b], day=today_shanghai()) if d.rule_key == "submission_review"]  # fmt: skip
    assert [(d.title, d.organization_id) for d in due] == [("审核自学申报（2 项）", world.branch_a.pk)]
    assert due[0].due_on == today_shanghai() + datetime.timedelta(days=14)
    decide(world, item, minutes=0, remark="请补充")
    tick(ticker="test")
    told = Delivery.objects.get(slot__rule__key="submission_answer", channel="inapp")
    assert told.recipient == world.member_a
    assert told.slot.title == "自学申报退回，请修改后再提交"
    decide(world, StudySubmission.objects.get(member=world.officer_a.member))
    assert not [d for d in due_items(branches=[world.branch_a], day=today_shanghai()) if d.rule_key == "submission_review"]  # fmt: skip


def test_a_promise_names_the_hours_that_the_year_asks_for(world):
    """By months where the requirement goes by months, as my own year does."""
    StudyRequirement.objects.update(prorate=True)
    newcomer = make.member(world.branch_a, since=datetime.date(this_year(), 7, 1))
    found = promise_for(newcomer, kind="book", organised=False, minutes=90, day=today_shanghai())
    assert "不计入 16 学时" in found.lines[1]
