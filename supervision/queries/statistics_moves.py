"""Who came, went, was confirmed or stopped between 1 January and the day: the change table and the tables about it."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F

from branch_portal.dates import add_years
from members.models import Affiliation, Member, PartyOrganization
from members.queries.changes import movements
from members.queries.dictionaries import choices_of, label_of
from members.rules.changes import ROWS, ChangeTable, Move, change_table
from supervision.queries.statistics_people import Population
from supervision.rules.statistics import MEASURES, OF, Line, Sheet
from supervision.rules.statistics_layouts import YOUNG

#: Rows of the change table, how deep they stand, and which are 其中.
_LEVELS = {3: 1, 4: 1, 5: 1, 6: 2, 8: 1, 9: 1, 10: 1, 11: 1, 12: 2}
_OF_ROWS = (6, 12)
_WHOLE_UNIT = "whole_unit"
_ANNULLED = "6"
_WAYS_IN = {"transferred_in": "从系统外转入", "moved": "从其他党组织调入", _WHOLE_UNIT: "整建制转入"}
_WAYS_OUT = {"transferred_out": "转往系统外", "moved": "调往其他党组织", _WHOLE_UNIT: "整建制转出"}
_CAME, _LEFT, _EXITED, _STOPPED = 5, 11, 8, 9
SHEETS = ("change", "development", "exits", "transfers", "stopped")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one member on a day; `how` says it in words."""

    member: int
    day: datetime.date
    how: str


class Moves:
    """The year's events of a subtree up to a day. Every list is read once; none grows the number of queries."""

    def __init__(self, root: PartyOrganization, day: datetime.date):
        self.root, self.day = root, day
        self.first = datetime.date(day.year, 1, 1)

    @cached_property
    def _read(self) -> tuple[ChangeTable, dict[int, list]]:
        histories, steady, stretches = movements(self.root, year=self.day.year, until=self.day)
        return change_table(histories, year=self.day.year, until=self.day, steady=steady), stretches

    @property
    def change(self) -> ChangeTable:
        return self._read[0]

    def row(self, number: int) -> list[Move]:
        """The moves that a row counts; 其中 rows are those of whole units."""
        if number in _OF_ROWS:
            return [move for move in self.row(number - 1) if move.code == _WHOLE_UNIT]
        return [move for move in self.change.moves if move.row == number]

    @cached_property
    def exit_types(self) -> dict[int, str]:
        """Member id → how they left the Party, of those whom row 8 counts."""
        gone = {move.member: move.day for move in self.row(_EXITED)}
        rows = Affiliation.objects.filter(member__in=gone, loss=Affiliation.Loss.EXITED)
        return {
            member: code
            for member, code, end in rows.values_list("member_id", "exit_type", "period__endswith")
            if gone[member] == end
        }

    @cached_property
    def _inside(self) -> Callable[[int, datetime.date], bool]:
        stretches = self._read[1]

        def stood_here(branch: int, day: datetime.date) -> bool:
            return any(
                (start is None or start <= day) and (end is None or day < end)
                for start, end in stretches.get(branch, ())
            )

        return stood_here

    def _dated(self, name: str, first: datetime.date, last: datetime.date) -> list[tuple[int, datetime.date]]:
        """Members with a date of their card between two days who were here on it."""
        rows = (
            Affiliation.objects.filter(branch_id__among=self._read[1], period__contains=F(f"member__{name}"))
            .filter(**{f"member__{name}__range": (first, last)})
            .order_by(f"member__{name}", "member_id")
        )
        found = rows.values_list("member_id", "branch_id", f"member__{name}")
        return [(member, day) for member, branch, day in found if self._inside(branch, day)]

    @cached_property
    def admitted(self) -> list[tuple[int, datetime.date]]:
        return self._dated("admitted_on", self.first, self.day)

    @cached_property
    def confirmed(self) -> list[tuple[int, datetime.date]]:
        return self._dated("confirmed_on", self.first, self.day)

    @cached_property
    def extended(self) -> list[tuple[int, datetime.date]]:
        """Whose first year of probation ended in the period and was extended; where they were on the day it ended."""
        admitted = (add_years(self.first, -1), add_years(self.day, -1) + datetime.timedelta(days=1))
        rows = Affiliation.objects.filter(
            branch_id__among=self._read[1],
            member__extension_until__isnull=False,
            member__admitted_on__range=admitted,
        ).values_list("member_id", "branch_id", "period", "member__admitted_on")
        found = []
        for member, branch, period, day in rows:
            ended = add_years(day, 1)
            there = period.lower <= ended and (period.upper is None or ended < period.upper)
            if self.first <= ended <= self.day and there and self._inside(branch, ended):
                found.append((member, ended))
        return sorted(found, key=lambda pair: (pair[1], pair[0]))

    def events(self, sheet: str, line: str) -> list[Event] | None:
        """What one line of one table counts, in the order of days; None where there is no such line."""
        if sheet == "change":
            number = int(line) if line.isdecimal() else 0
            if number not in range(2, 13):
                return None
            rows = {2: (3, 4, 5), 7: (8, 9, 10, 11)}.get(number, (number,))
            moves = [move for row in rows for move in self.row(row)]
            return self._told(moves)
        found = {"development": self._development, "exits": self._exits, "transfers": self._transfers}
        if sheet == "stopped":
            found = {"stopped": self._stopped}
        lines = found[sheet]() if sheet in found else {}
        return lines.get(line)

    def _told(self, moves: Iterable[Move]) -> list[Event]:
        ordered = sorted(moves, key=lambda move: (move.day, move.member))
        return [Event(move.member, move.day, self._words(move)) for move in ordered]

    def _words(self, move: Move) -> str:
        if move.row == _EXITED:
            kind = label_of("exit_type", self.exit_types.get(move.member, ""), self.day)
            return f"出党（{kind}）" if kind else "出党"
        if move.row in (_CAME, _LEFT):
            return (_WAYS_IN if move.row == _CAME else _WAYS_OUT)[move.code]
        return ROWS[move.row]

    def _development(self) -> dict[str, list[Event]]:
        annulled = [move for move in self.row(_EXITED) if self.exit_types.get(move.member) == _ANNULLED]
        return {
            "admitted": [Event(member, day, "入党") for member, day in self.admitted],
            "confirmed": [Event(member, day, "转正") for member, day in self.confirmed],
            "extended": [Event(member, day, "延长预备期") for member, day in self.extended],
            "annulled": self._told(annulled),
        }

    def _exits(self) -> dict[str, list[Event]]:
        moves = self.row(_EXITED)
        codes = dict.fromkeys([*dict(choices_of("exit_type", self.day)), *sorted(self.exit_types.values())])
        found = {"total": self._told(moves)}
        for code in filter(None, codes):
            found[code] = self._told(move for move in moves if self.exit_types.get(move.member) == code)
        return found | {"missing": self._told(move for move in moves if not self.exit_types.get(move.member))}

    def _transfers(self) -> dict[str, list[Event]]:
        found = {}
        for name, row, ways in (("in", _CAME, _WAYS_IN), ("out", _LEFT, _WAYS_OUT)):
            found[name] = self._told(self.row(row))
            for code in ways:
                found[f"{name}_{code}"] = self._told(move for move in self.row(row) if move.code == code)
        return found

    def _stopped(self) -> dict[str, list[Event]]:
        return {
            "stopped": self._told(self.row(_STOPPED)),
            "restored": self._told(self.row(4)),
            "deceased": self._told(self.row(10)),
        }


