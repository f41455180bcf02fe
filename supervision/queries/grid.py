"""The committee's grid: how each branch of a subtree stands in a year, and the sums over it, from the stored years."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import QuerySet

from activities.models import BranchYear
from activities.queries.cadence import cadence_rules, rule_in_force
from activities.rules.cadence import MISSING, CadenceRule
from activities.rules.strip import PeriodStatus
from branch_portal.permissions import Permission
from branch_portal.replica import reading
from members.models import PartyOrganization
from supervision.queries.grid_absent import absent_owed
from supervision.queries.grid_sql import (
    COUNTED,
    KINDS,
    Asks,
    Judgement,
    laid,
    places_of,
    sums_and_order,
    sums_by_period,
)
from supervision.rules.as_of import (
    FIRST_MONTHS,
    NOTHING,
    AsOf,
    Masks,
    Tally,
    over_months,
    statuses_on,
    tally_on,
)

__all__ = ["KINDS", "BranchRow", "Grid", "RollUp", "Tally", "supervision_grid"]

_MASK_FIELDS = [f"{part}_{kind}" for kind in KINDS for part in ("due", "held", "confirmed")]
_TREE_FIELDS = ("uid", "path", "depth", "kind", "name", "short_name", "sort_number")
_STEP = PartyOrganization.steplen
#: (path of a child organisation, branches, in need, what is counted of each kind)
Sum = tuple[str, int, int, list[int]]
#: Lines that are no organisation: the branches directly under the chosen one, and the organisations left out.
DIRECT_PATH, DIRECT = "", "直属党支部"
REST, OTHERS = "…", "其余组织"


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One branch: its masks and tally per kind."""

    branch: PartyOrganization
    masks: dict[str, Masks]
    tallies: dict[str, Tally]

    @property
    def total(self) -> Tally:
        return sum(self.tallies.values(), NOTHING)

    def tally(self, kind: str = "") -> Tally:
        return self.tallies[kind] if kind else self.total


@dataclass(frozen=True, slots=True)
class RollUp:
    """The sum over the branches of one child organisation; `organization` is None where `label` names several, or the branches
    directly under the chosen one."""

    organization: PartyOrganization | None
    branches: int
    in_need: int
    tallies: dict[str, Tally]
    label: str = ""

    @property
    def total(self) -> Tally:
        return sum(self.tallies.values(), NOTHING)

    def tally(self, kind: str = "") -> Tally:
        return self.tallies[kind] if kind else self.total


@dataclass(frozen=True)
class Grid:
    """A subtree's year: sums over all its branches, and the rows of the page asked for, in the order asked for.

    `whole` is the sum of `roll_ups`. `in_need` counts the branches that lack something, of `kind` where one was asked for;
    `listed` those that the name asked for leaves. `way` are the organisations from the highest that the user supervises down to
    the chosen one.
    """

    judgement: Judgement = field(repr=False)
    kind: str
    rows: list[BranchRow] = field(default_factory=list)
    page: int = 1
    listed: int = 0
    whole: RollUp = field(default_factory=lambda: RollUp(None, 0, 0, dict.fromkeys(KINDS, NOTHING)))
    roll_ups: list[RollUp] = field(default_factory=list)
    way: list[PartyOrganization] = field(default_factory=list)
    #: (branches that held it, branches that owed it) for each period of `kind`, the not yet due left out.
    counts_by_period: list[tuple[int, int]] = field(default_factory=list)

    @property
    def year(self) -> int:
        return self.judgement.year

    @property
    def day(self) -> datetime.date:
        return self.judgement.as_of.day

    @property
    def rules(self) -> Mapping[str, CadenceRule]:
        return self.judgement.rules

    @property
    def branches(self) -> int:
        return self.whole.branches

    @property
    def in_need(self) -> int:
        return self.whole.in_need

    @property
    def tallies(self) -> dict[str, Tally]:
        return self.whole.tallies

    def tally(self, kind: str = "") -> Tally:
        """The sum over the subtree, of one kind or of all."""
        return self.whole.tally(kind)

    def statuses(self, row: BranchRow, kind: str) -> Sequence[PeriodStatus]:
        """Twelve months, four quarters or one year of one kind of one branch."""
        return _statuses(row.masks[kind], self.rules[kind], self.year, self.judgement.as_of)

    def lacks(self, row: BranchRow) -> dict[str, list[PeriodStatus]]:
        """Kind → its missing periods, for the kinds that lack any."""
        found = {kind: [s for s in self.statuses(row, kind) if s.status == MISSING] for kind in KINDS}
        return {kind: missing for kind, missing in found.items() if missing}


