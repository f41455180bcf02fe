"""选举, as a secretary does it: candidates, count, ranking, tie and further ballot, papers; and what is refused."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from activities.actions.ballots import VoteRefused, withdraw_ballot
from activities.actions.elections import (
    CandidateVotes,
    ElectionFacts,
    further_ballot,
    record_election,
    reduce_seats,
    store_election,
)
from activities.actions.records import NotEditable, confirm_record
from activities.models import Ballot, Candidate, Elector
from activities.rules.elections import Papers
from members.models import VotingRightFact
from tests import factories as make
from tests.activities.factories import record
from tests.activities.test_main_path import hidden
from tests.activities.test_votes import sent, url

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.date(2020, 1, 1)
NINE = Papers(9, 9, 9, 0)


@pytest.fixture
def meeting(world):
    """A general meeting of branch A with everybody there: nine electors."""
    return record(world.secretary_a, world.branch_a, "general_meeting")


def people(world, *numbers) -> list[int]:
    return [world.members_a[number].pk for number in numbers]


def election(
    world, meeting, *, seats=3, candidates=(0, 1, 2, 4), office="committee_member", **fields
) -> Ballot:
    facts = ElectionFacts(
        office=office,
        seats=seats,
        candidates=people(world, *candidates),
        scrutineers=people(world, *fields.pop("scrutineers", (5,))),
        tellers=people(world, *fields.pop("tellers", (6,))),
        **fields,
    )
    return store_election(by=world.secretary_a, record=meeting, facts=facts)


def counted(world, ballot, votes: dict[str, int], papers=NINE, write_ins=()) -> Ballot:
    """Votes in favour by name; the rest of the valid papers is against."""
    rows = {row.name: row.pk for row in ballot.candidates.filter(write_in=False)}
    tallies = {rows[name]: CandidateVotes(number, papers.valid - number, 0) for name, number in votes.items()}
    return record_election(
        by=world.secretary_a, ballot=ballot, papers=papers, votes=tallies, write_ins=write_ins
    )


def elected(ballot) -> list[str]:
    return list(
        ballot.candidates.filter(elected=True).order_by("place", "position").values_list("name", flat=True)
    )


# --- The main path, through the pages ---


def test_from_candidates_to_the_result_sheet(world, as_user, meeting):
    client = as_user(world.secretary_a)
    uids = [member.uid.hex for member in world.members_a]
    data = sent(client, url(meeting, "election/")) | {
        "office": "committee_member", "seats": "3", "candidates": [uids[number] for number in (0, 1, 2, 4)],
        "scrutineers": uids[5], "tellers": uids[6],
    }  # fmt: skip
    address = client.post(url(meeting, "election/"), data).url
    ballot = Ballot.objects.get()
    assert (ballot.state, ballot.seats, ballot.quorum_needed, ballot.votes_needed) == ("open", 3, 8, 5)
    # 方 4, 白 5, 安 6, 陈 7 strokes.
    assert [row.name for row in ballot.candidates.all()] == ["方建国", "白春梅", "安国强", "陈志远"]
    paper = client.get(f"{address}paper/").content.decode()
    assert paper.index("方建国") < paper.index("白春梅") < paper.index("安国强") < paper.index("陈志远")
    page = client.get(f"{address}count/").content.decode()
    values = {
        "version": hidden(page, "version"),
        "issued": "9",
        "collected": "9",
        "invalid": "1",
        "write_ins": "邓秀兰 1",
    }
    for name, number in {"方建国": 8, "白春梅": 6, "安国强": 5, "陈志远": 3}.items():
        key = ballot.candidates.get(name=name).pk
        values |= {f"for_{key}": str(number), f"against_{key}": str(8 - number), f"abstain_{key}": ""}
    assert client.post(f"{address}count/", values).url == address
    ballot.refresh_from_db()
    assert (ballot.outcome, ballot.ballots_valid, elected(ballot)) == (
        "filled",
        8,
        ["方建国", "白春梅", "安国强"],
    )
    shown = client.get(address).content.decode()
    assert "方建国、白春梅、安国强当选支部委员会委员" in shown
    sheet = as_user(world.member_a).get(f"{address}sheet/").content.decode()
    for words in (
        "选举支部委员会委员结果报告单",
        "发出选票",
        "9 张",
        "邓秀兰",
        "监票人（高海燕）",
        "计票人（何文斌）",
        "应到会人数计算",
    ):
        assert words in sheet


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"candidates": (0, 1, 2)}, "至少 4 名，现有 3 名"),
        ({"candidates": (0, 1, 2, 9)}, "马晓东没有被选举权"),
        ({"scrutineers": (0,)}, "安国强是候选人，不能担任监票人"),
        ({"tellers": (1,)}, "白春梅是候选人，不能担任计票人"),
        ({"scrutineers": ()}, "请选监票人"),
        ({"scrutineers": (9,)}, "马晓东没有选举权"),
        ({"office": "secretary", "seats": 1, "candidates": (0, 1)}, "等额"),
        ({"seats": 0}, "至少为 1 名"),
    ],
)
def test_what_setting_up_refuses(world, meeting, fields, words):
    with pytest.raises(VoteRefused, match=words):
        election(world, meeting, **fields)
    assert not Ballot.objects.exists()


def test_four_fifths_must_have_come(world):
    away = {f"row_{number}": ("leave", "sick", "住院") for number in (7, 8)}
    few = record(world.secretary_a, world.branch_a, "general_meeting", rows=away)
    with pytest.raises(VoteRefused, match="至少须到 8 人，还差 1 人，不能选举"):
        election(world, few)


def test_people_of_another_branch_are_no_candidates(world, meeting):
    with pytest.raises(VoteRefused, match="不在本次会议"):
        store_election(
            by=world.secretary_a,
            record=meeting,
            facts=ElectionFacts("secretary", 1, [world.secretary_b.member_id], people(world, 5)),
        )


def test_whose_rights_rest_neither_stands_nor_is_counted(world, meeting):
    VotingRightFact.objects.create(member=world.members_a[4], code="no_rights", period=(LONG_AGO, None))
    with pytest.raises(VoteRefused, match="方建国没有被选举权"):
        election(world, meeting)
    assert election(world, meeting, candidates=(0, 1, 2, 7)).expected_voting == 8


def test_a_committee_elects_its_secretary(world):
    held = record(world.secretary_a, world.branch_a, "committee_meeting")
    ballot = election(world, held, office="secretary", seats=1, candidates=(0,), scrutineers=(1,), tellers=())
    assert (ballot.expected_voting, ballot.quorum_needed, ballot.votes_needed) == (3, 3, 2)
    done = counted(world, ballot, {"安国强": 3}, Papers(3, 3, 3, 0))
    assert "应到会委员3名" in done.resolution
    with pytest.raises(VoteRefused, match="不选举这一职务"):
        election(world, held)


# --- Counting ---


@pytest.mark.parametrize(
    ("papers", "votes", "words"),
    [
        (Papers(10, 9, 9, 0), {}, "多于实到有选举权的 9 人"),
        (Papers(9, 9, 7, 1), {}, "与收回选票 9 张不符"),
        (NINE, {"方建国": 9, "白春梅": 9, "安国强": 9, "陈志远": 9}, "请重新计票"),
        (NINE, {"方建国": 9}, "请填写每名候选人的票数"),
    ],
)
def test_a_count_that_cannot_be_is_refused(world, meeting, papers, votes, words):
    ballot = election(world, meeting)
    with pytest.raises(VoteRefused, match=words):
        counted(world, ballot, votes, papers)
    ballot.refresh_from_db()
    assert (ballot.state, ballot.outcome) == ("open", "")


def test_one_paper_too_many_voids_it_and_it_is_held_again(world, meeting):
    ballot = counted(world, election(world, meeting), {}, Papers(9, 10, 10, 0))
    assert (ballot.outcome, elected(ballot)) == ("void", [])
    again = further_ballot(by=world.secretary_a, ballot=ballot)
    assert (again.seats, again.candidates.count(), again.previous) == (3, 4, ballot)


def test_a_tie_is_voted_on_again_among_the_tied(world, as_user, meeting):
    first = counted(world, election(world, meeting), {"方建国": 9, "白春梅": 8, "安国强": 5, "陈志远": 5})
    assert (first.outcome, elected(first), first.seats_left) == ("tie", ["方建国", "白春梅"], 1)
    client = as_user(world.secretary_a)
    address = client.post(f"/activities/votes/{first.uid}/further/").url
    again = Ballot.objects.get(previous=first)
    assert (again.seats, [row.name for row in again.candidates.all()]) == (1, ["安国强", "陈志远"])
    assert 'name="candidates"' not in client.get(f"{address}candidates/").content.decode()
    with pytest.raises(VoteRefused, match="已有再次投票"):
        counted(world, first, {"方建国": 9, "白春梅": 8, "安国强": 6, "陈志远": 4})
    with pytest.raises(VoteRefused, match="已有再次投票"):
        further_ballot(by=world.secretary_a, ballot=first)
    done = counted(world, again, {"安国强": 3, "陈志远": 6})
    assert (done.outcome, elected(done)) == ("filled", ["陈志远"])


def test_who_was_written_in_and_tied_stands_again(world, meeting):
    ballot = election(world, meeting, seats=1, candidates=(0, 1))
    # Nine papers cannot give two people more than half for one seat: only with two seats may a name be tied.
    with pytest.raises(VoteRefused, match="马晓东没有被选举权"):
        counted(world, ballot, {"安国强": 4, "白春梅": 3}, write_ins=[("马晓东", 1)])
    two = election(world, meeting, seats=2, candidates=(0, 1, 2))
    tied = counted(world, two, {"安国强": 6, "白春梅": 5, "陈志远": 0}, write_ins=[("邓秀兰", 5)])
    assert (tied.outcome, elected(tied)) == ("tie", ["安国强"])
    again = further_ballot(by=world.secretary_a, ballot=tied)
    assert [(row.name, row.write_in) for row in again.candidates.all()] == [
        ("白春梅", False),
        ("邓秀兰", False),
    ]
    assert elected(counted(world, again, {"白春梅": 2, "邓秀兰": 7})) == ["邓秀兰"]


def test_too_few_are_voted_on_again_or_left_unfilled(world, as_user, meeting):
    first = counted(world, election(world, meeting), {"方建国": 9, "白春梅": 8, "安国强": 4, "陈志远": 4})
    assert (first.outcome, first.seats_left) == ("short", 1)
    with pytest.raises(VoteRefused, match="还差 1 人"):
        reduce_seats(by=world.secretary_a, ballot=first, agreeing=4)
    client = as_user(world.secretary_a)
    assert client.post(f"/activities/votes/{first.uid}/reduce/", {"agreeing": "5"}).status_code == 302
    first.refresh_from_db()
    assert (first.outcome, first.reduction_agreed) == ("reduced", 5)
    assert "减少名额1名" in first.resolution
    with pytest.raises(VoteRefused, match="已有结果"):
        further_ballot(by=world.secretary_a, ballot=first)


def test_the_missing_are_elected_from_the_rest(world, meeting):
    first = counted(world, election(world, meeting), {"方建国": 9, "白春梅": 8, "安国强": 4, "陈志远": 4})
    again = further_ballot(by=world.secretary_a, ballot=first)
    assert [row.name for row in again.candidates.all()] == ["安国强", "陈志远"]
    assert again.electors.filter(duty="scrutineer").get().name == "高海燕"
    withdraw_ballot(by=world.secretary_a, ballot=again, reason="另行提名")
    assert further_ballot(by=world.secretary_a, ballot=first).number == 3


def test_the_rule_of_2019_elects_by_those_present(world):
    make.member(world.branch_a, "增补者")
    day, away = datetime.date(2019, 6, 3), {"row_9": ("leave", "sick", "住院")}
    held = record(world.secretary_a, world.branch_a, "general_meeting", day=day, rows=away)
    ballot = election(world, held, seats=1, candidates=(0, 1))
    assert (ballot.expected_voting, ballot.present_voting) == (10, 9)
    # More than four fifths of ten; more than half of the nine who came.
    assert (ballot.quorum_needed, ballot.votes_needed) == (9, 5)
    assert elected(counted(world, ballot, {"安国强": 5, "白春梅": 4})) == ["安国强"]


def test_exactly_half_is_never_elected(world, meeting):
    make.member(world.branch_a, "增补者")
    held = record(world.secretary_a, world.branch_a, "general_meeting", day=datetime.date(2026, 5, 1))
    ballot = election(world, held, seats=1, candidates=(0, 1))
    assert ballot.expected_voting == 10
    done = counted(world, ballot, {"安国强": 5, "白春梅": 5}, Papers(10, 10, 10, 0))
    assert (done.outcome, elected(done)) == ("short", [])


# --- Order, frozen, constraints ---


def test_the_order_may_be_written_by_hand(world, as_user, meeting):
    client = as_user(world.secretary_a)
    uids = [member.uid.hex for member in world.members_a]
    data = sent(client, url(meeting, "election/")) | {
        "office": "committee_member", "seats": "3", "candidates": [uids[number] for number in (0, 1, 2, 4)],
        "scrutineers": uids[5], "order": "陈志远、安国强",
    }  # fmt: skip
    assert "还没有排" in client.post(url(meeting, "election/"), data).content.decode()
    data["order"] = "陈志远、安国强、方建国、白春梅"
    assert client.post(url(meeting, "election/"), data).status_code == 302
    assert [row.name for row in Candidate.objects.all()] == ["陈志远", "安国强", "方建国", "白春梅"]


def test_nothing_changes_after_confirmation(world, meeting):
    ballot = counted(world, election(world, meeting), {"方建国": 9, "白春梅": 8, "安国强": 4, "陈志远": 4})
    confirm_record(by=world.secretary_a, record=meeting)
    for change in (
        lambda: counted(world, ballot, {"方建国": 9, "白春梅": 8, "安国强": 6, "陈志远": 4}),
        lambda: further_ballot(by=world.secretary_a, ballot=ballot),
        lambda: reduce_seats(by=world.secretary_a, ballot=ballot, agreeing=9),
        lambda: withdraw_ballot(by=world.secretary_a, ballot=ballot, reason="有误"),
        lambda: election(world, meeting),
    ):
        with pytest.raises(NotEditable):
            change()


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Ballot, {"ballots_invalid": 1}),
        (Ballot, {"ballots_issued": 10}),
        (Ballot, {"office": ""}),
        (Ballot, {"outcome": "reduced"}),
        (Ballot, {"seats": None}),
        (Ballot, {"ballots_valid": None}),
        (Candidate, {"elected": True}),
        (Elector, {"present": True}),
    ],
)
def test_the_database_refuses_what_the_rules_forbid(world, meeting, model, values):
    counted(world, election(world, meeting), {"方建国": 9, "白春梅": 8, "安国强": 4, "陈志远": 4})
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.all().update(**values)


def test_an_election_under_way_is_not_for_members(world, as_user, meeting):
    ballot = election(world, meeting)
    for persona, status in (("member_a", 404), ("member_b", 404), ("officer_a", 200), ("staff", 200)):
        for tail in ("", "sheet/"):
            assert (
                as_user(getattr(world, persona)).get(f"/activities/votes/{ballot.uid}/{tail}").status_code
                == status
            )
    assert not Candidate.objects.visible_to(world.member_a).exists()
    assert Candidate.objects.visible_to(world.officer_a).count() == 4
