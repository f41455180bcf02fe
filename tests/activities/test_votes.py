"""表决, as a secretary does it: one page from the roll to the sentence; what is refused, what is frozen, who sees what."""

import datetime
import re

import pytest
from django.db import IntegrityError, transaction

from activities.actions.ballots import VoteFacts, VoteRefused, store_vote, withdraw_ballot
from activities.actions.drafts import may_discard
from activities.actions.records import Conflict, NotEditable, confirm_record
from activities.models import Ballot, Elector, VotingRule
from activities.queries.electors import Adjustments, outdated, roll_voters, rule_on
from activities.rules.vote_kinds import SHIPPED_TERMS
from activities.rules.voters import Exclusion
from activities.rules.votes import Votes
from branch_portal.dates import today_shanghai
from members.models import Member, VotingRightFact
from tests import factories as make
from tests.activities.factories import record, update_record_to
from tests.activities.test_main_path import hidden

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.date(2020, 1, 1)


@pytest.fixture
def meeting(world):
    """A general meeting of branch A: nine full members and one on probation, the third away on sick leave."""
    return record(
        world.secretary_a, world.branch_a, "general_meeting", rows={"row_3": ("leave", "sick", "住院")}
    )


def vote(by, meeting, votes=(7, 1, 0), *, kind="ordinary", title="通过工作计划", adjustments=None, **fields):
    facts = VoteFacts(kind=kind, title=title, **fields)
    return store_vote(by=by, record=meeting, facts=facts, votes=Votes(*votes), adjustments=adjustments)


def url(meeting, tail="new/") -> str:
    return f"/activities/records/{meeting.uid}/votes/{tail}"


def sent(client, address, **values) -> dict:
    """The form as the browser sends it, its rows of people included."""
    html = client.get(address).content.decode()
    data = {"submission_key": hidden(html, "submission_key"), "kind": "ordinary", "method": "show_of_hands",
            "votes_against": "", "votes_abstain": ""}  # fmt: skip
    for name in re.findall(r'name="((?:exclusions|opinions)-(?:TOTAL|INITIAL)_FORMS)"', html):
        data[name] = hidden(html, name)
    return data | values


# --- The main path ---


def test_one_page_from_the_roll_to_the_sentence(world, as_user, meeting):
    client = as_user(world.secretary_a)
    page = client.get(url(meeting)).content.decode()
    assert '<b data-vote="expected">9</b>' in page
    assert '<b data-vote="present">8</b>' in page
    assert "第十一条" in page
    answer = client.post(url(meeting), sent(client, url(meeting), title="通过2026年工作计划", votes_for="8"))
    ballot = Ballot.objects.get()
    assert answer.url == f"/activities/votes/{ballot.uid}/"
    assert (ballot.expected_voting, ballot.present_voting, ballot.quorum_needed, ballot.votes_needed) == (
        9,
        8,
        5,
        5,
    )
    assert (ballot.outcome, ballot.state, ballot.decided_by) == ("passed", "decided", world.secretary_a)
    assert ballot.resolution == (
        "支部大会应到会有表决权的正式党员9名，实到8名。经举手表决，8票赞成，0票不赞成，0名弃权。"
        "赞成人数超过应到会有表决权的正式党员的半数，决议通过：通过2026年工作计划。"
    )
    shown = client.get(answer.url).content.decode()
    for words in (ballot.resolution, "第十一条", 'data-copy="#resolution"', "预备党员"):
        assert words in shown
    assert "通过2026年工作计划" in client.get(url(meeting, "")).content.decode()


def test_the_same_form_twice_is_one_vote(world, as_user, meeting):
    client = as_user(world.secretary_a)
    data = sent(client, url(meeting), title="通过工作计划", votes_for="8")
    assert client.post(url(meeting), data).url == client.post(url(meeting), data).url
    assert Ballot.objects.count() == 1


