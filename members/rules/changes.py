"""The yearly change table 两年党员数综合比较 (domain 3.3): fifteen rows that must close, or who breaks them and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

ROWS = {
    1: "上年底总数",
    2: "本年增加",
    3: "发展党员",
    4: "恢复党籍",
    5: "转入组织关系",
    6: "其中：整建制转入",
    7: "本年减少",
    8: "出党",
    9: "停止党籍",
    10: "死亡",
    11: "转出组织关系",
    12: "其中：整建制转出",
    13: "本年底应有数",
    14: "本年底实有数",
    15: "差",
}
_GAIN_ROW = {"admitted": 3, "restored": 4, "transferred_in": 5, "moved": 5, "whole_unit": 5}
_LOSS_ROW = {"exited": 8, "deceased": 10, "transferred_out": 11, "moved": 11, "whole_unit": 11}
_WHOLE_UNIT = "whole_unit"
_NO_GAIN = {
    "initial": "本年内建立名册，没有登记增加方式",
    "other": "其他原因增加，不在表列的增加方式之内",
}
_NO_LOSS = {"other": "其他原因减少，不在表列的减少方式之内"}


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch `[start, end)` of one member inside the organisation, with the codes of its beginning and end.

    A unit that came or went with its people has the code `whole_unit`.
    """

    start: date
    end: date | None
    gain: str
    loss: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """One member's stays in order, and when membership was suspended, both without overlaps."""

    stays: tuple[Stay, ...]
    suspended: tuple[tuple[date, date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Breaker:
    """Who keeps the table from closing, on which day, by how much, and why."""

    member: int
    day: date
    change: int
    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """One member who came or went: on which day, the row that counts it (3–5, 8–11), and the code of how."""

    member: int
    day: date
    row: int
    code: str


@dataclass
class ChangeTable:
    rows: dict[int, int] = field(default_factory=lambda: dict.fromkeys(ROWS, 0))
    breakers: list[Breaker] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)


def joined(stays: Iterable[Stay]) -> list[Stay]:
    """Stays that touch become one: moves within the organisation cancel out."""
    result: list[Stay] = []
    for stay in sorted(stays, key=lambda stay: stay.start):
        if result and result[-1].end == stay.start:
            result[-1] = Stay(result[-1].start, stay.end, result[-1].gain, stay.loss)
        else:
            result.append(stay)
    return result


def presence(history: History) -> list[Stay]:
    """When the member counted: stays without suspensions, whose edges carry the codes `suspended` and `restored`."""
    parts = joined(history.stays)
    for start, end in history.suspended:
        cut: list[Stay] = []
        for stay in parts:
            if (end is not None and end <= stay.start) or (stay.end is not None and stay.end <= start):
                cut.append(stay)
                continue
            if stay.start < start:
                cut.append(Stay(stay.start, start, stay.gain, "suspended"))
            if end is not None and (stay.end is None or end < stay.end):
                cut.append(Stay(end, stay.end, "restored", stay.loss))
        parts = cut
    return parts


def change_table(histories: Mapping[int, History], *, year: int, until: date, steady: int = 0) -> ChangeTable:
    """The fifteen rows of a year, up to `until` (its last day, or today within it).

    `steady` are members without a history here, who were there from beginning to end.
    """
    table = ChangeTable()
    table.rows[1] = table.rows[14] = steady
    before = date(year - 1, 12, 31)
    for member, history in histories.items():
        parts = presence(history)
        table.rows[1] += _counted_on(parts, before)
        table.rows[14] += _counted_on(parts, until)
        for stay in parts:
            if before < stay.start <= until:
                _enter(table, member, stay)
            if stay.end is not None and before < stay.end <= until:
                _leave(table, member, stay)
        table.breakers += _gaps(member, history, before, until)
    rows = table.rows
    rows[2] = rows[3] + rows[4] + rows[5]
    rows[7] = rows[8] + rows[9] + rows[10] + rows[11]
    rows[13] = rows[1] + rows[2] - rows[7]
    rows[15] = rows[14] - rows[13]
    table.breakers.sort(key=lambda breaker: (breaker.day, breaker.member))
    table.moves.sort(key=lambda move: (move.day, move.member))
    return table


def _counted_on(parts: Iterable[Stay], day: date) -> bool:
    return any(stay.start <= day and (stay.end is None or day < stay.end) for stay in parts)


def _enter(table: ChangeTable, member: int, stay: Stay) -> None:
    row = _GAIN_ROW.get(stay.gain)
    if row is None:
        table.breakers.append(Breaker(member, stay.start, 1, _NO_GAIN.get(stay.gain, "没有登记增加方式")))
        return
    table.rows[row] += 1
    table.rows[6] += stay.gain == _WHOLE_UNIT
    table.moves.append(Move(member, stay.start, row, stay.gain))


def _leave(table: ChangeTable, member: int, stay: Stay) -> None:
    row = 9 if stay.loss == "suspended" else _LOSS_ROW.get(stay.loss)
    if row is None or stay.end is None:
        day = stay.end or stay.start
        table.breakers.append(Breaker(member, day, -1, _NO_LOSS.get(stay.loss, "没有登记减少方式")))
        return
    table.rows[row] += 1
    table.rows[12] += stay.loss == _WHOLE_UNIT
    table.moves.append(Move(member, stay.end, row, stay.loss))


def _gaps(member: int, history: History, before: date, until: date) -> Iterable[Breaker]:
    """A move that arrives later than it left: it closes, and somebody should look at it all the same."""
    stays = joined(history.stays)
    for left, came in pairwise(stays):
        if left.end and left.loss == came.gain == "moved" and before < came.start <= until:
            last = came.start - timedelta(days=1)
            yield Breaker(
                member, left.end, 0, f"支部间调整中断：{left.end.isoformat()}至{last.isoformat()}没有组织关系"
            )
