"""Two things timed in turn, A B A B …, so that a machine that slows down slows both; medians are quoted."""

import gc
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5


@dataclass(frozen=True)
class Cost:
    """Seconds of one call: the medians of the rounds; `spread` is between the fastest and the slowest, as a share of the median."""

    wall: float
    cpu: float
    spread: float = 0


@dataclass(frozen=True)
class Row:
    """One line of the results; `ratio` is what the goal speaks of. `met` None: shown without a goal."""

    id: str
    what: str
    ours: float
    floor: float
    ratio: float
    goal: str
    unit: str
    met: bool | None = None
    note: str = ""


_UNITS = {"ms": 1000, "s": 1}


def compared(
    id: str,
    what: str,
    ours: Cost,
    floor: Cost,
    *,
    faster: float | None = None,
    at_most: float | None = None,
    by: str = "wall",
    unit: str = "ms",
    judged: bool = True,
    note: str = "",
) -> Row:
    """A row of two costs: `faster` times than a peer, or `at_most` so many times the floor; the other kind of time is noted.

    `judged` False: the goal is of another scale and this figure only stands beside it.
    """
    mine, theirs = getattr(ours, by), getattr(floor, by)
    other = "cpu" if by == "wall" else "wall"
    ratio = theirs / mine if faster is not None else mine / theirs
    goal = f"≥ {faster:g} times faster" if faster is not None else "" if at_most is None else f"≤ {at_most}"
    met = ratio >= faster if faster is not None else None if at_most is None else ratio <= at_most
    times = _UNITS[unit]
    beside = (
        f"{by}; {other} {getattr(ours, other) * times:.3g} / {getattr(floor, other) * times:.3g} {unit};"
        f" spread {ours.spread:.0%} / {floor.spread:.0%}"
    )
    return Row(
        id, what, mine * times, theirs * times, ratio, goal, unit, met if judged else None,
        "; ".join(part for part in (beside, note) if part),
    )  # fmt: skip


def once(work: Callable[[], object], times: int = 1) -> tuple[float, float]:
    """(wall, CPU of this process) of one call, the mean of `times`."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        work()
    return (time.perf_counter() - wall) / times, (time.process_time() - cpu) / times


def alternate(*works: Callable[[], tuple[float, float]], rounds: int = ROUNDS) -> list[Cost]:
    """Each work says (wall, CPU) of one call; they take turns, one warm-up before."""
    for work in works:
        work()
    seen: list[list[tuple[float, float]]] = [[] for _ in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            seen[place].append(work())
    return [_cost(each) for each in seen]


def _cost(seen: list[tuple[float, float]]) -> Cost:
    walls = [wall for wall, _ in seen]
    return Cost(
        statistics.median(walls),
        statistics.median(cpu for _, cpu in seen),
        (max(walls) - min(walls)) / statistics.median(walls) if statistics.median(walls) else 0,
    )


def statements(work: Callable[[], object]) -> int:
    """How many statements the work sends to the database; triggers' own are not among them."""
    from django.db import connection

    seen = 0

    def count(execute, sql, values, many, context):
        nonlocal seen
        seen += len(values) if many else 1
        return execute(sql, values, many, context)

    with connection.execute_wrapper(count):
        work()
    return seen


def peak_memory() -> float:
    """The most that this process has held, in MB. `ru_maxrss` would carry over what its parent held when it started it."""
    told = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(told[1]) / 1024 if told else 0.0