def test_a_refused_form_says_why_and_may_be_sent_again(world, as_user, meeting):
    client = as_user(world.secretary_a)
    data = sent(client, url(meeting), title="通过工作计划", votes_for="9")
    refused = client.post(url(meeting), data).content.decode()
    assert "与有表决权的实到 8 人不符，多出 1 票" in refused
    assert client.post(url(meeting), data | {"votes_for": "8"}).status_code == 302
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"votes_for": ""}, "请填写赞成"),
        ({"votes_for": "八"}, "应为整数"),
        ({"title": ""}, "请写明表决什么"),
        ({"kind": "committee_decision"}, "选"),
        ({"kind": "admission", "votes_for": "8", "title": "", "method": "secret"}, "请写明表决的是谁"),
        ({"kind": "admission", "subject_name": "张三、李四", "method": "secret"}, "逐人表决"),
        ({"kind": "confirmation", "subject_name": "马晓东", "method": "secret"}, "请选择转正、延长预备期"),
    ],
)
def test_what_the_form_refuses(world, as_user, meeting, values, words):
    client = as_user(world.secretary_a)
    page = client.post(url(meeting), sent(client, url(meeting), **{"title": "议", "votes_for": "8"} | values))
    assert page.status_code == 200
    assert words in page.content.decode()
    assert not Ballot.objects.exists()


def test_a_confirmation_names_the_member_and_counts_a_written_opinion(world, as_user, meeting):
    client = as_user(world.secretary_a)
    probationer, ill = world.members_a[9], roll_voters(meeting)[2]
    values = {
        "kind": "confirmation", "method": "secret", "subject": probationer.uid.hex, "measure": "confirm",
        "votes_for": "4", "votes_against": "4", "opinions-0-member": ill.uid, "opinions-0-opinion": "for",
        "opinions-0-written_on": meeting.on_date.isoformat(),
    }  # fmt: skip
    assert client.post(url(meeting), sent(client, url(meeting), **values)).status_code == 302
    ballot = Ballot.objects.get()
    assert (ballot.subject_member, ballot.title) == (probationer, "同意马晓东按期转为正式党员")
    assert (ballot.votes_for, ballot.written_for, ballot.outcome) == (4, 1, "passed")
    assert "另有1名党员会前正式提出书面意见" in ballot.resolution
    # Without the opinion the same four votes are not more than half of nine.
    assert vote(world.secretary_a, meeting, (4, 4, 0)).outcome == "failed"


def test_exclusions_start_from_what_is_on_file_and_need_both_consents(world, as_user, meeting):
    ill = roll_voters(meeting)[2]
    VotingRightFact.objects.create(member_id=ill.member_id, code="exclusion_4", period=(LONG_AGO, None))
    client = as_user(world.secretary_a)
    page = client.get(url(meeting)).content.decode()
    assert '<option value="exclusion_4" selected>' in page
    values = {
        "kind": "admission", "method": "secret", "subject_name": "张三", "votes_for": "8",
        "exclusions-0-member": ill.uid, "exclusions-0-reason": "exclusion_4",
        "exclusions-0-superior_agreed_on": "", "exclusions-0-meeting_agreed": "on",
    }  # fmt: skip
    client.post(url(meeting), sent(client, url(meeting), **values))
    first = Ballot.objects.get()
    assert (first.title, first.expected_voting, first.excluded_count) == ("接收张三为预备党员", 9, 0)
    assert "条件不全，仍计入应到会" in client.get(f"/activities/votes/{first.uid}/").content.decode()
    edit = f"/activities/votes/{first.uid}/edit/"
    values |= {"version": str(first.version), "exclusions-0-superior_agreed_on": meeting.on_date.isoformat()}
    assert client.post(edit, sent(client, edit, **values)).status_code == 302
    first.refresh_from_db()
    assert (first.expected_voting, first.excluded_count, first.votes_needed) == (8, 1, 5)
    # The next vote of the meeting starts with what was agreed on, an ordinary one knows no exclusions.
    again = client.get(url(meeting)).content.decode()
    assert f'value="{meeting.on_date.isoformat()}"' in again
    client.post(url(meeting), sent(client, url(meeting), **values | {"kind": "ordinary", "title": "议"}))
    assert Ballot.objects.get(number=2).expected_voting == 9


@pytest.mark.parametrize("rows", ["many", "99999", "\x00"])
def test_a_forged_number_of_rows_is_refused(world, as_user, meeting, rows):
    client = as_user(world.secretary_a)
    data = sent(client, url(meeting), title="议", votes_for="8") | {"exclusions-TOTAL_FORMS": rows}
    page = client.post(url(meeting), data)
    assert (page.status_code, Ballot.objects.count()) == (200, 0)
    assert "行数有误" in page.content.decode()


# --- Who is counted ---


