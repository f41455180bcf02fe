"""How the portal is doing, for whoever runs it: figures, and alarms that say in words what is wrong and what to do.

Apps register sources; each reads a constant number of rows by index. The workbench panel of system administrators, the
page 运行状态, `/metrics`, `/readyz` and `manage.py health` show the same `Health`. Nothing in it is about a person.
"""

import datetime
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils import timezone

#: A process whose pulse is older is taken for dead. An administrator sees it at the next look, within two minutes.
SILENT = datetime.timedelta(seconds=float(os.environ.get("PORTAL_SILENT_SECONDS", "90")))
#: Nothing may have waited longer (reliability 6.5).
LONGEST_WAIT = datetime.timedelta(minutes=10)
_CLOCK_SLACK = datetime.timedelta(minutes=2)


@dataclass(frozen=True)
class Figure:
    """One number. `key` is its name in the metrics, `label` its name on the page (empty: for machines alone).

    `value` is None where there is nothing to measure; times are in seconds.
    """

    key: str
    help: str
    value: float | None
    label: str = ""
    seconds: bool = False
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> str:
        if self.value is None:
            return "—"
        return span(datetime.timedelta(seconds=self.value)) if self.seconds else f"{self.value:g}"


@dataclass(frozen=True)
class Alarm:
    """Something that a person must look at. `key` is one of those its source was registered with."""

    key: str
    words: str
    advice: str


@dataclass
class Readings:
    figures: list[Figure] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)


@dataclass(frozen=True)
class Health:
    figures: list[Figure]
    alarms: list[Alarm]
    alarm_keys: list[str]

    @property
    def well(self) -> bool:
        return not self.alarms

    def largest(self, *keys: str) -> float | None:
        """The largest value among the figures of these names; None where none has one."""
        values = [figure.value for figure in self.figures if figure.key in keys and figure.value is not None]
        return max(values, default=None)


Source = Callable[[datetime.datetime], Readings]
_sources: list[tuple[Source, tuple[str, ...]]] = []


def health_source(*alarm_keys: str) -> Callable[[Source], Source]:
    """Register `source(now) -> Readings` and the alarms that it may raise."""

    def register(source: Source) -> Source:
        _sources.append((source, alarm_keys))
        return source

    return register


def look(now: datetime.datetime | None = None) -> Health:
    """Ask every source."""
    now = now or timezone.now()
    readings = [source(now) for source, _ in _sources]
    return Health(
        figures=[figure for reading in readings for figure in reading.figures],
        alarms=[alarm for reading in readings for alarm in reading.alarms],
        alarm_keys=[key for _, keys in _sources for key in keys],
    )


def ahead(moment: datetime.datetime, now: datetime.datetime) -> bool:
    """Whether what has happened is said to have happened later than now: somebody set a clock back."""
    return moment > now + _CLOCK_SLACK


def age(moment: datetime.datetime | None, now: datetime.datetime) -> float | None:
    """Seconds since then, never less than none."""
    return None if moment is None else max((now - moment).total_seconds(), 0.0)


def span(length: datetime.timedelta) -> str:
    """12 秒, 3 分钟, 2 小时, 4 天: the largest unit that counts at least two, rounded down."""
    seconds = int(length.total_seconds())
    for size, word in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= 2 * size:
            return f"{seconds // size} {word}"
    return f"{seconds} 秒"
