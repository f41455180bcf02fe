"""Elections: the worked examples E8–E12 of 5.6, ties and too few, and what no count may ever do."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.rules.elections import (
    FILLED,
    SECRETARY,
    SHORT,
    TIE,
    VOID,
    Papers,
    Tally,
    candidate_problems,
    candidates_needed,
    decide,
    marks_valid,
    paper_problems,
    reduction_problems,
    staff_problems,
    tally_problems,
    win_votes,
)
from activities.rules.strokes import SURNAMES_BY_STROKES, by_strokes, surname_strokes, unknown_surnames
from activities.rules.vote_kinds import PRESENT, SHIPPED_TERMS, VoteTerms
from activities.rules.voters import Base
from activities.rules.votes import quorum_problems, standing

EXPECTED_TERMS = SHIPPED_TERMS[-1]
PRESENT_TERMS = VoteTerms(datetime.date(2026, 1, 1), election_win_base=PRESENT)
PAPERS = Papers(15, 15, 15, 0)


def result(seats, votes, *, expected=18, present=15, terms=EXPECTED_TERMS, papers=PAPERS):
    tallies = [Tally(name, count, papers.valid - count) for name, count in votes.items()]
    return decide(seats, tallies, papers, expected=expected, present=present, terms=terms)


def test_e8_three_seats_need_four_candidates():
    assert candidates_needed(3) == 4
    assert "至少 4 名，现有 3 名，还差 1 名" in candidate_problems(3, ["甲", "乙", "丙"])[0]
    assert candidate_problems(3, ["甲", "乙", "丙", "丁"]) == []


@pytest.mark.parametrize(("seats", "needed"), [(1, 2), (3, 4), (5, 6), (6, 8), (7, 9), (10, 12), (11, 14)])
def test_a_fifth_more_rounded_up(seats, needed):
    assert candidates_needed(seats) == needed


def test_secretary_and_deputy_are_elected_with_equal_numbers():
    assert candidate_problems(1, ["甲"], SECRETARY) == []
    assert "等额" in candidate_problems(1, ["甲", "乙"], SECRETARY)[0]


def test_e9_four_fifths_must_be_there():
    base = Base(18, 14)
    assert not standing("election", base, EXPECTED_TERMS).quorum_met
    assert "至少须到 15 人，还差 1 人，不能选举" in quorum_problems("election", base, EXPECTED_TERMS)[0]
    assert standing("election", Base(18, 15), EXPECTED_TERMS).quorum_met
    assert result(1, {"甲": 14}, present=14).outcome == VOID


def test_e10_half_of_whom():
    assert result(1, {"甲": 9}).elected == ()
    assert result(1, {"甲": 9}, terms=PRESENT_TERMS).elected == ("甲",)
    assert (win_votes(18, 15, EXPECTED_TERMS), win_votes(18, 15, PRESENT_TERMS)) == (10, 8)


def test_e11_one_paper_too_many_voids_the_election():
    papers = Papers(15, 16, 16, 0)
    assert paper_problems(papers, 15) == []
    assert result(3, {"甲": 15}, papers=papers).outcome == VOID


def test_e12_over_marking_spoils_that_ballot_alone():
    assert [marks_valid(marks, 3) for marks in (0, 3, 4)] == [True, True, False]
    papers = Papers(15, 15, 14, 1)
    assert paper_problems(papers, 15) == []
    assert result(1, {"甲": 12}, papers=papers).elected == ("甲",)


def test_most_votes_first_and_a_tie_at_the_cut_is_voted_on_again():
    clear = result(3, {"甲": 15, "乙": 12, "丙": 11, "丁": 10})
    assert (clear.outcome, clear.elected, clear.remaining) == (FILLED, ("甲", "乙", "丙"), 0)
    assert [(line.place, line.name, line.passed, line.elected) for line in clear.ranking][-1] == (
        4,
        "丁",
        True,
        False,
    )
    tie = result(3, {"甲": 15, "乙": 12, "丙": 11, "丁": 11})
    assert (tie.outcome, tie.elected, tie.tied, tie.remaining) == (TIE, ("甲", "乙"), ("丙", "丁"), 1)
    among_elected = result(3, {"甲": 12, "乙": 12, "丙": 11, "丁": 5})
    assert (among_elected.outcome, among_elected.elected) == (FILLED, ("甲", "乙", "丙"))


def test_too_few_leave_seats_for_a_further_ballot():
    short = result(3, {"甲": 15, "乙": 12, "丙": 9, "丁": 9})
    assert (short.outcome, short.elected, short.remaining, short.tied) == (SHORT, ("甲", "乙"), 1, ())


def test_seats_are_reduced_with_half_or_more_agreeing():
    ask = {"outcome": SHORT, "elected": 2, "electors": 18}
    assert reduction_problems(**ask, agreeing=9) == []
    assert "还差 1 人" in reduction_problems(**ask, agreeing=8)[0]
    assert reduction_problems(outcome=TIE, elected=2, electors=18, agreeing=18)
    assert reduction_problems(outcome=SHORT, elected=0, electors=18, agreeing=18)


def test_a_further_ballot_is_among_the_tied_alone():
    assert candidate_problems(1, ["丙", "丁"], tied=2) == []
    assert "只在票数相等的 2 名" in candidate_problems(1, ["丙", "丁", "戊"], tied=2)[0]


def test_whoever_watches_is_no_candidate():
    assert staff_problems({"甲"}, ["乙"], ["丙"]) == []
    assert staff_problems({"甲"}, ["甲"], ["丙"]) == ["甲是候选人，不能担任监票人，请另选。"]
    assert "计票人" in staff_problems({"甲"}, ["乙"], ["甲"])[0]
    assert "分开" in staff_problems({"甲"}, ["乙"], ["乙"])[0]
    assert "请选监票人" in staff_problems({"甲"}, [], [])[0]


@pytest.mark.parametrize(
    ("papers", "words"),
    [
        (Papers(16, 15, 15, 0), "多于实到有选举权的 15 人"),
        (Papers(15, 15, 13, 1), "与收回选票 15 张不符"),
        (Papers(0, 0, 0, 0), "至少 1 张"),
        (Papers(15, 15, -1, 16), "不能为负数"),
    ],
)
def test_papers_must_add_up(papers, words):
    assert words in " ".join(paper_problems(papers, 15))


@pytest.mark.parametrize(
    ("tallies", "words"),
    [
        ([Tally("甲", 10, 4, 0)], "合计 14 票，与有效票 15 张不符"),
        ([Tally("甲", 15, 0), Tally("乙", 15, 0)], "合计 30 票，多于有效票 15 张 × 应选 1 名 = 15 票"),
        (
            [Tally("甲", 13, 2), Tally("丁", 2, write_in=True), Tally("戊", 1, write_in=True)],
            "才可以另选他人",
        ),
        ([Tally("甲", 0, 15), Tally("丁", 16, write_in=True)], "多于有效票 15 张"),
        ([Tally("甲", 7, 8), Tally("甲", 1, write_in=True)], "写了两次"),
        ([Tally("甲", -1, 16)], "不能为负数"),
    ],
)
def test_tallies_must_add_up(tallies, words):
    assert words in " ".join(tally_problems(PAPERS, 1, tallies))


def test_abstaining_and_writing_in_may_add_up():
    assert tally_problems(PAPERS, 1, [Tally("甲", 10, 3, 2), Tally("丁", 3, write_in=True)]) == []


# --- What no count may ever do ---


@st.composite
def elections(draw):
    expected = draw(st.integers(1, 60))
    present = draw(st.integers(0, expected))
    valid = draw(st.integers(0, present))
    papers = Papers(present, valid, valid, 0)
    seats = draw(st.integers(1, 5))
    counts = draw(st.lists(st.integers(0, valid), min_size=1, max_size=9))
    return (
        seats,
        papers,
        [Tally(f"候选{i}", count, valid - count) for i, count in enumerate(counts)],
        expected,
        present,
    )


@given(elections())
def test_every_outcome_is_one_that_the_regulation_allows(election):
    seats, papers, tallies, expected, present = election
    decided = decide(seats, tallies, papers, expected=expected, present=present, terms=EXPECTED_TERMS)
    votes = {tally.name: tally.in_favour for tally in tallies}
    assert len(decided.elected) + decided.remaining == seats
    if 5 * present < 4 * expected:
        assert decided.outcome == VOID
        assert decided.elected == ()
    for name in decided.elected:
        assert 2 * votes[name] > expected
        for other in votes:
            if other not in decided.elected:
                assert votes[other] < votes[name]
    if decided.outcome == TIE:
        assert len({votes[name] for name in decided.tied}) == 1
        assert len(decided.tied) > decided.remaining > 0
        assert not set(decided.tied) & set(decided.elected)
    if decided.outcome == SHORT:
        assert all(2 * votes[name] <= expected for name in votes if name not in decided.elected)


@given(elections())
def test_whom_the_stricter_base_elects_the_other_elects_too(election):
    seats, papers, tallies, expected, present = election
    numbers = {"expected": expected, "present": present}
    strict = decide(seats, tallies, papers, terms=EXPECTED_TERMS, **numbers)
    assert set(strict.elected) <= set(decide(seats, tallies, papers, terms=PRESENT_TERMS, **numbers).elected)


def test_the_stricter_base_exhaustively():
    for expected in range(1, 60):
        for present in range(expected + 1):
            assert win_votes(expected, present, EXPECTED_TERMS) >= win_votes(expected, present, PRESENT_TERMS)


@given(elections())
def test_one_vote_more_never_costs_a_majority(election):
    seats, papers, tallies, expected, present = election
    first = tallies[0]
    if first.in_favour == papers.valid:
        return
    better = [Tally(first.name, first.in_favour + 1, first.against - 1), *tallies[1:]]
    numbers = {"expected": expected, "present": present, "terms": EXPECTED_TERMS}
    before = decide(seats, tallies, papers, **numbers)
    after = decide(seats, better, papers, **numbers)
    assert (first.name in after.elected) >= (first.name in before.elected)


# --- Order by strokes ---


def test_ballots_list_candidates_by_surname_strokes():
    names = ["魏建国", "丁一", "王芳", "张三", "李四", "欧阳明"]
    assert by_strokes(names, name=str) == ["丁一", "王芳", "李四", "张三", "欧阳明", "魏建国"]
    assert [surname_strokes(name) for name in names] == [17, 2, 4, 7, 7, 8]


def test_unknown_surnames_come_last_and_are_named():
    assert by_strokes(["龘某", "魏某"], name=str) == ["魏某", "龘某"]
    assert unknown_surnames(["龘某", "魏某"]) == ["龘某"]


def test_the_table_lists_nobody_twice():
    characters = "".join(SURNAMES_BY_STROKES.values())
    assert len(characters) == len(set(characters)) > 400
