"""The catalogue of what the portal holds of a branch: one entry a figure, found by its words, so that nobody asks for it.

`HeldFigure(key, label, values)` is all that other parts need: `values(branch_ids, day)` answers for any number of branches in
as many queries as for one. Entries are registered by `supervision/queries/held.py`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property

from branch_portal.pinyin import lazy_pinyin
from supervision.rules.requests import normalised

Value = int | Decimal | str | datetime.date | None
Values = Callable[[Sequence[int], datetime.date], dict[int, Value]]


class Basis(Enum):
    """What the day means for a figure."""

    AS_OF = "截至当日"
    YEAR = "本年 1 月 1 日至当日"


class Source(Enum):
    """Where a figure comes from, and where it is put right."""

    ROSTER = "党员名册"
    POSTS = "任职和任期"
    STRUCTURE = "党组织信息"
    RECORDS = "组织生活记录"
    STUDY = "学时台账"


@dataclass(frozen=True)
class HeldFigure:
    """One figure: its words, unit, what the day means for it, its clause, and how it is read.

    `words` are other ways to ask for exactly this; `near` are words that only bring it up as a proposal. A branch for which
    `values` says nothing has `empty`.
    """

    key: str
    label: str
    values: Values
    unit: str = ""
    source: Source = Source.ROSTER
    basis: Basis = Basis.AS_OF
    clause: str = ""
    words: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    empty: Value = None

    @cached_property
    def meanings(self) -> frozenset[str]:
        return frozenset(normalised(word) for word in (self.label, *self.words))

    @cached_property
    def searched(self) -> tuple[str, ...]:
        return (*(normalised(word) for word in (self.label, *self.words, *self.near)), self.label.lower())

    @cached_property
    def sounds(self) -> frozenset[str]:
        """Whole pinyin and initials of its words: dangyuanzongshu, dyzs."""
        found = set()
        for word in (self.label, *self.words):
            syllables = [syllable for syllable in lazy_pinyin(word) if syllable.isascii()]
            found |= {"".join(syllables).lower(), "".join(one[0] for one in syllables).lower()}
        return frozenset(found)

    def in_words(self, value: Value) -> str:
        """The value as people read it."""
        if value is None or value == "":
            return "无记录"
        if isinstance(value, datetime.date):
            return f"{value.year}年{value.month}月{value.day}日"
        return f"{value} {self.unit}".strip() if self.unit else str(value)


_figures: dict[str, HeldFigure] = {}


def hold(*figures: HeldFigure) -> None:
    """Add entries to the catalogue; a key or a meaning that is taken is a programming error."""
    for figure in figures:
        if figure.key in _figures:
            raise ValueError(f"held figure {figure.key!r} is there already")
        for other in _figures.values():
            if shared := figure.meanings & other.meanings:
                raise ValueError(f"{figure.key} and {other.key} both mean {shared}")
        _figures[figure.key] = figure


def held_figures() -> list[HeldFigure]:
    """The whole catalogue by source, in the order of its registration."""
    order = list(Source)
    return sorted(_figures.values(), key=lambda figure: order.index(figure.source))


def held_figure(key: str) -> HeldFigure | None:
    return _figures.get(key)


def meaning(label: str) -> HeldFigure | None:
    """The figure that a label asks for in other words, if there is exactly that one."""
    core = normalised(label)
    return next((figure for figure in _figures.values() if core in figure.meanings), None)


_LATIN = re.compile(r"[a-z]{2,}")


def proposals(text: str, limit: int = 6) -> list[HeldFigure]:
    """What the portal holds that comes near to what is being typed, the nearest first; by words, synonyms and pinyin."""
    typed = normalised(text)
    if not typed:
        return []
    scored = [(_nearness(typed, figure), place, figure) for place, figure in enumerate(held_figures())]
    return [figure for score, _, figure in sorted(scored, key=lambda one: (-one[0], one[1])) if score][:limit]


def _nearness(typed: str, figure: HeldFigure) -> int:
    if typed in figure.meanings:
        return 100
    if _LATIN.fullmatch(typed):
        return max(
            (90 if sound == typed else 60 for sound in figure.sounds if sound.startswith(typed)), default=0
        )
    best = 0
    for word in figure.searched:
        if word and (word in typed or typed in word):
            best = max(best, 40 + 40 * min(len(word), len(typed)) // max(len(word), len(typed)))
        else:
            best = max(best, _shared_pairs(typed, word))
    return best


def _shared_pairs(one: str, other: str) -> int:
    """Up to 40 for the share of neighbouring characters that both have; nothing for less than half."""
    pairs, others = _pairs(one), _pairs(other)
    if not pairs or not others:
        return 0
    share = 2 * len(pairs & others) / (len(pairs) + len(others))
    return int(40 * share) if share >= 0.5 else 0


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}
