"""Central trainings that the plan names for a time of life in the Party (domain 6.1): new secretaries, probation, the year
after confirmation. All of them say 一般: a prompt for a person, never part of what is reached or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from branch_portal.dates import add_months, add_years, year_bounds
from learning.rules.hours import PostSpan, StudyRequirement

NEW_SECRETARY = "新任党支部书记任职培训"
PROBATION = "预备期内集中培训"
FIRST_YEAR = "转正后一年内集中培训"
SECRETARY = "secretary"

DONE, OPEN, OVER = "done", "open", "over"


@dataclass(frozen=True, slots=True)
class TrainingDuty:
    """One training between two days, both included; `done_on` is the day on which one was attended."""

    label: str
    first: date
    until: date
    done_on: date | None

    def state(self, today: date) -> str:
        if self.done_on is not None:
            return DONE
        return OPEN if today <= self.until else OVER


def training_duties(
    requirement: StudyRequirement,
    year: int,
    *,
    posts: Iterable[PostSpan],
    admitted_on: date | None,
    confirmed_on: date | None,
    attended: Sequence[date],
) -> list[TrainingDuty]:
    """The duties whose time overlaps the year, the one that ends first in front."""
    found = []
    for label, first, until in _windows(requirement, posts, admitted_on, confirmed_on):
        start, end = year_bounds(year)
        if first <= end and until >= start:
            days = sorted(day for day in attended if first <= day <= until)
            found.append(TrainingDuty(label, first, until, days[0] if days else None))
    return sorted(found, key=lambda duty: (duty.until, duty.label))


def _windows(
    requirement: StudyRequirement,
    posts: Iterable[PostSpan],
    admitted_on: date | None,
    confirmed_on: date | None,
) -> Iterable[tuple[str, date, date]]:
    day = timedelta(days=1)
    if requirement.new_secretary_months:
        for span in posts:
            if span.post == SECRETARY:
                yield (
                    NEW_SECRETARY,
                    span.first,
                    add_months(span.first, requirement.new_secretary_months) - day,
                )
    if requirement.probation_training and admitted_on:
        # Whoever is not confirmed yet has a year of probation before them, longer where it was extended.
        yield PROBATION, admitted_on, (confirmed_on or add_years(admitted_on, 1)) - day
    if requirement.first_year_training and confirmed_on:
        yield FIRST_YEAR, confirmed_on, add_years(confirmed_on, 1) - day
