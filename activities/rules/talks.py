"""谈心谈话: which kind a talk is, and who of a branch still has to talk with whom (domain 4.1, Art. 19; C7 of 12).

Each of 支委之间, 支委和党员之间, 党员之间 generally at least once a year. A committee member owes every other one a talk;
every other member owes one with somebody of the committee and one with a fellow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations

COMMITTEE, MIXED, FELLOWS = "committee", "mixed", "fellows"
PAIR_LABELS = {COMMITTEE: "支委之间", MIXED: "支委和党员", FELLOWS: "党员之间"}
CLAUSE = "《中国共产党支部工作条例（试行）》第十九条：谈心谈话一般每年不少于1次"

#: C7: below the first it is said, below the second it is urgent.
YELLOW, RED = 0.9, 0.6


def pair_kind(one_in_committee: bool, other_in_committee: bool) -> str:
    """The kind of a talk, by the posts of the two on its day."""
    return (FELLOWS, MIXED, COMMITTEE)[one_in_committee + other_in_committee]


@dataclass(frozen=True, slots=True)
class Talk:
    """Two people and what kind of pair they were on the day."""

    one: int
    other: int
    kind: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a branch's year stands on a day. Members come in the order that they were given in."""

    total: int
    untalked: tuple[int, ...] = ()
    committee_pairs: tuple[tuple[int, int], ...] = ()
    without_committee: tuple[int, ...] = ()
    without_fellow: tuple[int, ...] = ()

    @property
    def covered(self) -> int:
        """Members with at least one talk: the numerator of C7."""
        return self.total - len(self.untalked)

    @property
    def share(self) -> float | None:
        """C7; None where there is nobody to talk with."""
        return self.covered / self.total if self.total > 1 else None

    @property
    def level(self) -> str:
        """done, late (yellow) or missing (red); "" without members."""
        if self.share is None:
            return ""
        return "missing" if self.share < RED else "late" if self.share < YELLOW else "done"

    @property
    def complete(self) -> bool:
        return not (self.untalked or self.committee_pairs or self.without_committee or self.without_fellow)

    @property
    def sentence(self) -> str:
        """What is missing, in numbers: it leaves the portal by mail, so it names nobody."""
        parts = (
            (len(self.untalked), "{} 名党员还没有谈过"),
            (len(self.committee_pairs), "支委之间缺 {} 对"),
            (len(self.without_committee), "{} 名党员未与支委谈"),
            (len(self.without_fellow), "{} 名党员未与其他党员谈"),
        )
        return "，".join(words.format(number) for number, words in parts if number)


def coverage(members: Iterable[int], committee: Collection[int], talks: Iterable[Talk]) -> Coverage:
    """Who of today's members and committee still owes which talk. A branch of one has nobody to talk with.

    Talks with people who have left since count for those who stayed; the kind is that of the talk's day.
    """
    everybody = list(dict.fromkeys(members))
    if len(everybody) < 2:
        return Coverage(len(everybody))
    held = [talk for talk in talks if talk.one != talk.other]
    met = {frozenset((talk.one, talk.other)) for talk in held}
    kinds: dict[int, set[str]] = {}
    for talk in held:
        for person in (talk.one, talk.other):
            kinds.setdefault(person, set()).add(talk.kind)
    leaders = [person for person in everybody if person in committee]
    fellows = [person for person in everybody if person not in committee]
    return Coverage(
        total=len(everybody),
        untalked=tuple(person for person in everybody if person not in kinds),
        committee_pairs=tuple(pair for pair in combinations(leaders, 2) if frozenset(pair) not in met),
        without_committee=tuple(
            person for person in fellows if leaders and not kinds.get(person, set()) & {MIXED, COMMITTEE}
        ),
        without_fellow=tuple(
            person for person in fellows if len(fellows) > 1 and FELLOWS not in kinds.get(person, set())
        ),
    )
