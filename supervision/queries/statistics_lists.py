"""Who or what is behind a cell: the same conditions as the figures, so a list is as long as its cell says.

Names are of members whom the asker may see today; of others the list says that there is somebody (promise 7).
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, CharField, F, QuerySet, Value, When

from activities.models import ActivityKind
from members.models import Affiliation, Member, PartyOrganization
from members.queries.dictionaries import label_of
from members.rules.changes import ROWS, Breaker
from supervision.queries.statistics_life import (
    BRANCHES,
    LIFE_COLUMNS,
    MEETING_COLUMNS,
    Life,
    Structure,
    meetings_by_branch,
    unit_layouts,
)
from supervision.queries.statistics_moves import SHEETS as MOVE_SHEETS
from supervision.queries.statistics_moves import Event, Measured, Moves, move_label
from supervision.queries.statistics_people import Population, members_on, narrowed_to
from supervision.rules.statistics import MEASURES
from supervision.rules.statistics_layouts import situation_layout

HIDDEN = "现不在管辖范围内的党员"
ORDER = ("sort_name", "pk")
_LAST = "~"  # after every pinyin
_ROSTERS = {"total": None, "normal": False, "suspended": True}
MEMBERSHIP = {"total": "在册", "normal": "正常", "suspended": "停止党籍"}
#: What every column of every table is called.
HEADS = dict((*MEASURES, BRANCHES, *LIFE_COLUMNS, *MEETING_COLUMNS))


@dataclass(frozen=True, slots=True)
class Person:
    """One line of a list. `member` is None for who is not the asker's to see: then nothing else is said."""

    member: Member | None
    branch: str
    category: str = ""
    education: str = ""
    job_post: str = ""
    day: datetime.date | None = None
    how: str = ""

    @property
    def name(self) -> str:
        return self.member.name if self.member else HIDDEN


@dataclass(frozen=True, slots=True)
class Place:
    """One organisation of a list, with its part of the cell."""

    organization: PartyOrganization
    name: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Behind:
    """What a cell leads to: members as a queryset, or events, or organisations with the heads of their numbers.

    `label` is what the cell's line is called.
    """

    day: datetime.date
    label: str = ""
    members: QuerySet | None = None
    events: Sequence[Event] | None = None
    places: Sequence[Place] | None = None
    heads: tuple[str, ...] = ()

    def count(self) -> int:
        if self.members is not None:
            return self.members.order_by().count()
        return len(self.events if self.events is not None else self.places or ())


def behind(root: PartyOrganization, day: datetime.date, sheet: str, line: str, column: str) -> Behind | None:
    """What is behind a cell of the root's figures of a day; None where there is no such cell. A constant number of queries."""
    if sheet == "change" and line in ("1", "14"):
        if column != "total":
            return None
        when = day if line == "14" else datetime.date(day.year - 1, 12, 31)
        return Behind(when, ROWS[int(line)], members=members_on(Population.of(root, when)))
    population = Population.of(root, day)
    if sheet in MOVE_SHEETS:
        return _events(Moves(root, day), population, sheet, line, column)
    if sheet == "membership":
        if line not in _ROSTERS:
            return None
        rows = members_on(population, suspended=_ROSTERS[line])
        found = narrowed_to(rows, {}, "situation", "total", column)
        return None if found is None else Behind(day, MEMBERSHIP[line], members=found)
    layouts = {**population.layouts, "situation": situation_layout()}
    if sheet in layouts:
        node = layouts[sheet].node(line)
        found = narrowed_to(members_on(population), population.layouts, sheet, line, column)
        return None if found is None or node is None else Behind(day, node.label, members=found)
    return _of_structure(Structure(population), sheet, line, column)


