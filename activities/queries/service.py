"""Hours of volunteer service, summed up from the rolls of counted records; never a ranking.

Who came has the gathering's length, who came late the own minutes if they were given. Both are stored with the roll and the
gathering, so nothing is recomputed from today's roster.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Case, Count, DurationField, ExpressionWrapper, F, QuerySet, Sum, Value, When
from django.db.models.functions import Least

from activities.models import ActivityKind, RollEntry
from activities.rules.states import COUNTING
from members.models import Member

_DURATION = ExpressionWrapper(
    F("share__gathering__ended_at") - F("share__gathering__started_at"), output_field=DurationField()
)
_OWN = ExpressionWrapper(
    F("own_minutes") * Value(datetime.timedelta(minutes=1)), output_field=DurationField()
)
_SERVED = Case(
    When(status=RollEntry.Status.LATE, own_minutes__isnull=False, then=Least(_OWN, _DURATION)),
    default=_DURATION,
    output_field=DurationField(),
)


@dataclass(frozen=True, slots=True)
class Served:
    """One member's year of service in one branch."""

    member_uid: str
    name: str
    branch: str
    times: int
    minutes: int

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)


def service_entries(user) -> QuerySet[RollEntry]:
    """Rows of who served, as far as the user may see rolls, or the user's own; each with `served`, a duration."""
    return (
        RollEntry.objects.visible_to(user)
        .present()
        .filter(
            share__records__kind=ActivityKind.VOLUNTEER_SERVICE, share__records__state__in=sorted(COUNTING)
        )
        .annotate(served=_SERVED)
    )


def served_in_year(user, year: int, *, branch: str | None = None) -> list[Served]:
    """Who served in the year within the user's reach, by branch and name. One query."""
    entries = service_entries(user).filter(on_date__year=year)
    if branch:
        entries = entries.filter(branch__uid=branch)
    rows = (
        entries.order_by()
        .values(
            "member_id", "member__uid", "member__name", "member__name_pinyin", "branch_id", "branch__sort_number",
            "branch__short_name",
        )
        .annotate(times=Count("pk"), total=Sum("served"))
    )  # fmt: skip
    ordered = sorted(
        rows,
        key=lambda row: (row["branch__sort_number"], row["branch_id"], row["member__name_pinyin"], row["member_id"]),
    )  # fmt: skip
    return [
        Served(
            str(row["member__uid"]),
            row["member__name"],
            row["branch__short_name"],
            row["times"],
            minutes_of(row["total"]),
        )
        for row in ordered
    ]


def service_of(user, member: Member, *, limit: int = 50) -> list[RollEntry]:
    """A member's latest service that the user may see, newest first."""
    entries = service_entries(user).filter(member=member).select_related("share__gathering")
    return list(entries.order_by("-on_date", "-pk")[:limit])


def service_minutes(user, member: Member, year: int) -> int:
    """The member's sum of the year, as far as the user may see."""
    total = (
        service_entries(user)
        .filter(member=member, on_date__year=year)
        .aggregate(total=Sum("served"))["total"]
    )
    return minutes_of(total)


def minutes_of(served: datetime.timedelta | None) -> int:
    return int(served.total_seconds() // 60) if served else 0
