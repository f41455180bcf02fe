"""Where the values of forms come from: each source says what it is called and fetches for many organisations at once.

A slice that has figures of its own registers a `FillSource` in `AppConfig.ready`; the binding page offers it, the filler asks it.
A source never decides who asks: the filler checks `permission` for every organisation before it fetches.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.rules.form_period import FillPeriod

VALUE, TABLE = "value", "table"
#: A table longer than this is not for one form.
MOST_ROWS = 5_000
T = TypeVar("T")


@dataclass(frozen=True)
class Unit:
    """What one form is filled in for: an organisation, and the branches whose figures are its own."""

    organization: PartyOrganization
    branches: tuple[PartyOrganization, ...]

    @property
    def branch_ids(self) -> list[int]:
        return [branch.pk for branch in self.branches]


@dataclass(frozen=True)
class Asked:
    """Who asks, for which units, for when, a table for which `columns`. Sources that share a query keep its answer in `kept`."""

    user: Any
    units: tuple[Unit, ...]
    period: FillPeriod
    today: datetime.date
    columns: frozenset[str] = frozenset()
    kept: dict = field(default_factory=dict, compare=False, repr=False)

    @property
    def day(self) -> datetime.date:
        return self.period.day(self.today)

    @property
    def branches(self) -> list[PartyOrganization]:
        return list({branch.pk: branch for unit in self.units for branch in unit.branches}.values())

    @property
    def branch_ids(self) -> list[int]:
        return [branch.pk for branch in self.branches]

    def once(self, key: str, read: Callable[["Asked"], T]) -> T:
        """What `read` finds, read once for all sources that ask for it."""
        if key not in self.kept:
            self.kept[key] = read(self)
        return self.kept[key]

    def during(self, period: FillPeriod) -> "Asked":
        """The same question for other days; kept apart, and kept itself."""
        if period == self.period:
            return self
        return self.once(f"during {period}", lambda asked: replace(asked, period=period, kept={}))

    def for_columns(self, columns: Iterable[str]) -> "Asked":
        """The same question for some columns of a table; what was read is shared."""
        return replace(self, columns=frozenset(columns))

    def by_branch(self) -> "Asked":
        """The same question with each branch as a unit of its own."""
        branches = tuple(Unit(branch, (branch,)) for branch in self.branches)
        return self.once("by branch", lambda asked: replace(asked, units=branches, kept={}))


#: Organisation id → value, or its rows as {column: value}.
Fetch = Callable[[Asked], dict[int, Any]]


@dataclass(frozen=True)
class FillSource:
    """One thing that a form may ask for. `columns` of a table are key → label; `people`: its rows name people."""

    key: str
    group: str
    label: str
    kind: str
    fetch: Fetch
    permission: Permission = Permission.FILL_FORMS
    columns: dict[str, str] = field(default_factory=dict)
    people: bool = False
    #: Whether it makes sense beside each branch in a list of branches.
    of_branch: bool = True


#: The list of branches has every figure of a branch as a column, those of later slices too.
BRANCH_LIST = "branches"
NUMBER = "number"
branch_columns: dict[str, str] = {NUMBER: "序号"}
_sources: dict[str, FillSource] = {}


def fill_source(*sources: FillSource) -> None:
    """Register; a key stands once."""
    for source in sources:
        if source.key in _sources:
            raise ValueError(f"two sources are called {source.key}")
        _sources[source.key] = source
        if source.kind == VALUE and source.of_branch:
            branch_columns[source.key] = source.label


def source_of(key: str) -> FillSource | None:
    return _sources.get(key)


def sources_for(user) -> list[FillSource]:
    """What the user may bind, in the order of registration."""
    return [source for source in _sources.values() if user.may(source.permission)]


def permissions_for(key: str, column: str) -> set[Permission]:
    """What whoever fills in a place must hold; in the list of branches also for the figure itself."""
    asked = [key, column] if key == BRANCH_LIST else [key]
    return {_sources[name].permission for name in asked if name in _sources}


def label_of(key: str, column: str) -> str:
    """What a bound place is called: 党员总数, 党员名册·姓名."""
    source = _sources.get(key)
    if source is None:
        return "已停用的数据"
    return f"{source.label}·{source.columns.get(column, '已停用的栏目')}" if column else source.label


def sums(asked: Asked, by_branch: Mapping[int, Any]) -> dict[int, Any]:
    """Organisation id → the sum over its branches."""
    return {unit.organization.pk: sum(by_branch.get(pk, 0) for pk in unit.branch_ids) for unit in asked.units}


def gathered(asked: Asked, by_branch: Mapping[int, Sequence[T]]) -> dict[int, list[T]]:
    """Organisation id → the rows of its branches, in the order of the branches."""
    return {
        unit.organization.pk: [row for pk in unit.branch_ids for row in by_branch.get(pk, ())]
        for unit in asked.units
    }
