"""How much a case may cost: what this process grows by, and what it and its throw-away children work for it."""

import contextlib
import resource
from collections.abc import Iterator

GROWTH_MB = 300
SECONDS = 10
#: What cases cost, for the table in docs/bad-input.md: (MB that this process grew by, seconds of work).
COSTS: dict[str, tuple[float, float]] = {}


def _now() -> tuple[int, float]:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_maxrss, sum(each.ru_utime + each.ru_stime for each in (own, children))


@contextlib.contextmanager
def bounded(what: str) -> Iterator[None]:
    """Fails when the case makes this process grow by more than 300 MB or keeps the machine at work for more than ten seconds.

    Work is counted, not waited for, so that a busy machine is no failure. Children are held by limits of their own.
    """
    grown, worked = _now()
    yield
    now_grown, now_worked = _now()
    cost = ((now_grown - grown) / 1024, now_worked - worked)
    COSTS[what] = cost
    assert cost[0] < GROWTH_MB, f"{what}: grew by {cost[0]:.0f} MB"
    assert cost[1] < SECONDS, f"{what}: {cost[1]:.1f} s of work"
