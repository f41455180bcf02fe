"""From which point a figure says that somebody needs help (domain 12: A1, A2, H1), and when a case is overdue (D2, M3).

The lines are the portal's own: no text of the Party sets them. They order a list for whoever helps; nobody is ranked by them.
"""

import datetime
from dataclasses import dataclass

from members.queries.attention import CONTACT, LOST, REMOVE

GOOD, ATTENTION, HELP, NOTHING = "正常", "需关注", "需要帮助", ""
CLAUSE = "督查提示线由门户设定，只用来安排帮助，不作考核和排名。"


@dataclass(frozen=True, slots=True)
class Lines:
    """Below `attention` per cent a figure is to be looked at, below `help` somebody is to be helped."""

    attention: int
    help: int

    def word(self, part: int, whole: int) -> str:
        """Exact at the line itself: 80 of 100 is good, 79 is not; nothing is said of nothing."""
        if whole <= 0:
            return NOTHING
        if part * 100 < whole * self.help:
            return HELP
        return ATTENTION if part * 100 < whole * self.attention else GOOD


#: A1, A2: present of expected.
ATTENDANCE = Lines(attention=80, help=60)
#: H1: members who have reached the year's hours, those of officers and of others apart.
STUDY = Lines(attention=90, help=70)
#: Hours are owed by the end of the year; before this month too few say nothing yet (domain 6.4).
STUDY_FROM_MONTH = 10


def study_word(reached: int, members: int, *, year: int, day: datetime.date) -> str:
    """The word for a year's hours; none while the year has time left."""
    if year > day.year or (year == day.year and day.month < STUDY_FROM_MONTH):
        return NOTHING
    return STUDY.word(reached, members)


def case_overdue(key: str, due_on: datetime.date, day: datetime.date) -> bool:
    """A contact may still be made on its day; six months without contact, and two years suspended, are full on theirs."""
    return due_on <= day if key in (LOST, REMOVE) else due_on < day


#: What M3 counts of all that the branches themselves are reminded of.
WATCHED = (CONTACT, LOST, REMOVE)
