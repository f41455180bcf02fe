"""报名 by capacity: who has a place, who waits, and how many move up. Pure functions."""

from __future__ import annotations

from activities.rules.kinds import (
    PARTY_LECTURE,
    POLITICAL_BIRTHDAY,
    RED_BASE_VISIT,
    THEME_DAY,
    VOLUNTEER_SERVICE,
)

#: Kinds that a branch may open for sign-up; meetings that decide something are not a matter of choice.
SIGN_UP_KINDS = frozenset({THEME_DAY, PARTY_LECTURE, POLITICAL_BIRTHDAY, VOLUNTEER_SERVICE, RED_BASE_VISIT})
#: Of these, who did not sign up is not expected to come (a theme day expects every member all the same).
VOLUNTARY_KINDS = frozenset({VOLUNTEER_SERVICE, RED_BASE_VISIT})
NOT_SIGNED_UP, ON_LEAVE = "未报名", "报名后请假"


def has_room(capacity: int | None, going: int) -> bool:
    """Whether one more may come; no capacity means no limit."""
    return capacity is None or going < capacity


def moving_up(capacity: int | None, going: int, waiting: int) -> int:
    """How many of the waiting list get a place now."""
    return waiting if capacity is None else max(min(capacity - going, waiting), 0)
