"""Art. 18: grades, the cap on 优秀, who is graded; E18 of the worked examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.rules.appraisal import (
    ALL,
    FULL,
    FULL_MEMBERS,
    GRADES,
    PROBATIONARY,
    Rated,
    base_of,
    caps_of,
    check,
    excellent_cap,
    read_tally,
    write_tally,
)
from members.rules.findings import Severity


def branch(full: int, probationary: int, excellent: int) -> list[Rated]:
    people = [Rated(f"党员{n}", FULL, "excellent" if n < excellent else "qualified") for n in range(full)]
    return people + [Rated(f"预备{n}", PROBATIONARY) for n in range(probationary)]


def codes(findings, severity=None) -> list[str]:
    return [finding.code for finding in findings if severity in (None, finding.severity)]


def test_e18():
    """E18 appraisal | 23 members, 3 probationary, 8 rated 优秀 | WARN: cap 6 on graded 20 (or 7 on all 23)."""
    people = branch(20, 3, 8)
    assert len(people) == 23
    assert caps_of(people).cap == 6
    assert caps_of(people, ALL).cap == 7
    for rule in (FULL_MEMBERS, ALL):
        findings = check(people, ballots=None, rule=rule)
        assert [(finding.code, finding.severity) for finding in findings] == [
            ("excellent_cap", Severity.WARN)
        ]
    assert "8 人，超过上限 6 人" in check(people, ballots=None)[0].message
    assert "8 人，超过上限 7 人" in check(people, ballots=None, rule=ALL)[0].message


def test_at_the_cap_nothing_is_said():
    assert check(branch(20, 3, 6), ballots=None) == []
    assert caps_of(branch(20, 3, 6)).sentence == "优秀 6 / 上限 6"


def test_with_a_reason_the_cap_is_only_said():
    (finding,) = check(branch(20, 3, 8), ballots=None, over_cap_reason="上级批准")
    assert (finding.severity, finding.message[-1]) == (Severity.WARN, "。")


@given(st.integers(0, 5000))
def test_the_cap_is_a_third_and_no_more(base):
    assert 3 * excellent_cap(base) <= base < 3 * (excellent_cap(base) + 1)


def test_the_cap_refuses_nonsense():
    with pytest.raises(ValueError, match="less than zero"):
        excellent_cap(-1)
    with pytest.raises(ValueError, match="unknown base"):
        base_of([FULL], "everyone")


@pytest.mark.parametrize(
    "fields", [{"grade": "qualified"}, {"self_grade": "excellent"}, {"tally": (0, 0, 0, 0)}]
)
def test_a_probationary_member_is_not_graded(fields):
    findings = check([Rated("马晓东", PROBATIONARY, **fields)], ballots=20)
    assert codes(findings, Severity.HARD) == ["probationary"]


@pytest.mark.parametrize(
    ("tally", "ballots", "hard"),
    [
        ((10, 10, 0, 0), 20, []),
        ((10, 9, 1, 1), 20, ["tally"]),
        ((1, 0, 0, 0), None, ["tally"]),
        ((-1, 0, 0, 0), 20, ["tally"]),
        (None, None, []),
    ],
)
def test_votes_fit_the_ballots(tally, ballots, hard):
    findings = check([Rated("何文斌", FULL, "qualified", tally=tally)], ballots=ballots)
    assert codes(findings, Severity.HARD) == hard


def test_no_more_ballots_come_back_than_went_out():
    assert codes(check([], ballots=21, issued=20), Severity.HARD) == ["ballots"]
    assert codes(check([], ballots=20, issued=20)) == []


@pytest.mark.parametrize("grade", ["basically", "unqualified"])
def test_below_qualified_owes_reason_and_follow_up(grade):
    assert codes(check([Rated("何", FULL, grade)], ballots=None)) == ["reason"]
    assert codes(check([Rated("何", FULL, grade, reason="不参加活动")], ballots=None)) == ["reason"]
    full = Rated("何", FULL, grade, reason="不参加活动", follow_up="谈话提醒")
    assert check([full], ballots=None) == []


def test_an_unknown_grade_is_refused_and_a_missing_one_is_said():
    assert codes(check([Rated("何", FULL, "best")], ballots=None), Severity.HARD) == ["grade"]
    assert codes(check([Rated("何", FULL)], ballots=None), Severity.INFO) == ["ungraded"]


@given(st.tuples(*[st.integers(0, 9999)] * len(GRADES)))
def test_votes_are_read_as_they_were_written(tally):
    assert read_tally(write_tally(tally)) == tally


def test_nothing_counted_is_nothing():
    assert (read_tally(""), write_tally(None)) == (None, "")
