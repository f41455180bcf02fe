"""What the year plan needs of the database: what a branch owes, what already stands, how it is usually held, what clashes."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from activities.models import ActivityKind, ActivityRecord, GatheringBranch
from activities.queries.cadence import (
    KIND_ORDER,
    cadence_rules,
    cells_of,
    committee_changes,
    due_masks,
    rule_in_force,
)
from activities.queries.defaults import USUAL_END, USUAL_START, theme_day_rule
from activities.queries.holidays import uploaded_days
from activities.rules import plan as rules
from activities.rules.cadence import MONTHS_IN, YEAR, YEAR_CLOSES_IN, Dues
from activities.rules.states import ANNOUNCED, CANCELLED, PLANNED
from activities.rules.theme_day import UploadedDays, planned_day, theme_day, year_of_theme_days
from branch_portal.dates import add_months, month_bounds, to_local, today_shanghai, year_bounds
from members.models import Member, PartyOrganization, PostTenure

#: Who takes the chair where nobody did yet: the secretary, in a cell its leader.
_CHAIRS = (PostTenure.Post.SECRETARY, PostTenure.Post.CELL_LEADER)


@dataclass(frozen=True)
class YearPlan:
    """The plan of one branch's year: what stands already, what is proposed, and what the branch owes as a whole."""

    branch: PartyOrganization
    year: int
    start: datetime.date
    cells: Mapping[int, PartyOrganization]
    arranged: Sequence[ActivityRecord]
    periods: Sequence[rules.Period]
    proposals: Sequence[rules.Proposal]
    habits: Mapping[tuple[str, int | None], rules.Habit]
    occupied: Sequence[rules.Occupied]
    uploaded: UploadedDays


def years_to_plan(today: datetime.date) -> tuple[int, int]:
    return today.year, today.year + 1


def default_year(today: datetime.date) -> int:
    """The running year, from the fourth quarter on the next one."""
    return today.year + (today.month >= 10)


def first_day(year: int, today: datetime.date) -> datetime.date:
    """From the next month on; of a year to come from its first day."""
    return max(datetime.date(year, 1, 1), add_months(today.replace(day=1), 1))


def year_plan(
    user,
    branch: PartyOrganization,
    year: int,
    today: datetime.date,
    own_cell: PartyOrganization | None = None,
) -> YearPlan:
    """Everything that the page of the plan shows. The number of queries does not depend on how much is owed."""
    all_rules = cadence_rules()
    cells = {cell.pk: cell for cell in cells_of([branch])[branch.pk] if cell.abolished_on is None}
    if own_cell is not None:
        cells = {own_cell.pk: own_cell}
    duties = _duties(all_rules, branch, list(cells.values()), year)
    if own_cell is not None:
        duties = [duty for duty in duties if duty.cell_id == own_cell.pk]
    arranged = arranged_records(branch, year)
    taken = taken_keys(arranged, all_rules, year)
    periods = [period for duty in duties for period in rules.owed_periods(duty, year)]
    uploaded = uploaded_days([year, year + 1])
    habits = _habits(branch, cells, {(duty.kind, duty.cell_id) for duty in duties})
    occupied = occupied_times(user, branch, year)
    start = first_day(year, today)
    proposals = rules.propose(
        [period for period in periods if period.key not in taken],
        branch_id=branch.pk,
        year=year,
        start=start,
        habits=habits,
        theme_days=year_of_theme_days(theme_day_rule(branch), year, uploaded),
        occupied=occupied,
        overrides=uploaded,
    )
    if own_cell is not None:
        arranged = [record for record in arranged if record.cell_id == own_cell.pk]
    return YearPlan(branch, year, start, cells, arranged, periods, proposals, habits, occupied, uploaded)


def _duties(all_rules, branch: PartyOrganization, cells: Sequence[PartyOrganization], year: int):
    committee = committee_changes([branch]).get(branch.pk, ())
    due, per_cell = due_masks(Dues(all_rules), branch, cells, year, committee)
    found = []
    for kind in KIND_ORDER:
        period = rule_in_force(all_rules, kind, datetime.date(year, 1, 1)).period
        if kind == ActivityKind.CELL_MEETING:
            found += [rules.Duty(str(kind), cell.pk, period, per_cell[cell.pk]) for cell in cells]
        else:
            found.append(rules.Duty(str(kind), None, period, due.get(kind, 0)))
    return found


def arranged_records(branch: PartyOrganization, year: int) -> list[ActivityRecord]:
    """Everything planned, announced, put off or held that belongs to the year, in order of time. One query."""
    first, last = year_bounds(year)
    records = (
        ActivityRecord.objects.filter(
            branch=branch, on_date__range=(first, month_bounds(year + 1, YEAR_CLOSES_IN)[1])
        )
        .exclude(share__gathering__state=CANCELLED)
        .select_related("share__gathering", "cell")
        .order_by("share__gathering__started_at", "pk")
    )
    return [record for record in records if record.on_date <= last or record.assessment_year == year]


