"""Figures at hand: counted at once where that is quick, or by a job that whoever asks had run; and what was reported."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from members.models import PartyOrganization
from supervision.models import StatisticsReport, StatisticsRun
from supervision.queries.statistics import figures_of, needs_job
from supervision.rules.statistics import Figures, from_data

KEEP_HOURS = 24


@dataclass(frozen=True)
class Counted:
    """Figures and when they were counted."""

    figures: Figures
    at: datetime.datetime


def figures_at_hand(*, user, root: PartyOrganization, day: datetime.date) -> Counted | None:
    """The figures of now; of a large subtree on a past day those of the last day's job, None where none was run."""
    now = timezone.now()
    if not needs_job(root, day):
        return Counted(figures_of(root, day), now)
    runs = StatisticsRun.objects.own(user).for_(root, day)
    run = runs.filter(made_at__gt=now - datetime.timedelta(hours=KEEP_HOURS)).first()
    return None if run is None else Counted(from_data(run.figures), run.made_at)


def reports_of(user):
    """What was reported of the organisations that the user answers for, the newest first; the figures stay in the database."""
    return (
        StatisticsReport.objects.visible_to(user).select_related("organization", "made_by").defer("figures")
    )


def reported_figures(report: StatisticsReport) -> Figures:
    return from_data(report.figures)