def supervision_grid(
    *,
    user,
    year: int,
    day: datetime.date,
    ended: bool = False,
    root: PartyOrganization | None = None,
    by_need: bool = True,
    kind: str = "",
    name: str = "",
    page: int = 1,
    size: int | None = None,
    most: int | None = None,
) -> Grid:
    """The grid of what the user supervises, below `root` where one is chosen; as many queries for 1 branch as for 10 000.

    It starts from the branches, not from their stored years, so one that never met is there and shows what it owes. `ended`:
    `day` is a past month's end (`rules/as_of.py`). `kind` narrows the need by which rows are sorted, `name` the rows.
    `size` rows a page, or all; a page past the end is the last one. `most` lines of child organisations, those in need first,
    the others added up in the last one.
    """
    tree = PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION)
    tops = topmost_paths(user)
    if root is None and len(tops) == 1:
        root = tree.filter(path=tops[0]).only(*_TREE_FIELDS).first()
    if root is not None:
        tree, tops = tree.filter(path__startswith=root.path), [root.path] if tops else []
    reading = _reading(tree, year, AsOf(day, ended))
    if not tops:
        return Grid(reading.judgement, kind)
    asked = {
        "tops": tops,
        "widths": [len(path) + (_STEP if root is not None else 0) for path in tops],
        "name": name,
        "size": size,
        "start": (page - 1) * (size or 0),
    }
    sums, ids, listed = reading.sums_and_order(asked, need=kind, by_need=by_need)
    last_page = max(1, -(-listed // size)) if size else 1
    if page > last_page:
        # Only a hand-written address leads here.
        page = last_page
        asked["start"] = (page - 1) * (size or 0)
        sums, ids, listed = reading.sums_and_order(asked, need=kind, by_need=by_need)
    way, roll_ups = _named(user, root, _shortened(sums, most))
    by_period = reading.by_period(kind) if kind else []
    whole = _roll_up(None, _added(sums))
    return Grid(reading.judgement, kind, reading.rows(ids), page, listed, whole, roll_ups, way, by_period)


def _reading(tree, year: int, as_of: AsOf) -> "_Reading":
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    branches = tree.branches().filter(founded_on__lte=last).exclude(abolished_on__lte=first)
    versions = cadence_rules()
    rules = {kind: rule_in_force(versions, kind, first) for kind in KINDS}
    return _Reading(Judgement(rules, year, as_of), branches, absent_owed(branches, versions, year))


def topmost_paths(user) -> list[str]:
    """Where the part of the tree begins that the user supervises: granted organisations below no other granted one."""
    scope = user.access.scope(Permission.VIEW_SUPERVISION)
    paths = sorted({*scope.paths, *scope.leaf_paths})
    return [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]


@dataclass(frozen=True)
class _Reading:
    """The branches of one question, the rules they are judged by, and what those without a stored year owe."""

    judgement: Judgement
    branches: QuerySet
    absent: dict[int, dict[str, int]]

    def sums_and_order(self, asked: dict, *, need: str, by_need: bool) -> tuple[list[Sum], list[int], int]:
        """(the sums by path, ids of the page in order, how many branches are listed)."""
        text, values = self._laid(KINDS)
        asks = Asks(bool(asked["name"]), len(asked["tops"]) == 1, bool(self.absent))
        values |= asked | {"width": asked["widths"][0]} | self._lacking()
        statement = sums_and_order(text, self.judgement, need=need, by_need=by_need, asks=asks)
        rows = _fetch(statement, values)
        sums: list[Sum] = [line for line in rows if line[3]]
        listed = sorted((place, int(pk), total) for pk, total, place, counts in rows if not counts)
        total = listed[0][2] if asks.named and listed else 0 if asks.named else sum(line[1] for line in sums)
        return sums, [pk for _, pk, _ in listed], total

    def by_period(self, kind: str) -> list[tuple[int, int]]:
        """(branches that held it, branches that held it or should have) for each period of the kind."""
        text, values = self._laid([kind])
        (row,) = _fetch(sums_by_period(text, kind, self.judgement), values)
        rule = self.judgement.rules[kind]
        over = over_months(rule, self.judgement.year, self.judgement.as_of)
        owed = [masks[kind] & over for masks in self.absent.values()]
        return [
            (held, due + sum(mask >> place & 1 for mask in owed))
            for held, due, place in zip(row[::2], row[1::2], places_of(rule.period), strict=True)
        ]

    def _lacking(self) -> dict[str, list[int]]:
        """The branches without a stored year, and how many periods of each kind they lack."""
        lists: dict[str, list[int]] = {"absent": list(self.absent)} if self.absent else {}
        for kind in KINDS if self.absent else ():
            rule = self.judgement.rules[kind]
            over = over_months(rule, self.judgement.year, self.judgement.as_of) & FIRST_MONTHS[rule.period]
            lists[f"lacking_{kind}"] = [(owed[kind] & over).bit_count() for owed in self.absent.values()]
        return lists

    def rows(self, ids: Sequence[int]) -> list[BranchRow]:
        found = PartyOrganization.objects.only(*_TREE_FIELDS, "abolished_on").in_bulk(ids)
        stored = {
            branch_id: flat
            for branch_id, *flat in BranchYear.objects.filter(
                year=self.judgement.year, branch__in=ids
            ).values_list("branch_id", *_MASK_FIELDS)
        }
        return [self._row(found[pk], stored.get(pk)) for pk in ids if pk in found]

    def _row(self, branch: PartyOrganization, flat: list[int] | None) -> BranchRow:
        owed = self.absent.get(branch.pk, {})
        masks: dict[str, Masks] = {
            kind: (flat[3 * place], flat[3 * place + 1], flat[3 * place + 2])
            if flat
            else (owed.get(kind, 0), 0, 0)
            for place, kind in enumerate(KINDS)
        }
        rules, year, as_of = self.judgement.rules, self.judgement.year, self.judgement.as_of
        return BranchRow(
            branch, masks, {kind: _tally(masks[kind], rules[kind], year, as_of) for kind in KINDS}
        )

    def _laid(self, kinds: Sequence[str]) -> tuple[str, dict]:
        """The beginning of each statement and its parameters; the asker's scope is Django's own SQL."""
        rows = self.branches.order_by().values_list("pk", "path", "sort_number")
        sql, given = rows.query.sql_with_params()
        names = [f"scope{place}" for place in range(len(given))]
        scoped = sql % tuple(f"%({name})s" for name in names)
        values = dict(zip(names, given, strict=True)) | {"year": self.judgement.year}
        return laid(scoped, self.judgement, kinds), values


def _fetch(statement: str, values: dict) -> list[tuple]:
    with reading().cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _shortened(sums: list[Sum], most: int | None) -> list[Sum]:
    """The lines in most need, and the rest as one under a path of its own."""
    if most is None or len(sums) <= most:
        return sums
    # Branches directly under the chosen organisation (the empty path) are no organisation to be left out.
    in_order = sorted(sums, key=lambda line: (line[0] != "", -line[2], line[0]))
    shown, rest = in_order[: most - 1], in_order[most - 1 :]
    return [*shown, (REST, *_added(rest)[1:])]


def _added(lines: Sequence[Sum]) -> Sum:
    counts = [sum(column) for column in zip(*(line[3] for line in lines), strict=True)]
    return (
        "",
        sum(line[1] for line in lines),
        sum(line[2] for line in lines),
        counts or [0] * len(KINDS) * len(COUNTED),
    )


def _roll_up(organization: PartyOrganization | None, line: Sum, label: str = "") -> RollUp:
    _, branches, in_need, counts = line
    width = len(COUNTED)
    tallies = {kind: Tally(*counts[place * width : (place + 1) * width]) for place, kind in enumerate(KINDS)}
    return RollUp(organization, branches, in_need, tallies, label)


def _named(
    user, root: PartyOrganization | None, sums: list[Sum]
) -> tuple[list[PartyOrganization], list[RollUp]]:
    """The way down to the chosen organisation, and the sums with their organisations in official order. One query."""
    path = root.path if root is not None else ""
    above = [path[:end] for end in range(_STEP, len(path) + 1, _STEP)]
    by_path = {line[0]: line for line in sums}
    found = {
        organization.path: organization
        for organization in PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION)
        .filter(path__in=[*above, *by_path])
        .only(*_TREE_FIELDS)
        .in_official_order()
    }
    lines = [_roll_up(found[path], by_path[path]) for path in found if path in by_path]
    for path, label in ((DIRECT_PATH, DIRECT), (REST, OTHERS)):
        if path in by_path:
            lines.append(_roll_up(None, by_path[path], label))
    return [found[path] for path in above if path in found], lines


# A page has fifty branches with a few different years between them; a status is computed once for each.
@lru_cache(maxsize=20_000)
def _statuses(masks: Masks, rule: CadenceRule, year: int, as_of: AsOf) -> tuple[PeriodStatus, ...]:
    return statuses_on(masks, rule, year, as_of)


@lru_cache(maxsize=20_000)
def _tally(masks: Masks, rule: CadenceRule, year: int, as_of: AsOf) -> Tally:
    return tally_on(masks, rule, year, as_of)
