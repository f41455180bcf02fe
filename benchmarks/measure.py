"""Two things timed in turn, A B A B …, so that a machine that slows down slows both; medians are quoted."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True)
class Cost:
    """Seconds of one call: the medians of the rounds."""

    wall: float
    cpu: float
    spread: float


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
