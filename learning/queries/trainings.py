"""Central trainings that members attended, and which are still owed."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from learning.models import StudyCredit
from learning.rules.categories import CENTRAL_TRAINING
from learning.rules.hours import PostSpan, StudyRequirement
from learning.rules.trainings import TrainingDuty, training_duties
from members.models import Member


def training_days(member_ids: Collection[int]) -> dict[int, list[datetime.date]]:
    """Member → days of confirmed central trainings that stand, of all years. One query."""
    days: dict[int, list[datetime.date]] = defaultdict(list)
    rows = (
        StudyCredit.objects.filter(
            member_id__in=member_ids, category=CENTRAL_TRAINING, status=StudyCredit.Status.CONFIRMED
        )
        .standing()
        .order_by("on_date")
    )
    for member_id, day in rows.values_list("member_id", "on_date"):
        days[member_id].append(day)
    return days


def duties_of(
    members: Sequence[Member],
    year: int,
    *,
    requirement: StudyRequirement,
    posts: Mapping[int, Sequence[PostSpan]],
) -> dict[int, list[TrainingDuty]]:
    """Member → duties of the year; one query."""
    attended = training_days([member.pk for member in members])
    return {
        member.pk: training_duties(
            requirement,
            year,
            posts=posts.get(member.pk, ()),
            admitted_on=member.admitted_on,
            confirmed_on=member.confirmed_on,
            extension_until=member.extension_until,
            attended=attended.get(member.pk, ()),
        )
        for member in members
    }
