"""A check: questions drawn at random, their options shuffled, and what a set of answers is worth.

A sheet is plain data, stored with the attempt: `[{"kind", "text", "options", "answers", "explanation"}, …]`, answers as
positions in the options as they stand there.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

SINGLE, MULTIPLE, TRUE_FALSE = "single", "multiple", "true_false"
KIND_LABELS = {SINGLE: "单选题", MULTIPLE: "多选题", TRUE_FALSE: "判断题"}
TRUE_FALSE_OPTIONS = ["正确", "错误"]
MAX_OPTIONS = 8
LETTERS = "ABCDEFGH"


class Item(TypedDict):
    """One question as it stands on a sheet."""

    kind: str
    text: str
    options: list[str]
    answers: list[int]
    explanation: str


@dataclass(frozen=True, slots=True)
class Result:
    """`right[i]` tells whether item i was answered rightly; `passed` by the mark in percent."""

    right: tuple[bool, ...]
    passed: bool

    @property
    def count(self) -> int:
        return sum(self.right)


def draw(bank: Sequence[Item], number: int, *, seed: str) -> list[Item]:
    """`number` items of the bank (all when it has fewer), in random order and with shuffled options.

    The same bank and seed give the same sheet. 判断题 keep 正确 before 错误: nobody expects it otherwise.
    """
    chance = random.Random(seed)  # noqa: S311  a draw of questions, no secret
    drawn = chance.sample(range(len(bank)), min(number, len(bank)))
    return [_shuffled(bank[index], chance) for index in drawn]


def _shuffled(item: Item, chance: random.Random) -> Item:
    order = list(range(len(item["options"])))
    if item["kind"] != TRUE_FALSE:
        chance.shuffle(order)
    return {
        **item,
        "options": [item["options"][old] for old in order],
        "answers": sorted(order.index(old) for old in item["answers"]),
    }


def score(sheet: Sequence[Item], given: Sequence[Sequence[int]], *, pass_mark: int) -> Result:
    """A question is right when exactly its answers were chosen; what was not answered is wrong.

    Compared in whole numbers, so that 3 of 5 meets 60 % exactly. An empty sheet is passed by nobody.
    """
    answers = [*given, *([()] * (len(sheet) - len(given)))]
    right = tuple(set(item["answers"]) == set(chosen) for item, chosen in zip(sheet, answers, strict=False))
    return Result(right, bool(sheet) and sum(right) * 100 >= pass_mark * len(sheet))


def needed(total: int, pass_mark: int) -> int:
    """The least number of right answers that passes."""
    return -(-total * pass_mark // 100)


def faults(kind: str, text: str, options: Sequence[str], answers: Sequence[int]) -> list[str]:
    """What is wrong with a question as it was written, in Chinese; an empty list when it can be asked."""
    found = []
    if not text:
        found.append("题目没有填写")
    if len(options) < 2:
        found.append("至少要有两个选项")
    elif len(set(options)) < len(options):
        found.append("有两个选项完全相同")
    if not answers:
        found.append("答案没有填写")
    elif any(answer >= len(options) for answer in answers):
        found.append("答案所指的选项没有填写")
    elif kind != MULTIPLE and len(answers) != 1:
        found.append(f"{KIND_LABELS[kind]}只能有一个答案")
    elif kind == MULTIPLE and len(answers) < 2:
        found.append("多选题至少要有两个答案，只有一个时请改为单选题")
    return found
