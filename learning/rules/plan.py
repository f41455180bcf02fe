"""The learning plan (学习计划): whom a topic is for, and whether somebody has done it (product M4).

A topic is met by hours of the ledger that are linked to it, or by an officer's word. One function decides a cell; the
branch's matrix and a member's own list are made of the same cells.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from branch_portal.dates import add_years, year_bounds

EVERYBODY, BY_POST, BY_CATEGORY = "everybody", "posts", "categories"
AUDIENCE_LABELS: dict[str, str] = {
    EVERYBODY: "全体党员",
    BY_POST: "担任下列职务的党员",
    BY_CATEGORY: "下列类别的党员",
}
DONE, OPEN, NOT_APPLICABLE = "done", "open", "not_applicable"
STANDING_LABELS = {DONE: "已完成", OPEN: "未完成", NOT_APPLICABLE: "不涉及"}


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is on the day asked: the posts held and the category (full or probationary)."""

    member_id: int
    posts: frozenset[str]
    category: str


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a topic is for."""

    kind: str = EVERYBODY
    posts: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()

    def includes(self, person: Person) -> bool:
        if self.kind == BY_POST:
            return not self.posts.isdisjoint(person.posts)
        if self.kind == BY_CATEGORY:
            return person.category in self.categories
        return True


@dataclass(frozen=True, slots=True)
class Standing:
    """How one member stands with one topic; `hours` are those linked to it so far."""

    state: str
    hours: Decimal = Decimal(0)
    confirmed: bool = False

    @property
    def label(self) -> str:
        return STANDING_LABELS[self.state]


def standing(
    audience: Audience, needed: Decimal, person: Person, hours: Decimal | None, *, confirmed: bool
) -> Standing:
    """One cell. `hours` is None when nothing is linked to the topic; `confirmed` is an officer's word that it is done.

    A topic without hours is done by any linked study. What somebody did whom the topic does not concern (any more) says
    nothing about the plan.
    """
    if not audience.includes(person):
        return Standing(NOT_APPLICABLE)
    enough = hours is not None and hours >= needed
    return Standing(DONE if confirmed or enough else OPEN, hours or Decimal(0), confirmed)


def is_late(state: str, due_on: datetime.date | None, day: datetime.date) -> bool:
    return state == OPEN and due_on is not None and due_on < day


def reference_day(year: int, today: datetime.date) -> datetime.date:
    """The day whose posts and categories count: today within the year, its last day afterwards, its first before."""
    first, last = year_bounds(year)
    return min(max(today, first), last)


def next_due(due_on: datetime.date | None, years: int = 1) -> datetime.date | None:
    """A topic's deadline in a copied plan: the same day, so many years on."""
    return None if due_on is None else add_years(due_on, years)


def hours_by_topic(
    earned: Iterable[tuple[int, str, Decimal]], sources: Mapping[int, Collection[str]]
) -> dict[tuple[int, int], Decimal]:
    """(member, topic) → hours, from (member, source, hours) and the sources linked to each topic."""
    exact: dict[str, list[int]] = {}
    for topic_id, linked in sources.items():
        for source in linked:
            exact.setdefault(source, []).append(topic_id)
    found: dict[tuple[int, int], Decimal] = {}
    for member_id, source, hours in earned:
        for topic_id in _topics_of(source, exact):
            key = (member_id, topic_id)
            found[key] = found.get(key, Decimal(0)) + hours
    return found


def _topics_of(source: str, exact: Mapping[str, Sequence[int]]) -> set[int]:
    """Topics of the source and of what it is a part of; each topic once, however often it is linked."""
    parts = source.split(":")
    names = (":".join(parts[:count]) for count in range(1, len(parts) + 1))
    return {topic_id for name in names for topic_id in exact.get(name, ())}
