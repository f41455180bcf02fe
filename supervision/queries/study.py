"""Study progress of a subtree, the hours of officers and of others apart, from one stored row a branch and year.

Sums and the page of branches are made by the database: 10 000 rows are 5 ms there and fifty in Python.
"""

import datetime
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import overload
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import Exists, OuterRef

from branch_portal.replica import reading
from learning.models import BranchStudyYear
from learning.queries.branch_year_sql import FIGURES
from learning.queries.branch_years import figures_without_row
from supervision.queries.subtree import Child, Subtree, summed

_TYPES = ("bigint", *(["int"] * 6), "bigint", "numeric")
_UNNEST = ", ".join(f"%s::{name}[]" for name in _TYPES)
_SUMS = ", ".join(f"coalesce(sum(f.{name}), 0)" for name in FIGURES)
_EACH = ", ".join(f"coalesce(f.{name}, 0)" for name in FIGURES)
_SHORT = "coalesce(f.ordinary + f.officers - f.ordinary_reached - f.officers_reached, 0)"

_NO_BRANCH = "SELECT 0 AS id, NULL::uuid AS uid, '' AS path, '' AS name, 0 AS sort_number WHERE false"


@dataclass(frozen=True, slots=True)
class StudyFigures:
    """The columns of `BranchStudyYear`, of one branch or summed."""

    ordinary: int = 0
    ordinary_reached: int = 0
    officers: int = 0
    officers_reached: int = 0
    waiting: int = 0
    without_hours: int = 0
    minutes: int = 0
    pending_hours: Decimal = Decimal(0)

    def __add__(self, other: "StudyFigures") -> "StudyFigures":
        return StudyFigures(
            *(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True))
        )

    @property
    def members(self) -> int:
        return self.ordinary + self.officers

    @property
    def reached(self) -> int:
        return self.ordinary_reached + self.officers_reached

    @property
    def sure(self) -> int:
        """Who has reached the hours without what is still 待确认."""
        return self.reached - self.waiting

    @property
    def short(self) -> int:
        """Members who still need hours: those whom the list should bring up first."""
        return self.members - self.reached


NOTHING = StudyFigures()


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One branch's year."""

    uid: UUID
    name: str
    figures: StudyFigures


@dataclass(frozen=True, slots=True)
class StudyLine:
    """The sum over the branches below one organisation."""

    child: Child
    branches: int
    figures: StudyFigures


@dataclass(frozen=True, slots=True)
class _Sum:
    branches: int = 0
    figures: StudyFigures = NOTHING

    def __add__(self, other: "_Sum") -> "_Sum":
        return _Sum(self.branches + other.branches, self.figures + other.figures)


class StudyProgress(Sequence[StudyRow]):
    """A subtree's year. As a sequence it is its branches, those with most members short of hours first; a slice is one query.

    Four queries besides, five while branches have no row of the year yet, whatever the number of branches.
    """

    def __init__(self, *, user, year: int, day: datetime.date, root=None):
        self.year = year
        self._subtree = Subtree(user, root, min(day, datetime.date(year, 12, 31)))
        branches = self._subtree.branches()
        stored = BranchStudyYear.objects.filter(year=year, branch=OuterRef("pk"))
        missing = list(branches.filter(~Exists(stored)).order_by().values_list("pk", flat=True))
        self._from, self._values = _source(branches, year, figures_without_row(missing, year))
        self.lines, self.total, self._length = self._sum()

    def _sum(self) -> tuple[list[StudyLine], StudyFigures, int]:
        grouped = self._read(
            f"SELECT substr(b.path, 1, %s), count(*), {_SUMS}", "GROUP BY 1", before=[self._subtree.level]
        )
        rows = [(path, _Sum(count, StudyFigures(*figures))) for path, count, *figures in grouped]
        whole = sum((row for _, row in rows), _Sum())
        lines = [
            StudyLine(child, row.branches, row.figures) for child, row in summed(self._subtree, rows, _Sum())
        ]
        return lines, whole.figures, whole.branches

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> StudyRow: ...
    @overload
    def __getitem__(self, place: slice) -> list[StudyRow]: ...
    def __getitem__(self, place):
        if isinstance(place, int):
            return self[place : place + 1][0]
        first, last, _ = place.indices(self._length)
        found = self._read(
            f"SELECT b.uid, b.short_name, {_EACH}",
            f"ORDER BY {_SHORT} DESC, b.sort_number, b.path LIMIT %s OFFSET %s",
            after=[max(last - first, 0), first],
        )
        return [StudyRow(uid, name, StudyFigures(*figures)) for uid, name, *figures in found]

    def _read(self, select: str, tail: str, *, before: Sequence = (), after: Sequence = ()) -> list[tuple]:
        with reading().cursor() as cursor:
            cursor.execute(f"{select} {self._from} {tail}", [*before, *self._values, *after])
            return cursor.fetchall()


def _source(branches, year: int, live: Sequence[tuple]) -> tuple[str, list]:
    """FROM the asker's branches `b` with their figures `f`: the stored ones, and those counted just now."""
    columns_of_branch = branches.order_by().values("id", "uid", "path", "short_name", "sort_number")
    try:
        scope, values = columns_of_branch.query.sql_with_params()
    except EmptyResultSet:  # who supervises nothing
        scope, values = _NO_BRANCH, ()
    columns = [list(column) for column in zip(*live, strict=True)] if live else [[] for _ in _TYPES]
    sql = f"""FROM ({scope}) AS b LEFT JOIN (
        SELECT branch_id, {", ".join(FIGURES)} FROM learning_branchstudyyear WHERE year = %s
        UNION ALL SELECT * FROM unnest({_UNNEST})
    ) AS f ON f.branch_id = b.id"""
    return sql, [*values, year, *columns]
