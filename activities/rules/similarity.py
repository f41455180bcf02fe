"""How much two minutes are the same text: shared character pairs (R6). A hint to the writer, never a judgement."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

#: Shorter texts resemble each other by chance.
SHORTEST = 60
#: From this share of common pairs on, two texts are nearly the same.
NEARLY_THE_SAME = 0.85

_NOT_TEXT = re.compile(r"[\s\d\W_]+")


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters, without digits, spaces and punctuation (another date is no other text)."""
    clean = _NOT_TEXT.sub("", text)
    return frozenset(clean[place : place + 2] for place in range(len(clean) - 1))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Common pairs by all pairs, 0 to 1 (Jaccard)."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def most_similar(text: str, others: Iterable[tuple[T, str]]) -> tuple[T, float] | None:
    """Of (name, text) the one that is nearly the same as the text, with how much; None where there is none."""
    if len(text.strip()) < SHORTEST:
        return None
    mine = pairs(text)
    best: tuple[T, float] | None = None
    for name, other in others:
        if len(other.strip()) < SHORTEST:
            continue
        share = similarity(mine, pairs(other))
        if share >= NEARLY_THE_SAME and (best is None or share > best[1]):
            best = name, share
    return best