def test_rights_are_those_of_the_meetings_day(world, meeting):
    full = {person.name for person in roll_voters(meeting) if not person.why_no_right}
    assert "马晓东" not in full
    day = meeting.on_date
    barred, suspended, new = world.members_a[5], world.members_a[6], world.members_a[7]
    VotingRightFact.objects.create(member=barred, code="no_rights", period=(LONG_AGO, None))
    VotingRightFact.objects.create(
        member=new, code="rights_suspended", period=(LONG_AGO, day)
    )  # ended on the day: it no longer holds
    make.status(suspended, "suspended", since=LONG_AGO)
    Member.objects.filter(pk=world.members_a[8].pk).update(confirmed_on=day)
    why = {person.name: person.why_no_right for person in roll_voters(meeting)}
    assert why["高海燕"] == "no_rights"
    assert why["何文斌"] == "not_normal"
    assert why["金玉华"] == ""
    assert why["李永明"] == "probationary"  # confirmed by this very meeting
    assert sum(not reason for reason in why.values()) == 6


def test_a_stored_vote_never_moves(world, meeting):
    ballot = vote(world.secretary_a, meeting)
    VotingRightFact.objects.create(member=world.members_a[5], code="no_rights", period=(LONG_AGO, None))
    Member.objects.filter(pk=world.members_a[9].pk).update(
        category="full", confirmed_on=datetime.date(2026, 3, 1)
    )
    before = list(Elector.objects.filter(ballot=ballot).values())
    ballot.refresh_from_db()
    assert (ballot.expected_voting, ballot.present_voting) == (9, 8)
    assert before == list(Elector.objects.filter(ballot=ballot).values())
    assert ballot.rule_terms == SHIPPED_TERMS[-1]


def test_a_changed_roll_is_noticed_and_read_anew(world, as_user, meeting):
    ballot = vote(world.secretary_a, meeting)
    assert outdated(meeting) == set()
    changed = update_record_to(world.secretary_a, meeting, meeting.on_date)  # everybody there
    assert outdated(changed) == {ballot.pk}
    client = as_user(world.secretary_a)
    assert "到会情况或日期又有修改" in client.get(f"/activities/votes/{ballot.uid}/").content.decode()
    again = store_vote(
        by=world.secretary_a,
        record=changed,
        facts=VoteFacts(kind="ordinary", title="议"),
        votes=Votes(9, 0, 0),
        ballot=ballot,
        version=ballot.version,
    )
    assert (again.pk, again.present_voting) == (ballot.pk, 9)
    assert outdated(changed) == set()


def test_who_left_before_the_vote_did_not_vote(world, meeting):
    left = Adjustments(left=frozenset({world.members_a[5].pk}))
    assert vote(world.secretary_a, meeting, (7, 0, 0), adjustments=left).present_voting == 7


def test_the_rule_is_that_of_the_day(world):
    assert rule_on(datetime.date(2019, 6, 1)).terms == SHIPPED_TERMS[0]
    assert rule_on(datetime.date(2020, 7, 13)).terms == SHIPPED_TERMS[1]
    assert rule_on(datetime.date(1999, 1, 1)).terms == SHIPPED_TERMS[0]
    assert VotingRule.objects.count() == 2


# --- No quorum, committee, refusals ---


def test_without_quorum_no_vote_is_taken(world):
    away = {f"row_{number}": ("leave", "sick", "住院") for number in range(1, 6)}
    few = record(world.secretary_a, world.branch_a, "general_meeting", rows=away)
    with pytest.raises(VoteRefused, match="不能表决"):
        vote(world.secretary_a, few, (4, 0, 0))
    assert not Ballot.objects.exists()


def test_a_committee_decides_by_its_whole_number(world, as_user):
    held = record(
        world.secretary_a, world.branch_a, "committee_meeting", rows={"row_3": ("leave", "sick", "住院")}
    )
    decided = vote(world.secretary_a, held, (2, 0, 0), kind="committee_decision")
    assert (decided.expected_voting, decided.present_voting, decided.votes_needed) == (3, 2, 2)
    assert decided.outcome == "passed"
    with pytest.raises(VoteRefused, match="不作"):
        vote(world.secretary_a, held, kind="ordinary")
    assert as_user(world.member_a).get(f"/activities/votes/{decided.uid}/").status_code == 404
    small = as_user(world.secretary_a).get(f"/activities/votes/{decided.uid}/").content.decode()
    assert "一般不设支部委员会" not in small


