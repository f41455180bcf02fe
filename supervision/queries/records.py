"""What lies behind a cell of the grid."""

import datetime
import uuid
from dataclasses import dataclass

from activities.models import ActivityRecord
from activities.queries.cadence import KIND_ORDER
from activities.rules.strip import PeriodStatus
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.queries.grid import supervision_grid


@dataclass(frozen=True, slots=True)
class CellPeriod:
    """One period of one kind: its status, its dates, and the rule it is judged by."""

    status: PeriodStatus
    clause: str
    national: bool


def supervised_branch(user, uid: uuid.UUID) -> PartyOrganization | None:
    """A branch that the user supervises, or None: another committee's and a missing one are the same."""
    return (
        PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION)
        .branches()
        .filter(uid=uid)
        .first()
    )


def period_of(
    *, user, branch: PartyOrganization, year: int, kind: str, index: int, day: datetime.date
) -> CellPeriod | None:
    """The cell's period, or None where the kind is unknown, the year has no such period, or the branch had not begun."""
    if kind not in KIND_ORDER:
        return None
    grid = supervision_grid(user=user, year=year, day=day, root=branch)
    if not grid.rows:
        return None
    rule = grid.rules[kind]
    for status in grid.statuses(grid.rows[0], kind):
        if status.index == index:
            return CellPeriod(status, rule.clause, rule.national)
    return None


def records_behind(*, user, branch: PartyOrganization, kind: str, period: CellPeriod) -> list[ActivityRecord]:
    """The branch's records of this kind in the period, drafts included, the newest first. One query.

    What is owed once a year is found by the year that it belongs to: it may have been held early in the next.
    """
    within: dict = {"on_date__range": (period.status.first, period.status.last)}
    if period.status.months == 12:
        within = {"assessment_year": period.status.first.year}
    return list(
        ActivityRecord.objects.visible_to(user)
        .filter(branch=branch, kind=kind, **within)
        .select_related("share", "cell")
        .newest_first()
    )
