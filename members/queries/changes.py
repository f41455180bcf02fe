"""Who was in an organisation's subtree when, for the yearly change table: a constant number of queries."""

import datetime
from collections import defaultdict

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from members.models import Affiliation, MemberStatus, OrganizationChange, PartyOrganization
from members.rules.changes import History, Stay

_UNIT = "whole_unit"


def branches_over_time(
    root: PartyOrganization, first: datetime.date, last: datetime.date
) -> dict[int, list[tuple[datetime.date | None, datetime.date | None]]]:
    """Branch id → stretches `[from, to)` of `[first, last]` in which it stood under the root; None where it is open."""
    paths = dict(PartyOrganization.objects.values_list("path", "pk"))
    step = PartyOrganization.steplen
    parents: dict[int, int | None] = {pk: paths.get(path[:-step]) for path, pk in paths.items()}
    moves: dict[int, list[tuple[datetime.date, int]]] = defaultdict(list)
    rows = OrganizationChange.objects.until(last).filter(parent__isnull=False)
    for organization, day, parent in rows.order_by("effective_on", "pk").values_list(
        "organization_id", "effective_on", "parent_id"
    ):
        moves[organization].append((day, parent))
    days = sorted({first, *(day for each in moves.values() for day, _ in each if first < day <= last)})
    found: dict[int, list] = defaultdict(list)
    for start, end in zip(days, [*days[1:], None], strict=True):
        then = dict(parents)
        for organization, each in moves.items():
            then[organization] = next((parent for day, parent in reversed(each) if day <= start), each[0][1])
        for pk in _below(root.pk, then):
            stretches = found[pk]
            if stretches and stretches[-1][1] == start:
                stretches[-1] = (stretches[-1][0], end)
            else:
                stretches.append((None if start == first else start, end))
    return found


def _below(root: int, parents: dict[int, int | None]) -> set[int]:
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in parents.items():
        children[parent].append(pk)
    found, waiting = {root}, [root]
    while waiting:
        for pk in children[waiting.pop()]:
            if pk not in found:
                found.add(pk)
                waiting.append(pk)
    return found


def histories(root: PartyOrganization, *, year: int, until: datetime.date) -> dict[int, History]:
    """Member id → stays within the subtree and suspensions, as far as the year needs them."""
    first = datetime.date(year - 1, 12, 31)
    stretches = branches_over_time(root, first, until)
    return _histories(_overlapping(stretches, first, until), stretches)


def movements(
    root: PartyOrganization, *, year: int, until: datetime.date
) -> tuple[dict[int, History], int, dict[int, list]]:
    """(histories of those who may have come or gone in the year, how many others were there throughout, the stretches).

    Says of the year what `histories` says, and reads only who moved: of 300 000 members some thousands do.
    """
    first = datetime.date(year - 1, 12, 31)
    stretches = branches_over_time(root, first, until)
    throughout = [branch for branch, each in stretches.items() if each == [(None, None)]]
    suspended = MemberStatus.objects.filter(kind=MemberStatus.Kind.SUSPENDED).values("member_id")
    rows = _overlapping(stretches, first, until)
    steady = (
        Q(branch_id__among=throughout)
        & Q(period__contains=DateRange(first, until, "[]"))
        & ~Q(member_id__in=suspended)
    )
    return _histories(rows.exclude(steady), stretches), rows.filter(steady).count(), stretches


def _overlapping(stretches: dict[int, list], first: datetime.date, until: datetime.date):
    return Affiliation.objects.filter(
        branch_id__among=stretches, period__overlap=(first, until + datetime.timedelta(days=1))
    )


def _histories(affiliations, stretches: dict[int, list]) -> dict[int, History]:
    rows = affiliations.values_list("member_id", "branch_id", "period", "gain", "loss")
    stays: dict[int, list[Stay]] = defaultdict(list)
    for member, branch, period, gain, loss in rows:
        for start, end in stretches[branch]:
            if (stay := _within(period, gain, loss, start, end)) is not None:
                stays[member].append(stay)
    suspended: dict[int, list] = defaultdict(list)
    kind = MemberStatus.Kind.SUSPENDED
    for member, period in MemberStatus.objects.filter(kind=kind).values_list("member_id", "period"):
        suspended[member].append((period.lower, period.upper))
    return {
        member: History(tuple(sorted(each, key=lambda stay: stay.start)), tuple(sorted(suspended[member])))
        for member, each in stays.items()
    }


def _within(period, gain: str, loss: str, start, end) -> Stay | None:
    """The part of an affiliation that lies in the stretch; an edge that the unit made is the whole unit's."""
    lower, upper = period.lower, period.upper
    if start is not None and start > lower:
        lower, gain = start, _UNIT
    if end is not None and (upper is None or end < upper):
        upper, loss = end, _UNIT
    return Stay(lower, upper, gain, loss) if upper is None or lower < upper else None