def test_a_branch_without_committee_is_warned(world, as_user):
    head = world.secretary_b.member
    make.tenure(head, "organization")
    held = record(world.secretary_b, world.branch_b, "committee_meeting")
    decided = vote(world.secretary_b, held, (1, 0, 0), kind="committee_decision")
    shown = as_user(world.secretary_b).get(f"/activities/votes/{decided.uid}/").content.decode()
    assert "正式党员 2 人，不足 7 人的党支部一般不设支部委员会" in shown


def test_advice_is_not_a_bar(world, as_user, meeting):
    close = vote(
        world.secretary_a, meeting, (5, 3, 0), kind="disposal", title="劝其退党", subject_name="某某"
    )
    shown = as_user(world.secretary_a).get(f"/activities/votes/{close.uid}/").content.decode()
    assert "第十七条" not in shown  # 5 to 3 is no narrow vote
    assert "党支部重要事项一般先经支部委员会会议讨论" in shown
    record(world.secretary_a, world.branch_a, "committee_meeting")
    narrow = vote(world.secretary_a, meeting, (4, 4, 0))
    assert "第十七条" in as_user(world.secretary_a).get(f"/activities/votes/{narrow.uid}/").content.decode()
    assert (
        "先经支部委员会"
        not in as_user(world.secretary_a).get(f"/activities/votes/{close.uid}/").content.decode()
    )


def test_the_record_of_a_theme_day_takes_no_votes(world, as_user):
    other = record(world.secretary_a, world.branch_a)
    client = as_user(world.secretary_a)
    assert [client.get(url(other, tail)).status_code for tail in ("", "new/", "election/")] == [404] * 3


# --- Frozen ---


def test_nothing_changes_after_confirmation(world, as_user, meeting):
    ballot = vote(world.secretary_a, meeting)
    confirm_record(by=world.secretary_a, record=meeting)
    with pytest.raises(NotEditable):
        vote(world.secretary_a, meeting)
    with pytest.raises(NotEditable):
        withdraw_ballot(by=world.secretary_a, ballot=ballot, reason="有误")
    client = as_user(world.secretary_a)
    for address in (
        url(meeting),
        f"/activities/votes/{ballot.uid}/edit/",
        f"/activities/votes/{ballot.uid}/withdraw/",
    ):
        assert client.get(address).status_code == 302
        assert client.post(address, {"title": "改", "reason": "改"}).status_code == 302
    ballot.refresh_from_db()
    assert (ballot.state, ballot.title) == ("decided", "通过工作计划")


def test_withdrawing_keeps_the_row_and_its_reason(world, as_user, meeting):
    ballot = vote(world.secretary_a, meeting)
    client = as_user(world.secretary_a)
    assert client.post(f"/activities/votes/{ballot.uid}/withdraw/", {"reason": "登记有误"}).url == url(
        meeting, ""
    )
    ballot.refresh_from_db()
    assert (ballot.state, ballot.withdrawn_reason, ballot.votes_for) == ("withdrawn", "登记有误", 7)
    assert "已撤销" in client.get(url(meeting, "")).content.decode()
    assert as_user(world.member_a).get(f"/activities/votes/{ballot.uid}/").status_code == 404


def test_two_people_editing_lose_nothing(world, meeting):
    ballot = vote(world.secretary_a, meeting)
    with pytest.raises(Conflict):
        store_vote(
            by=world.secretary_a,
            record=meeting,
            facts=VoteFacts(kind="ordinary", title="议"),
            votes=Votes(8, 0, 0),
            ballot=ballot,
            version=ballot.version - 1,
        )


def test_a_draft_with_a_vote_is_not_thrown_away(world):
    draft = record(world.secretary_a, world.branch_a, "general_meeting", signed=False)
    assert may_discard(draft)
    ballot = vote(world.secretary_a, draft, (9, 0, 0))
    assert not may_discard(draft)
    assert Ballot.objects.visible_to(world.member_a).count() == 0
    assert Ballot.objects.visible_to(world.officer_a).get() == ballot


@pytest.mark.parametrize(
    "values",
    [
        {"outcome": "failed"},
        {"votes_for": 8},
        {"votes_against": None},
        {"present_voting": 10},
        {"votes_needed": 8},
        {"quorum_needed": 9},
        {"state": "withdrawn"},
        {"state": "open"},
        {"seats": 3},
    ],
)
def test_the_database_refuses_results_against_the_rules(world, meeting, values):
    ballot = vote(world.secretary_a, meeting)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(**values)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"present": True}, "马晓东"),
        ({"excluded": True}, "陈志远"),
        ({"written": "for", "written_on": LONG_AGO}, "马晓东"),
        ({"written": "for", "written_on": LONG_AGO}, "安国强"),
        ({"written": "for"}, "陈志远"),
    ],
)
def test_the_database_refuses_voters_against_the_rules(world, meeting, values, name):
    vote(world.secretary_a, meeting)
    with pytest.raises(IntegrityError), transaction.atomic():
        assert Elector.objects.filter(name=name).update(**values) == 1


