"""“Like last time”: what a new form is filled with, never the roll or the minutes (promise 1)."""

import datetime

from activities.models import ActivityKind, GatheringBranch
from activities.queries.eligibility import Eligible, default_chair
from activities.queries.holidays import uploaded_days
from activities.rules.states import CANCELLED, PLANNED
from activities.rules.theme_day import DAY_OF_MONTH, NTH_WEEKDAY, ThemeDayRule, UploadedDays, theme_day
from branch_portal.dates import add_months, to_local
from members.models import PartyOrganization

USUAL_START, USUAL_END = datetime.time(15, 0), datetime.time(16, 30)


def theme_day_rule(branch: PartyOrganization) -> ThemeDayRule:
    """The branch's own rule; numbers that no month has are brought back to ones that exist."""
    number = branch.theme_day_number
    if branch.theme_day_rule == PartyOrganization.ThemeDayRule.NTH_WEEKDAY:
        return ThemeDayRule(
            kind=NTH_WEEKDAY,
            nth=min(max(number, 1), 5),
            weekday=min(max(branch.theme_day_weekday or 5, 1), 7),
            shift=branch.theme_day_shift,
        )
    return ThemeDayRule(kind=DAY_OF_MONTH, day=min(max(number, 1), 31), shift=branch.theme_day_shift)


def theme_day_of(
    branch: PartyOrganization, day: datetime.date, uploaded: UploadedDays | None = None
) -> datetime.date:
    """The branch's theme day in the month of `day`. One query, unless the year's holidays are given."""
    known = uploaded_days([day.year]) if uploaded is None else uploaded
    return theme_day(theme_day_rule(branch), day.year, day.month, known)


def usual_date(kind: str, branch: PartyOrganization, today: datetime.date) -> datetime.date:
    """The day most likely meant: this month's theme day once it has come, otherwise today."""
    if kind == ActivityKind.THEME_DAY:
        planned = theme_day_of(branch, today)
        return planned if planned <= today else today
    return today


def last_share(
    kind: str, branch: PartyOrganization, cell: PartyOrganization | None
) -> GatheringBranch | None:
    """The branch's latest gathering of the kind, with what is taken over from it. Plans follow habits and make none."""
    return (
        GatheringBranch.objects.filter(branch=branch, cell=cell, records__kind=kind)
        .exclude(gathering__state__in=(PLANNED, CANCELLED))
        .select_related("gathering")
        .order_by("-gathering__on_date", "-pk")
        .first()
    )


def gathering_defaults(
    *,
    kind: str,
    branch: PartyOrganization,
    cell: PartyOrganization | None,
    people: list[Eligible],
    member_id: int | None,
) -> dict:
    """Initial values for times, place, chair and recorder. One query."""
    last = last_share(kind, branch, cell)
    by_id: dict[int | None, str] = {person.member_id: person.uid for person in people}
    gathering = last.gathering if last else None
    return {
        "start": to_local(gathering.started_at).time() if gathering else USUAL_START,
        "end": to_local(gathering.ended_at).time() if gathering else USUAL_END,
        "place": gathering.place if gathering else branch.usual_place,
        "chair": (last and by_id.get(last.chair_id)) or default_chair(people),
        "recorder": (last and by_id.get(last.recorder_id)) or by_id.get(member_id, ""),
    }


def announcement_defaults(
    kind: str,
    branch: PartyOrganization,
    cell: PartyOrganization | None,
    today: datetime.date,
    asked: datetime.date | None = None,
) -> dict:
    """Initial values of an announcement: the next theme day, or a week from today, at the usual time and place."""
    day = asked
    if day is None and kind == ActivityKind.THEME_DAY:
        day = theme_day_of(branch, today)
        if day <= today:
            day = theme_day_of(branch, add_months(today.replace(day=1), 1))
    values = gathering_defaults(kind=kind, branch=branch, cell=cell, people=[], member_id=None)
    return {
        "on_date": day or today + datetime.timedelta(days=7),
        "start": values["start"],
        "end": values["end"],
        "place": values["place"],
        "cell": cell.uid.hex if cell else "",
    }