class Measured:
    """其中 of events: of what kind the members behind them are, by the same measures as the tables of people."""

    def __init__(self, members: Iterable[int], population: Population):
        rows = Member.objects.filter(pk__in=set(members))
        self._facts: dict[int, list[Any]] = {
            pk: facts
            for pk, *facts in rows.values_list(
                "pk", "gender", "ethnicity", "birth_year", "education", "confirmed_on"
            )
        }
        self._population = population

    def holds(self, measure: str, event: Event) -> bool:
        """Whether the event counts in a column."""
        if measure == "total":
            return True
        gender, ethnicity, born, education, confirmed = self._facts[event.member]
        return {
            "probationary": confirmed is None or confirmed > event.day,
            "female": gender == Member.Gender.FEMALE,
            "minority": ethnicity in self._population.minority_codes,
            "young": born is not None and born >= self._population.day.year - YOUNG,
            "college": education in self._population.college_codes,
        }[measure]

    def numbers(self, events: Iterable[Event]) -> tuple[int, ...]:
        counts = Counter(measure for event in events for measure, _ in MEASURES if self.holds(measure, event))
        return tuple(counts[measure] for measure, _ in MEASURES)


def change_sheet(moves: Moves) -> Sheet:
    """两年党员数综合比较: fifteen rows."""
    rows = moves.change.rows
    lines = tuple(
        Line(
            str(number),
            f"{number}　{label}",
            (rows[number],),
            _LEVELS.get(number, 0),
            OF if number in _OF_ROWS else "part",
        )
        for number, label in ROWS.items()
    )
    day = moves.day
    period = f"本年指 {day.year}年1月1日至{day.month}月{day.day}日；本组织范围内各支部之间的调整不计增减。"
    return Sheet("change", "党员增减情况", (("total", "人数"),), lines, notes=(period,))


def move_sheets(moves: Moves, population: Population) -> list[Sheet]:
    """Development, exits, transfers, suspension: every line with its 其中 columns."""
    tables = {
        "development": moves._development(),
        "exits": moves._exits(),
        "transfers": moves._transfers(),
        "stopped": moves._stopped(),
    }
    events = [event for lines in tables.values() for line in lines.values() for event in line]
    measured = Measured((event.member for event in events), population)
    return [
        Sheet(
            key,
            _TITLES[key],
            MEASURES,
            tuple(
                Line(name, move_label(key, name, moves.day), measured.numbers(found), _level(key, name))
                for name, found in lines.items()
                if found or not (key == "exits" and name == "missing")
            ),
            notes=_NOTES.get(key, ()),
        )
        for key, lines in tables.items()
    ]


_TITLES = {
    "development": "发展党员和转正",
    "exits": "出党",
    "transfers": "转接组织关系",
    "stopped": "停止和恢复党籍、死亡",
}
_NOTES = {
    "development": (
        "发展党员、转正按党员卡片上的入党日期、转正日期统计；延长预备期按原预备期在本期届满的统计。",
    ),
    "transfers": ("本组织范围内各支部之间的调整不计。",),
}
_LABELS = {
    "admitted": "发展党员", "confirmed": "转为正式党员", "extended": "延长预备期", "annulled": "取消预备党员资格",
    "in": "转入合计", "out": "转出合计", "stopped": "停止党籍", "restored": "恢复党籍", "deceased": "死亡", "total": "合计",
    "missing": "未填写出党方式",
}  # fmt: skip


def move_label(sheet: str, name: str, day: datetime.date) -> str:
    """The words of one line."""
    if sheet == "exits" and name not in _LABELS:
        return label_of("exit_type", name, day)
    way, _, code = name.partition("_")
    if sheet == "transfers" and code:
        return (_WAYS_IN if way == "in" else _WAYS_OUT)[code]
    return _LABELS[name]


def _level(sheet: str, name: str) -> int:
    return int((sheet == "exits" and name != "total") or (sheet == "transfers" and "_" in name))