def taken_keys(records: Iterable[ActivityRecord], all_rules, year: int) -> set[rules.Key]:
    """The periods that need nothing more."""
    spans = {
        str(kind): rule_in_force(all_rules, kind, datetime.date(year, 1, 1)).period for kind in KIND_ORDER
    }
    found = set()
    for record in records:
        period = spans.get(record.kind)
        if period is None or (period == YEAR and record.assessment_year != year):
            continue
        if period != YEAR and record.on_date.year != year:
            continue
        index = 1 if period == YEAR else (record.on_date.month - 1) // MONTHS_IN[period] + 1
        cell_id = record.cell_id if record.kind == ActivityKind.CELL_MEETING else None
        found.add((record.kind, cell_id, index))
    return found


def _habits(branch: PartyOrganization, cells: Mapping[int, PartyOrganization], wanted) -> dict:
    """How each kind was last held, else at the usual hour in the usual place. Two queries."""
    shares = (
        GatheringBranch.objects.filter(branch=branch)
        .exclude(gathering__state__in=(PLANNED, CANCELLED))
        .select_related("gathering")
        .order_by("records__kind", "cell_id", "-gathering__on_date", "-pk")
        .distinct("records__kind", "cell_id")
        .values_list(
            "records__kind", "cell_id", "chair_id", "gathering__on_date", "gathering__started_at",
            "gathering__ended_at", "gathering__place",
        )
    )  # fmt: skip
    held: dict[tuple, list] = {
        (kind, cell if kind == ActivityKind.CELL_MEETING else None): rest for kind, cell, *rest in shares
    }
    chairs = _chairs(branch, cells)
    found = {}
    for kind, cell_id in wanted:
        chair = chairs.get(cell_id)
        if (last := held.get((kind, cell_id))) is None:
            found[kind, cell_id] = rules.Habit(
                USUAL_START, USUAL_END, branch.usual_place or rules.UNDECIDED, None, chair
            )
            continue
        chair_id, day, started_at, ended_at, place = last
        found[kind, cell_id] = rules.Habit(
            to_local(started_at).time(),
            to_local(ended_at).time(),
            place or rules.UNDECIDED,
            None if kind in (ActivityKind.ORG_LIFE_MEETING, ActivityKind.APPRAISAL) else day.day,
            chair_id or chair,
        )
    return found


def _chairs(branch: PartyOrganization, cells: Mapping[int, PartyOrganization]) -> dict[int | None, int]:
    """Who holds the post today: under None the secretary, under a cell its leader. One query."""
    tenures = PostTenure.objects.filter(organization__in=[branch.pk, *cells], post__in=_CHAIRS)
    tenures = tenures.on(today_shanghai())
    found: dict[int | None, int] = {}
    for organization, member in tenures.order_by("pk").values_list("organization_id", "member_id"):
        found[None if organization == branch.pk else organization] = member
    return found


def occupied_times(user, branch: PartyOrganization, year: int) -> list[rules.Occupied]:
    """Rooms and chairs that are taken: the branch's own, and the rooms of sister branches as far as the user sees them."""
    first, _ = year_bounds(year)
    parent = branch.path[: -PartyOrganization.steplen]
    shares = (
        GatheringBranch.objects.visible_to(user)
        .filter(
            gathering__state__in=(PLANNED, ANNOUNCED),
            gathering__on_date__range=(first, month_bounds(year + 1, YEAR_CLOSES_IN)[1]),
            branch__path__startswith=parent or branch.path,
            branch__depth=branch.depth,
        )
        .select_related("gathering", "branch")
        .order_by("gathering__started_at", "pk")
    )
    return [occupied(share) for share in shares[:2000]]


def occupied(share: GatheringBranch) -> rules.Occupied:
    gathering = share.gathering
    return rules.Occupied(
        share.branch_id,
        gathering.on_date,
        to_local(gathering.started_at).time(),
        to_local(gathering.ended_at).time(),
        gathering.place,
        share.chair_id,
        f"{share.branch}“{gathering.theme}”",
    )


def misdated_theme_days(plan: YearPlan, today: datetime.date) -> list[tuple[ActivityRecord, datetime.date]]:
    """Theme days still only planned that do not stand on the day that the rule now names, each with that day."""
    rule = theme_day_rule(plan.branch)
    found = []
    for record in plan.arranged:
        gathering = record.share.gathering
        hosted = gathering.host_id == plan.branch.pk
        if record.kind != ActivityKind.THEME_DAY or gathering.state != PLANNED or not hosted:
            continue
        day = theme_day(rule, record.on_date.year, record.on_date.month, plan.uploaded)
        if record.on_date > today and day > today and day != record.on_date:
            found.append((record, day))
    return found


def shift_notes(plan: YearPlan) -> dict[rules.Key, str]:
    """Why a proposed theme day is not on the day that the rule names."""
    rule, notes = theme_day_rule(plan.branch), {}
    for line in plan.proposals:
        if line.kind == ActivityKind.THEME_DAY:
            named = planned_day(rule, line.day.year, line.day.month)
            if named != line.day:
                notes[line.period.key] = f"{named.month}月{named.day}日不是工作日，已调整"
        elif line.moved:
            notes[line.period.key] = "已避开节假日或已有安排"
    return notes


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {pk for pk in ids if pk}
    return dict(Member.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def by_day(occupied_ones: Iterable[rules.Occupied]) -> dict[datetime.date, list[rules.Occupied]]:
    found: dict[datetime.date, list[rules.Occupied]] = defaultdict(list)
    for one in occupied_ones:
        found[one.day].append(one)
    return found