def _of_structure(structure: Structure, sheet: str, line: str, column: str) -> Behind | None:
    population, day = structure.population, structure.population.day
    if sheet == "organizations":
        kept = [
            pk for pk, row in structure.rows.items() if pk in structure.then and line in ("total", row.kind)
        ]
        if line != "total" and line not in PartyOrganization.Kind.values:
            return None
        label = "合计" if line == "total" else str(PartyOrganization.Kind(line).label)
        return Behind(day, label, places=[Place(structure.rows[pk], structure.name(pk)) for pk in kept])
    if sheet == "life":
        owing = Life(structure).branches(line, column)
        if owing is None:
            return None
        heads = tuple(head for _, head in LIFE_COLUMNS[1:])
        places = [
            Place(row, structure.name(row.pk), (each.owed, each.done, each.pending, each.missing))
            for row, each in owing
        ]
        return Behind(day, ActivityKind(line).label, places=places, heads=heads)
    if sheet == "meetings":
        held = meetings_by_branch(population, line, column)
        if held is None:
            return None
        places = [Place(structure.rows[pk], structure.name(pk), numbers) for pk, numbers in held]
        label = "合计" if line == "total" else ActivityKind(line).label
        return Behind(day, label, places=places, heads=tuple(head for _, head in MEETING_COLUMNS))
    layout = unit_layouts(structure).get(sheet)
    node = layout.node(line) if layout else None
    if layout is None or node is None:
        return None
    if column == "branches":
        branches = structure.branches_of(layout, line) or []
        return Behind(day, node.label, places=[Place(row, structure.name(row.pk)) for row in branches])
    # Branches are numbers in the database and words in a layout.
    rows = members_on(population)
    if node.rest:
        rows = rows.exclude(branch_id__in=[int(code) for code in layout.known])
    elif not node.whole:
        rows = rows.filter(branch_id__in=[int(code) for code in node.codes])
    found = narrowed_to(rows, {}, "situation", "total", column)
    return None if found is None else Behind(day, node.label, members=found)


def _events(moves: Moves, population: Population, sheet: str, line: str, column: str) -> Behind | None:
    events = moves.events(sheet, line)
    if events is None or column not in dict(MEASURES) or (sheet == "change" and column != "total"):
        return None
    if column != "total":
        measured = Measured((event.member for event in events), population)
        events = [event for event in events if measured.holds(column, event)]
    label = ROWS[int(line)] if sheet == "change" else move_label(sheet, line, population.day)
    return Behind(population.day, label, events=events)


def with_names(user, rows: QuerySet) -> QuerySet:
    """`shown`: whether the asker may see the member; the others stand last, so that no order says who they are."""
    mine = Member.objects.all().visible_at(user, "member")
    return (
        rows.select_related("member")
        .defer(*[f"member__{name}" for name in Member.SEALED_FIELDS])
        .annotate(
            shown=Case(When(mine, then=Value(True)), default=Value(False), output_field=BooleanField()),
            sort_name=Case(
                When(mine, then=F("member__name_pinyin")), default=Value(_LAST), output_field=CharField()
            ),
        )
    )


def people(rows: Sequence[Affiliation], names: dict[int, str], day: datetime.date) -> list[Person]:
    """Lines from rows of `with_names`; `names` are those of the branches on the day. No query."""
    return [_person(row, names.get(row.branch_id, ""), day) for row in rows]


def _person(row: Any, branch: str, day: datetime.date) -> Person:
    if not row.shown:
        return Person(None, branch)
    return Person(
        row.member,
        branch,
        str(Member.Category(row.of_category).label),
        label_of("education", row.of_education, day),
        label_of("job_post", row.of_job_post, day),
    )


def people_of_events(user, events: Sequence[Event]) -> list[Person]:
    """Lines of one page of events, with the place where each member is today. One query."""
    found = _visible(user, (event.member for event in events))
    lines = []
    for event in events:
        member = found.get(event.member)
        place = (member.branch or member.left_branch) if member else None
        category = str(Member.Category(member.category).label) if member else ""
        lines.append(
            Person(member, str(place) if place else "", category, day=event.day, how=event.how)
            if member
            else Person(None, "", day=event.day, how=event.how)
        )
    return lines


def people_of_breakers(user, breakers: Sequence[Breaker]) -> list[tuple[Person, int]]:
    """Who keeps the change table from closing, why, and by how much. One query."""
    found = _visible(user, (breaker.member for breaker in breakers))
    return [
        (
            Person(member := found.get(breaker.member), str(member.branch or member.left_branch) if member else "",
                   day=breaker.day, how=breaker.reason),
            breaker.change,
        )
        for breaker in breakers
    ]  # fmt: skip


def _visible(user, ids) -> dict[int, Member]:
    rows = Member.objects.visible_to(user).filter(pk__in=set(ids)).without_personal_data()
    return {member.pk: member for member in rows.select_related("branch", "left_branch")}
