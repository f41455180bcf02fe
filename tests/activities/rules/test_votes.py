"""Votes: the table of 5.5 and the worked examples E1–E6, E13–E17 of 5.6 (E18 with the appraisal) as they stand, and what no numbers may ever do."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.rules.vote_kinds import (
    ADMISSION,
    COMMITTEE_DECISION,
    CONFIRMATION,
    DISPOSAL,
    ELECTION,
    MAJORITY_OF_PRESENT,
    ORDINARY,
    PRESENT,
    SECRET,
    SHIPPED_TERMS,
    SHOW_OF_HANDS,
    TWO_THIRDS,
    VOTE_KINDS,
    VoteTerms,
)
from activities.rules.voters import (
    Base,
    Exclusion,
    RightFacts,
    Voter,
    base_of,
    consent_gaps,
    voter_problems,
    was_full_member,
    why_no_right,
)
from activities.rules.votes import (
    Votes,
    close_prompt,
    committee_warning,
    quorum_needed,
    quorum_problems,
    resolution_sentence,
    standing,
    subject_problems,
    vote_problems,
    votes_needed,
)

TERMS = SHIPPED_TERMS[-1]
DAY = datetime.date(2026, 3, 5)
BEFORE = datetime.date(2026, 2, 1)
BEDRIDDEN = Exclusion("exclusion_4", BEFORE, True)
RESOLUTIONS = (ORDINARY, ADMISSION, CONFIRMATION, DISPOSAL, COMMITTEE_DECISION)

THRESHOLDS = """
3 2 2 2 3
4 2 3 3 4
5 3 3 3 4
6 3 4 4 5
7 4 4 4 6
8 4 5 5 7
9 5 5 5 8
10 5 6 6 8
12 6 7 7 10
15 8 8 8 12
18 9 10 10 15
20 10 11 11 16
23 12 12 12 19
25 13 13 13 20
30 15 16 16 24
40 20 21 21 32
50 25 26 26 40
"""


@pytest.mark.parametrize("line", THRESHOLDS.strip().splitlines())
def test_threshold_table(line):
    expected, half, more_than_half, votes, election = map(int, line.split())
    assert quorum_needed(ORDINARY, expected, TERMS) == half
    for kind in (ADMISSION, CONFIRMATION, DISPOSAL):
        assert quorum_needed(kind, expected, TERMS) == more_than_half
        assert votes_needed(kind, Base(expected, expected), TERMS) == votes
    assert votes_needed(ORDINARY, Base(expected, expected), TERMS) == votes
    assert quorum_needed(ELECTION, expected, TERMS) == election


# --- 5.6: branch A: 20 full members and 3 on probation, one within 留党察看, one excluded with both consents ---


def branch_a(*, present: int, written_for: int = 0, exclusion=BEDRIDDEN, kind=ADMISSION) -> list[Voter]:
    """The first of 18 ordinary full members are there; a written opinion is of the last ones."""
    people = [Voter(f"党员{number}", present=number < present) for number in range(18)]
    for number in range(written_for):
        people[-1 - number] = Voter(f"党员{17 - number}", written="for", written_on=BEFORE)
    people.append(Voter("察看者", "no_rights"))
    people.append(Voter("卧床者", exclusion=exclusion if TERMS.exclusions_apply(kind) else None))
    return people + [Voter(f"预备{number}", "probationary", present=True) for number in range(3)]


def counted(kind, **numbers) -> Base:
    return base_of(branch_a(kind=kind, **numbers), kind, DAY, TERMS)


def test_the_base_of_branch_a():
    assert counted(ADMISSION, present=12) == Base(18, 12, excluded=1)
    assert len(branch_a(present=12)) == 23
    # No text lets anybody be left out of an ordinary resolution.
    assert counted(ORDINARY, present=12) == Base(19, 12)


def test_e1_exactly_half_is_a_quorum_and_never_a_majority():
    now = standing(ORDINARY, Base(18, 9), TERMS, Votes(9, 0, 0))
    assert (now.quorum_met, now.passed, now.votes_short) == (True, False, 1)


def test_e2_passes():
    assert standing(ORDINARY, Base(18, 12), TERMS, Votes(10, 1, 1)).passed


def test_e3_fails_although_nobody_opposed():
    now = standing(ORDINARY, Base(18, 12), TERMS, Votes(9, 0, 3))
    assert (now.passed, now.votes_short) == (False, 1)


def test_e4_admission_without_quorum_takes_no_vote():
    base = counted(ADMISSION, present=9, written_for=1)
    assert (base.expected, base.present, base.written_for) == (18, 9, 1)
    assert not standing(ADMISSION, base, TERMS, Votes(9, 0, 0)).passed
    assert quorum_problems(ADMISSION, base, TERMS) == [
        "应到会有表决权的党员 18 人，实到 9 人，至少须到 10 人，还差 1 人，不能表决；请核对到会情况，或另行召开会议。"
    ]
    assert vote_problems(ADMISSION, base, TERMS, Votes(9, 0, 0))


def test_e5_admission_passes_with_one_written_opinion():
    base = counted(ADMISSION, present=10, written_for=1)
    votes = Votes(9, 1, 0)
    assert vote_problems(ADMISSION, base, TERMS, votes) == []
    assert standing(ADMISSION, base, TERMS, votes).passed
    assert not standing(ADMISSION, Base(18, 10), TERMS, votes).passed


@pytest.mark.parametrize(
    "together",
    [["张三", "李四"], ["张三、李四"], ["张三和李四"], ["张三 和 李四"], ["两名同志"], ["张三等3人"]],
)
def test_e6_two_prospects_are_voted_on_separately(together):
    assert "逐人表决" in subject_problems(ADMISSION, together)[0]
    assert subject_problems(ADMISSION, []) != []


@pytest.mark.parametrize("one", ["张三", "张三同志", "李和平", "买买提·艾力", "欧阳和平"])
def test_e6_one_name_is_one_person(one):
    assert subject_problems(ADMISSION, [one]) == []


def test_e7_the_vote_of_who_has_no_right_is_refused():
    on_probation = Voter("马晓东", "probationary", written="for", written_on=BEFORE)
    assert voter_problems(on_probation, ADMISSION, DAY, TERMS) == [
        "马晓东没有表决权（预备党员），其意见不能计入票数，请删去。"
    ]
    base = base_of(
        [Voter("甲", present=True), Voter("马晓东", "probationary", present=True)], ORDINARY, DAY, TERMS
    )
    assert base.present == 1
    assert vote_problems(ORDINARY, base, TERMS, Votes(2, 0, 0)) == [
        "赞成 2、不赞成 0、弃权 0 合计 2 票，与有表决权的实到 1 人不符，多出 1 票；请核对票数，或修改到会情况。"
    ]


def test_e13_leave_never_shrinks_the_base():
    assert counted(ADMISSION, present=16).expected == 18


def test_e14_an_exclusion_needs_both_consents():
    assert counted(ADMISSION, present=12, exclusion=Exclusion("exclusion_4", None, True)).expected == 19
    assert counted(ADMISSION, present=12, exclusion=Exclusion("exclusion_4", BEFORE, False)).expected == 19
    later = Exclusion("exclusion_4", DAY + datetime.timedelta(days=1), True)
    assert counted(ADMISSION, present=12, exclusion=later).expected == 19
    assert consent_gaps(later, DAY, TERMS) == ["上级党组织同意的日期晚于会议日期"]
    assert counted(ADMISSION, present=12, exclusion=Exclusion("exclusion_4", DAY, True)).expected == 18


def test_e15_committee_of_five():
    assert not standing(COMMITTEE_DECISION, Base(5, 2), TERMS).quorum_met
    assert standing(COMMITTEE_DECISION, Base(5, 3), TERMS).quorum_met
    assert votes_needed(COMMITTEE_DECISION, Base(5, 3), TERMS) == 3
    assert not standing(COMMITTEE_DECISION, Base(5, 3), TERMS, Votes(2, 0, 1)).passed


def test_e16_a_small_branch_has_no_committee():
    assert "5 人" in committee_warning(5)
    assert committee_warning(7) == ""


def test_e17_four_fifths_exactly_is_enough_since_2020():
    assert standing(ELECTION, Base(20, 16), TERMS).quorum_met
    assert not standing(ELECTION, Base(20, 16), SHIPPED_TERMS[0]).quorum_met


# --- Rights ---


def test_who_has_the_right():
    assert why_no_right(RightFacts()) == ""
    assert why_no_right(RightFacts(full_member=False)) == "probationary"
    assert why_no_right(RightFacts(within_party_probation=True)) == "no_rights"
    assert why_no_right(RightFacts(rights_suspended=True)) == "rights_suspended"
    assert why_no_right(RightFacts(standing_normal=False)) == "not_normal"
    assert why_no_right(RightFacts(affiliated=False)) == "not_affiliated"


def test_who_is_confirmed_by_the_meeting_did_not_vote_in_it():
    assert not was_full_member(DAY, DAY)
    assert was_full_member(DAY - datetime.timedelta(days=1), DAY)
    assert not was_full_member(None, DAY)


def test_video_counts_for_resolutions_only():
    online = [Voter("甲", present=True, online=True), Voter("乙", present=True)]
    assert base_of(online, ORDINARY, DAY, TERMS).present == 2
    for kind in (ADMISSION, CONFIRMATION, ELECTION):
        assert base_of(online, kind, DAY, TERMS).present == 1


@pytest.mark.parametrize(
    ("voter", "kind", "words"),
    [
        (Voter("甲", "no_rights", exclusion=BEDRIDDEN), ADMISSION, "不用再登记不计入"),
        (Voter("甲", present=True, exclusion=BEDRIDDEN), ADMISSION, "已到会，不能不计入"),
        (Voter("甲", exclusion=BEDRIDDEN), ORDINARY, "没有可以不计入的情形"),
        (Voter("甲", written="for", written_on=BEFORE), ORDINARY, "不计书面意见"),
        (Voter("甲", written="for", written_on=BEFORE), DISPOSAL, "不计书面意见"),
        (Voter("甲", written="for"), ADMISSION, "提出书面意见的日期"),
        (Voter("甲", written="for", written_on=DAY + datetime.timedelta(days=1)), ADMISSION, "提出于会后"),
        (Voter("甲", present=True, written="for", written_on=BEFORE), ADMISSION, "已到会参加表决"),
        (Voter("甲", written="for", written_on=BEFORE, exclusion=BEDRIDDEN), ADMISSION, "不计入应到会人数"),
    ],
)
def test_what_is_refused_of_one_voter(voter, kind, words):
    problems = voter_problems(voter, kind, DAY, TERMS)
    assert words in problems[0]
    assert "甲" in problems[0]


# --- Sentences ---


def test_the_sentence_of_an_admission():
    sentence = resolution_sentence(
        ADMISSION, Base(18, 10, 1, 1), TERMS, Votes(9, 1, 0), method=SECRET, title="接收张三为预备党员"
    )
    assert sentence == (
        "支部大会应到会有表决权的正式党员18名，实到10名。经无记名投票表决，9票赞成，1票不赞成，0名弃权。"
        "另有1名党员会前正式提出书面意见，其中1名赞成，0名不赞成，0名弃权。"
        "赞成人数超过应到会有表决权的正式党员的半数，决议通过：接收张三为预备党员。"
    )


def test_the_sentence_of_a_committee():
    sentence = resolution_sentence(
        COMMITTEE_DECISION, Base(5, 3), TERMS, Votes(2, 0, 1), method=SHOW_OF_HANDS, title=""
    )
    assert sentence == (
        "支部委员会应到会委员5名，实到3名。经举手表决，2票赞成，0票不赞成，1名弃权。"
        "赞成人数未超过应到会委员的半数，决议未通过。"
    )


def test_near_numbers_prompt_and_never_block():
    assert "第十七条" in close_prompt(Votes(10, 8, 0))
    assert close_prompt(Votes(12, 1, 0)) == close_prompt(Votes(1, 0, 9)) == ""


# --- What no numbers may ever do ---

ALL_TERMS = [
    TERMS,
    VoteTerms(
        DAY, general_quorum_strict=True, committee_quorum=TWO_THIRDS, committee_pass_rule=MAJORITY_OF_PRESENT
    ),
    VoteTerms(DAY, election_win_base=PRESENT),
]


@pytest.mark.parametrize("terms", ALL_TERMS)
@pytest.mark.parametrize("kind", RESOLUTIONS)
def test_every_small_branch(kind, terms):
    """Exhaustive to 30 expected: a result is more than half of its base, and there is a quorum."""
    for expected in range(31):
        for present in range(expected + 1):
            written_room = min(expected - present, 2) if VOTE_KINDS[kind].written else 0
            for written in range(written_room + 1):
                base, passed_before = Base(expected, present, 0, written), False
                for in_favour in range(present + 1):
                    now = standing(kind, base, terms, Votes(in_favour, present - in_favour, 0))
                    whole = terms.passing_base(kind, expected, present)
                    assert now.passed == (now.quorum_met and 2 * (in_favour + written) > whole)
                    assert now.passed >= passed_before
                    assert (now.votes_short == 0) == (
                        2 * (in_favour + written) > whole or whole == 0 < in_favour
                    )
                    if now.passed:
                        assert 2 * present >= expected > 0
                    passed_before = now.passed


@given(st.integers(1, 5000), st.data())
def test_more_votes_never_turn_pass_into_fail_and_half_never_passes(expected, data):
    kind = data.draw(st.sampled_from(RESOLUTIONS))
    present = data.draw(st.integers(0, expected))
    in_favour = data.draw(st.integers(0, present))
    base = Base(expected, present)
    now = standing(kind, base, TERMS, Votes(in_favour, 0, present - in_favour))
    if in_favour < present:
        more = standing(kind, base, TERMS, Votes(in_favour + 1, 0, present - in_favour - 1))
        assert more.passed >= now.passed
    if now.passed:
        assert now.quorum_short == now.votes_short == 0
    if 2 * in_favour == expected:
        assert not now.passed
    if expected % 2 == 0:
        assert not standing(kind, Base(expected, expected // 2), TERMS, Votes(expected // 2, 0, 0)).passed


@given(st.integers(0, 200))
def test_the_missing_number_is_the_one_that_is_enough(expected):
    for kind in VOTE_KINDS:
        needed = quorum_needed(kind, expected, TERMS)
        if expected:
            assert TERMS.quorum(kind).met(needed, expected)
        assert not TERMS.quorum(kind).met(needed - 1, expected)


@given(st.lists(st.sampled_from(["full", "leave", "probationary", "excluded", "half_excluded"]), max_size=40))
def test_leave_never_changes_the_base(people):
    made = {
        "full": Voter("甲", present=True),
        "leave": Voter("乙"),
        "probationary": Voter("丙", "probationary", present=True),
        "excluded": Voter("丁", exclusion=BEDRIDDEN),
        "half_excluded": Voter("戊", exclusion=Exclusion("exclusion_4", None, True)),
    }
    base = base_of([made[person] for person in people], ADMISSION, DAY, TERMS)
    assert base.expected == sum(person in ("full", "leave", "half_excluded") for person in people)
    assert base.present == people.count("full")
    assert base.present <= base.expected


def test_terms_survive_storing():
    for terms in (*SHIPPED_TERMS, *ALL_TERMS):
        assert VoteTerms.from_data(terms.as_data()) == terms
