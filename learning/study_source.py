"""What of the learning app's own is ahead of a member: classes with the member on the list, and lessons still to learn."""

import datetime
from collections.abc import Iterator

from django.urls import reverse

from branch_portal.registries import StudyChance, study_outlook
from learning.queries.lessons import lessons_with_hours
from learning.queries.training import minutes_ahead
from learning.queries.training_subjects import class_url
from learning.rules.categories import CENTRAL_TRAINING


@study_outlook
def classes_ahead(*, member, first: datetime.date, last: datetime.date) -> Iterator[StudyChance]:
    """Each class with what is left of it between the days, as one item, since it counts as one. One query."""
    for training, day, minutes in minutes_ahead(member, first, last):
        yield StudyChance("集中培训", CENTRAL_TRAINING, minutes, training.title, day, class_url(training))


@study_outlook
def lessons_open(*, member, first: datetime.date, last: datetime.date) -> Iterator[StudyChance]:
    """Lessons can be learned at any time. Two queries."""
    for lesson in lessons_with_hours(member):
        yield StudyChance(
            group="云端党课",
            category=lesson.category,
            minutes=lesson.minutes,
            title=lesson.title,
            url=reverse("learning:lesson", args=[lesson.uid]),
        )
