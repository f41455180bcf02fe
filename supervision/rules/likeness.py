"""R6 over many records: which pairs of texts are nearly the same, without comparing each with each.

Character pairs are hashed once and sorted into bins, the least of each bin is the text's sketch; texts that agree in a band of
four bins are candidates and compared exactly (`activities.rules.similarity`). A pair that is nearly the same is missed about
once in four hundred times, which a prompt may.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

from activities.rules.similarity import NEARLY_THE_SAME, SHORTEST, pairs, similarity

T = TypeVar("T", bound=Hashable)
_BINS, _BAND = 32, 4
_NOTHING = 2**32
#: Boilerplate that hundreds share says nothing of any one of them; a bucket is not compared beyond this.
_CROWD = 200


def sketch(text_pairs: Iterable[str]) -> tuple[int, ...]:
    """The least hash of each bin."""
    least = [_NOTHING] * _BINS
    for pair in text_pairs:
        value = zlib.crc32(pair.encode())
        place, rest = value % _BINS, value // _BINS
        least[place] = min(least[place], rest)
    return tuple(least)


def near_pairs(texts: Iterable[tuple[T, str]]) -> Iterator[tuple[T, T, int]]:
    """(later, earlier, percent) for texts given in their order of time; each later one with the earlier one it is nearest to."""
    seen: dict[T, frozenset[str]] = {}
    buckets: dict[tuple, list[T]] = defaultdict(list)
    for name, text in texts:
        if len(text.strip()) < SHORTEST:
            continue
        mine = pairs(text)
        keys = _bands(sketch(mine))
        candidates = {other for key in keys for other in buckets[key][-_CROWD:]}
        best = max(((similarity(mine, seen[other]), other) for other in candidates), default=None, key=_share)
        if best is not None and best[0] >= NEARLY_THE_SAME:
            yield name, best[1], round(best[0] * 100)
        seen[name] = mine
        for key in keys:
            buckets[key].append(name)


def _share(found: tuple[float, object]) -> float:
    return found[0]


def _bands(least: tuple[int, ...]) -> list[tuple]:
    return [(start, least[start : start + _BAND]) for start in range(0, _BINS, _BAND)]
