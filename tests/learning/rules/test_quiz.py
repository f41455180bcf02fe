"""A check: drawing, shuffling, scoring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.rules.quiz import MULTIPLE, SINGLE, TRUE_FALSE, TRUE_FALSE_OPTIONS, draw, faults, needed, score


def item(number: int, kind: str = SINGLE, answers=(0,), options=("甲", "乙", "丙", "丁")) -> dict:
    if kind == TRUE_FALSE:
        options = TRUE_FALSE_OPTIONS
    return {
        "kind": kind, "text": f"题{number}", "options": list(options), "answers": list(answers), "explanation": "",
    }  # fmt: skip


items = st.integers(1, 30).flatmap(
    lambda number: st.sampled_from(
        [
            [item(index) for index in range(number)],
            [item(index, MULTIPLE, (0, 2)) for index in range(number)],
            [item(index, TRUE_FALSE, (1,)) for index in range(number)],
        ]
    )
)


@given(items, st.integers(1, 40), st.text(max_size=8))
def test_a_sheet_is_drawn_from_the_bank_and_keeps_its_solutions(bank, number, seed):
    sheet = draw(bank, number, seed=seed)
    assert sheet == draw(bank, number, seed=seed)
    assert len(sheet) == min(number, len(bank)) == len({each["text"] for each in sheet})
    originals = {each["text"]: each for each in bank}
    for each in sheet:
        origin = originals[each["text"]]
        assert sorted(each["options"]) == sorted(origin["options"])
        assert {each["options"][place] for place in each["answers"]} == {
            origin["options"][place] for place in origin["answers"]
        }
        if each["kind"] == TRUE_FALSE:
            assert each["options"] == TRUE_FALSE_OPTIONS


@given(items, st.integers(1, 100))
def test_all_right_passes_and_nothing_given_does_not(bank, mark):
    solutions = [each["answers"] for each in bank]
    assert score(bank, solutions, pass_mark=mark).passed
    assert not score(bank, [], pass_mark=mark).passed
    assert score(bank, [], pass_mark=mark).count == 0


@pytest.mark.parametrize(
    ("right", "total", "mark", "passed"),
    [
        (3, 5, 60, True),
        (2, 5, 60, False),
        (2, 3, 66, True),
        (2, 3, 67, False),
        (1, 1, 100, True),
        (0, 4, 1, False),
    ],
)
def test_the_mark_is_met_exactly(right, total, mark, passed):
    sheet = [item(index) for index in range(total)]
    given_ = [[0]] * right + [[1]] * (total - right)
    result = score(sheet, given_, pass_mark=mark)
    assert (result.count, result.passed) == (right, passed)
    assert (right >= needed(total, mark)) == passed


def test_several_answers_must_be_exactly_the_ones():
    sheet = [item(1, MULTIPLE, (0, 2))]
    right = [score(sheet, [chosen], pass_mark=60).right[0] for chosen in ([0, 2], [2, 0], [0], [0, 1, 2], [])]
    assert right == [True, True, False, False, False]


def test_an_empty_sheet_is_passed_by_nobody():
    assert not score([], [], pass_mark=1).passed


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ((SINGLE, "", ["甲", "乙"], [0]), "题目没有填写"),
        ((SINGLE, "题", ["甲"], [0]), "至少要有两个选项"),
        ((SINGLE, "题", ["甲", "甲"], [0]), "完全相同"),
        ((SINGLE, "题", ["甲", "乙"], []), "答案没有填写"),
        ((SINGLE, "题", ["甲", "乙"], [2]), "所指的选项没有填写"),
        ((SINGLE, "题", ["甲", "乙"], [0, 1]), "单选题只能有一个答案"),
        ((MULTIPLE, "题", ["甲", "乙"], [0]), "至少要有两个答案"),
        ((TRUE_FALSE, "题", TRUE_FALSE_OPTIONS, [0, 1]), "判断题只能有一个答案"),
    ],
)
def test_what_is_wrong_with_a_question_is_said(fields, words):
    assert any(words in sentence for sentence in faults(*fields))
    assert faults(SINGLE, "题", ["甲", "乙"], [1]) == []
