"""Checks as their pages take them."""

from typing import Any

from learning.models import QuizAttempt
from learning.rules.quiz import KIND_LABELS, LETTERS, Item, score


def result_items(attempt: QuizAttempt) -> list[dict[str, Any]]:
    """One mapping a question: number, text, kind, right, chosen, and after passing solution and explanation."""
    right = score(attempt.sheet, attempt.given, pass_mark=attempt.pass_mark).right
    items = []
    for number, (item, given, good) in enumerate(
        zip(attempt.sheet, attempt.given, right, strict=True), start=1
    ):
        items.append(
            {
                "number": number,
                "kind": KIND_LABELS[item["kind"]],
                "text": item["text"],
                "right": good,
                "chosen": _words(item, given),
                "solution": _words(item, item["answers"]) if attempt.passed else "",
                "explanation": item["explanation"] if attempt.passed else "",
            }
        )
    return items


def printed_items(sheet: list[Item]) -> list[dict[str, Any]]:
    """One mapping a question for paper: number, kind, text, options with letters, solution in letters."""
    return [
        {
            "number": number,
            "kind": KIND_LABELS[item["kind"]],
            "text": item["text"],
            "options": [f"{LETTERS[place]}. {option}" for place, option in enumerate(item["options"])],
            "solution": "".join(LETTERS[place] for place in item["answers"]),
            "explanation": item["explanation"],
        }
        for number, item in enumerate(sheet, start=1)
    ]


def _words(item: Item, places: list[int]) -> str:
    return "；".join(f"{LETTERS[place]}. {item['options'][place]}" for place in places)
