"""What a committee may remind branches of, and of what it has reminded them already."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from activities.queries.cadence import KIND_ORDER, branch_statuses
from activities.rules.cadence import DUE, MISSING
from activities.rules.strip import PeriodStatus
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.models import RemindedPeriod

#: The same is not asked for again within so many days; the database keeps it.
QUIET = datetime.timedelta(days=7)
#: So long a reminder stays on the branch's workbench while what it names is not held.
SHOWN = datetime.timedelta(days=30)

#: (branch id, kind, number of the period)
Cell = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Askable:
    """What one branch may be reminded of now; `quiet_since` is when it was reminded of what was left out for that."""

    branch: PartyOrganization
    lacks: dict[str, list[PeriodStatus]]
    quiet_since: datetime.date | None = None

    @property
    def count(self) -> int:
        return sum(len(periods) for periods in self.lacks.values())


def askable(
    branches: Sequence[PartyOrganization], year: int, day: datetime.date, *, kind: str = "", period: int = 0
) -> list[Askable]:
    """For each branch what it lacks of one kind or of all; a single period is also asked for while it runs.

    Constant queries, whatever the number of branches.
    """
    statuses = branch_statuses(branches, year, day)
    told = reminded_on([branch.pk for branch in branches], year)
    return [_askable(branch, statuses[branch.pk], told, day, kind=kind, period=period) for branch in branches]


def _askable(branch, statuses, told: dict[Cell, datetime.date], day, *, kind: str, period: int) -> Askable:
    lacks: dict[str, list[PeriodStatus]] = {}
    quiet = []
    for each in [kind] if kind else map(str, KIND_ORDER):
        for status in statuses[each]:
            if period and status.index != period:
                continue
            if status.status != MISSING and not (period and status.status == DUE):
                continue
            since = told.get((branch.pk, each, status.index))
            if since is not None and day < since + QUIET:
                quiet.append(since)
            else:
                lacks.setdefault(each, []).append(status)
    return Askable(branch, lacks, max(quiet, default=None))


def reminded_on(branch_ids: Iterable[int], year: int) -> dict[Cell, datetime.date]:
    """When each period of these branches was last asked for. One query."""
    rows = RemindedPeriod.objects.filter(branch__in=list(branch_ids), year=year).order_by("pk")
    found = rows.values_list("branch_id", "kind", "period", "quiet")
    return {(branch_id, kind, period): quiet.lower for branch_id, kind, period, quiet in found}


def reminders_of(user, branch: PartyOrganization, year: int, kind: str, period: int) -> list[RemindedPeriod]:
    """The reminders of one cell of the grid that the user may read, the latest first. One query."""
    return list(
        RemindedPeriod.objects.visible_to(user)
        .filter(branch=branch, year=year, kind=kind, period=period)
        .select_related("reminder__sender", "reminder__sent_by")
        .order_by("-pk")
    )


def asked_lately(day: datetime.date) -> dict[int, dict[int, list[tuple[str, int]]]]:
    """Year → branch id → [(kind, period)] of all reminders that workbenches still show. One query."""
    asked = RemindedPeriod.objects.filter(quiet__startswith__gt=day - SHOWN).order_by("year", "pk")
    found: dict[int, dict[int, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for branch_id, year, kind, period in asked.values_list("branch_id", "year", "kind", "period"):
        found[year][branch_id].append((kind, period))
    return found


def reminders_for_branches(user, years: Iterable[int]) -> list[RemindedPeriod]:
    """What the branches that the user keeps records of were reminded of, the latest last. One query."""
    return list(
        RemindedPeriod.objects.permitted(user, Permission.LOG_GATHERINGS)
        .filter(year__in=list(years))
        .select_related("reminder__sender", "branch")
        .order_by("pk")
    )


def branches_of_cells(ids: Sequence[int]) -> dict[int, int]:
    """Cell id → id of its branch, for those of the ids that are cells. Two queries."""
    cells = PartyOrganization.objects.filter(pk__in=ids, kind=PartyOrganization.Kind.CELL)
    above = {pk: path[: -PartyOrganization.steplen] for pk, path in cells.values_list("pk", "path")}
    by_path = dict(PartyOrganization.objects.filter(path__in=above.values()).values_list("path", "pk"))
    return {pk: by_path[path] for pk, path in above.items() if path in by_path}


def sender_for(user, branch: PartyOrganization) -> PartyOrganization | None:
    """In whose name the user reminds a branch: the nearest organisation of the user's own above it. No query."""
    above = [
        reach.organization
        for reach in user.access.reaches
        if Permission.INSPECT in reach.permissions and branch.path.startswith(reach.organization.path)
    ]
    return max(above, key=lambda organization: organization.depth, default=None)
