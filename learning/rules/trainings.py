"""Central trainings that the plan names for a time of life in the Party (domain 6.1): new secretaries, probation, the year
after confirmation. All of them say 一般: a prompt for a person, never part of what is reached or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from branch_portal.dates import add_months, add_years, year_bounds
from learning.rules.hours import PostSpan, StudyRequirement
from members.rules.roster import probation_end

NEW_SECRETARY = "新任党支部书记任职培训"
PROBATION = "预备期内集中培训"
FIRST_YEAR = "转正后一年内集中培训"
SECRETARY = "secretary"

DONE, OPEN, OVER = "done", "open", "over"
#: Whoever was secretary within these months before is none anew: a new term of the same person asks for nothing.
_NEW_AFTER_MONTHS = 6


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
    extension_until: date | None = None,
    attended: Sequence[date],
) -> list[TrainingDuty]:
    """The duties whose time overlaps the year, the one that ends first in front."""
    found = []
    for label, first, until in _windows(requirement, posts, admitted_on, confirmed_on, extension_until):
        start, end = year_bounds(year)
        if first <= end and until >= start:
            days = sorted(day for day in attended if first <= day <= until)
            found.append(TrainingDuty(label, first, until, days[0] if days else None))
    return sorted(found, key=lambda duty: (duty.until, duty.label))


def new_offices(posts: Iterable[PostSpan]) -> list[PostSpan]:
    """The times as a secretary that began an office, in order; those that only went on with one are left out."""
    held = sorted((span for span in posts if span.post == SECRETARY), key=lambda span: span.first)
    return [
        span
        for span in held
        if not any(
            before.first < span.first
            and (
                before.last is None
                or before.last + timedelta(days=1) >= add_months(span.first, -_NEW_AFTER_MONTHS)
            )
            for before in held
        )
    ]


def _windows(
    requirement: StudyRequirement,
    posts: Iterable[PostSpan],
    admitted_on: date | None,
    confirmed_on: date | None,
    extension_until: date | None,
) -> Iterable[tuple[str, date, date]]:
    day = timedelta(days=1)
    if requirement.new_secretary_months:
        for span in new_offices(posts):
            yield NEW_SECRETARY, span.first, add_months(span.first, requirement.new_secretary_months) - day
    if requirement.probation_training and admitted_on:
        # Whoever is not confirmed yet has a year of probation before them, longer where it was extended.
        yield PROBATION, admitted_on, (confirmed_on or probation_end(admitted_on, extension_until)) - day
    if requirement.first_year_training and confirmed_on:
        yield FIRST_YEAR, confirmed_on, add_years(confirmed_on, 1) - day