# --- Who sees what ---


def excluded_vote(world, meeting) -> Ballot:
    ill = roll_voters(meeting)[2]
    return vote(
        world.secretary_a,
        meeting,
        (8, 0, 0),
        kind="disposal",
        title="组织处置",
        subject_name="某某",
        adjustments=Adjustments({ill.member_id: Exclusion("exclusion_1", LONG_AGO, True)}),
    )


@pytest.mark.parametrize("persona", ["member_a", "cell_leader_a", "officer_a", "staff"])
def test_the_result_is_read_and_never_who_was_excluded(world, as_user, meeting, persona):
    ballot = excluded_vote(world, meeting)
    client = as_user(getattr(world, persona))
    page = client.get(f"/activities/votes/{ballot.uid}/")
    assert page.status_code == 200
    for text in (page.content.decode(), client.get(url(meeting, "")).content.decode()):
        assert ballot.resolution in text
        for hidden_word in ("不能表达本人意志", "没有表决权", "未参加表决", ill_name(meeting)):
            assert hidden_word not in text
    for address in (
        url(meeting),
        f"/activities/votes/{ballot.uid}/edit/",
        f"/activities/votes/{ballot.uid}/withdraw/",
    ):
        assert client.get(address).status_code == 403
    assert not Elector.objects.visible_to(getattr(world, persona)).exists()


def ill_name(meeting) -> str:
    return roll_voters(meeting)[2].name


def test_the_secretary_sees_them(world, as_user, meeting):
    ballot = excluded_vote(world, meeting)
    page = as_user(world.secretary_a).get(f"/activities/votes/{ballot.uid}/").content.decode()
    assert "不能表达本人意志" in page
    assert ill_name(meeting) in page


def test_a_member_is_not_told_how_many_were_excluded(world, as_user, meeting):
    ballot = excluded_vote(world, meeting)
    assert (
        "不计入应到会" not in as_user(world.member_a).get(f"/activities/votes/{ballot.uid}/").content.decode()
    )
    assert "不计入应到会" in as_user(world.staff).get(f"/activities/votes/{ballot.uid}/").content.decode()


@pytest.mark.parametrize(
    "persona", ["secretary_b", "member_b", "secretary_d", "secretary_x", "staff_x", "superuser"]
)
def test_nothing_leaks_to_another_branch(world, as_user, meeting, persona):
    ballot = vote(world.secretary_a, meeting, title="内部事项")
    theirs = record(world.secretary_b, world.branch_b, "general_meeting")
    own = vote(world.secretary_b, theirs, (2, 0, 0), title="外部事项")
    client = as_user(getattr(world, persona))
    for address in (url(meeting, ""), url(meeting), f"/activities/votes/{ballot.uid}/",
                    f"/activities/votes/{ballot.uid}/edit/", f"/activities/votes/{ballot.uid}/withdraw/"):  # fmt: skip
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code in (404, 405)
    reached = {"内部事项", "外部事项"} & set(
        Ballot.objects.visible_to(getattr(world, persona)).values_list("title", flat=True)
    )
    assert reached == ({"外部事项"} if persona in ("secretary_b", "member_b") else set())
    assert own.branch == world.branch_b


@pytest.mark.parametrize("people", [1, 30])
def test_the_page_asks_the_same_number_of_questions(world, as_user, django_assert_num_queries, people):
    for number in range(people):
        make.member(world.branch_a, f"增补{number}")
    held = record(world.secretary_a, world.branch_a, "general_meeting", day=today_shanghai())
    for number in range(1 if people == 1 else 3):
        vote(world.secretary_a, held, (9 + people, 0, 0), title=f"议{number}")
    client = as_user(world.secretary_a)
    client.get(url(held))
    with django_assert_num_queries(QUERIES_OF_FORM):
        client.get(url(held))
    with django_assert_num_queries(QUERIES_OF_LIST):
        client.get(url(held, ""))


QUERIES_OF_FORM = 13
QUERIES_OF_LIST = 9
