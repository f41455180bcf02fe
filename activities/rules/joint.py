"""共建: what branches may hold together, and when one may still be asked or answer."""

from __future__ import annotations

from activities.rules.kinds import (
    COLLECTIVE_STUDY,
    PARTY_LECTURE,
    POLITICAL_BIRTHDAY,
    RED_BASE_VISIT,
    THEME_DAY,
    VOLUNTEER_SERVICE,
)
from activities.rules.states import ANNOUNCED, PLANNED, POSTPONED

#: Whatever decides or judges belongs to one branch alone: meetings, org-life meetings and appraisals are not joint.
JOINT_KINDS = frozenset(
    {THEME_DAY, PARTY_LECTURE, POLITICAL_BIRTHDAY, VOLUNTEER_SERVICE, RED_BASE_VISIT, COLLECTIVE_STUDY}
)
OPEN_STATES = frozenset({PLANNED, ANNOUNCED, POSTPONED})
