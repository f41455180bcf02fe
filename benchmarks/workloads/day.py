"""P11: a mixed day, 80 % reads, 15 % forms, 5 % exports, by several people at once on two workers of four threads, beside the
same server that answers with a constant.

In a copy of the world, because the forms write records. The people's side runs on the same processors.
"""

import datetime
import http.client
import itertools
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

from benchmarks.forms import filled
from benchmarks.measure import Row
from benchmarks.scales import SEED, TODAY, Scale
from benchmarks.stack import DATABASE, Stack
from benchmarks.web import Web, signed_in
from branch_portal.local.ports import LOOPBACK

IDS = {"P11"}
PEOPLE, ROUNDS = 8, 3
SECONDS, SECONDS_CONSTANT, WARM_UP = 10, 4, 3
RATE, LATE = 0.4, 3
_COPY = "portal_bench_day"
_NEW = "/activities/new/theme_day/"
#: Who asks for what, and how often in a hundred requests. A form is asked for and sent, which are two.
READS = {
    ("secretary", "/"): 14, ("secretary", "/activities/"): 12, ("secretary", "/members/"): 10,
    ("secretary", "/learning/branch/"): 8, ("member", "/"): 10, ("member", "/notices/"): 8,
    ("staff", "/admin/supervision/"): 6, ("staff", "/admin/supervision/study/"): 4, ("staff", "/activities/"): 4,
    ("district", "/members/"): 4,
}  # fmt: skip
EXPORTS = {("secretary", "/activities/export/"): 4, ("district", "/activities/export/"): 1}
FORMS = 7.5


@dataclass
class Seen:
    """Seconds of every request, and what was not as it should be."""

    times: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Somebody(threading.Thread):
    """One client after another on one connection, until the time is over."""

    def __init__(self, port: int, steps: Iterator[Callable[["Somebody"], None]], until: float):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection(LOOPBACK, port, timeout=60)
        self.steps, self.until, self.seen = steps, until, Seen()

    def run(self) -> None:
        for step in self.steps:
            if time.perf_counter() > self.until:
                return
            step(self)

    def ask(self, cookie: str, path: str, body: str | None = None, expected: int = 200) -> str:
        headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        self.connection.request("GET" if body is None else "POST", path, body=body, headers=headers)
        answer = self.connection.getresponse()
        content = answer.read()
        self.seen.times.append(time.perf_counter() - begun)
        if answer.status != expected:
            self.seen.wrong.append(f"{path} answered {answer.status}")
        return content.decode(errors="replace") if answer.getheader("Content-Encoding") is None else ""


class Day:
    """What the people do: the same order at every run."""

    def __init__(self, cookies: dict[str, str]):
        self.cookies = cookies
        self._days = itertools.count()

    def steps(self, who: int) -> Iterator[Callable[[Somebody], None]]:
        random = Random(SEED + who)  # noqa: S311  a repeatable day, no secret
        reads = {**READS, **EXPORTS}
        asked: list[tuple[str, str] | None] = [*reads, None]
        while True:
            one = random.choices(asked, weights=[*reads.values(), FORMS])[0]
            yield (
                self.write
                if one is None
                else lambda person, one=one: person.ask(self.cookies[one[0]], one[1])
            )

    def write(self, person: Somebody) -> None:
        """A theme day of some day in the last two years is logged."""
        day = TODAY - datetime.timedelta(days=next(self._days) % 700 + 1)
        page = person.ask(self.cookies["secretary"], f"{_NEW}?date={day}")
        typed = {
            "theme": "学习党章",
            "place": "党群服务中心",
            "content": "学习党章，交流体会。",
            "on_date": str(day),
        }
        body = urlencode(filled(page, "theme", **typed, start="14:00", end="15:30"))
        person.ask(self.cookies["secretary"], f"{_NEW}?date={day}", body, expected=302)


def run(stack: Stack, scale: Scale) -> list[Row]:
    from django.conf import settings

    if scale.name != "M":
        return []
    token = f"; {settings.CSRF_COOKIE_NAME}={'a' * 32}"  # what the forms carry in return
    cookies = {name: signed_in(name) + token for name in ("secretary", "member", "staff", "district")}
    plain = signed_in("secretary", stock=True)
    seen: dict[str, list[tuple[float, float, float, float]]] = {"ours": [], "constant": []}
    with stack.copy_of(DATABASE, _COPY) as name:
        size = {"workers": 2, "threads": 4}
        portal = Web({**stack.environment, **stack.addresses(name)}, stack.folder / "web.log", **size)
        stock = Web(stack.environment, stack.folder / "floor.log", "benchmarks.floor.settings", **size)
        day = Day(cookies)
        constant = itertools.repeat(lambda person: person.ask(plain, "/"))
        try:
            _crowd(portal, day.steps, WARM_UP)
            for _ in range(ROUNDS):
                seen["ours"].append(_crowd(portal, day.steps, SECONDS))
                seen["constant"].append(_crowd(stock, lambda who: constant, SECONDS_CONSTANT))
        finally:
            portal.stop()
            stock.stop()
    return _rows(*(_medians(rounds) for rounds in seen.values()))


def _crowd(web: Web, steps, seconds: float) -> tuple[float, float, float, float]:
    """(requests a second, the servers' CPU of one, median, 95th percentile)."""
    begun, cpu = time.perf_counter(), web.cpu()
    people = [Somebody(web.port, steps(number), begun + seconds) for number in range(PEOPLE)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    if wrong := [said for person in people for said in person.seen.wrong]:
        raise RuntimeError(f"{len(wrong)} answers were wrong: {', '.join(sorted(set(wrong))[:5])}")
    times = [each for person in people for each in person.seen.times]
    late = statistics.quantiles(times, n=20)[-1]
    count = len(times)
    return count / (time.perf_counter() - begun), (web.cpu() - cpu) / count, statistics.median(times), late


def _medians(rounds) -> tuple[float, float, float, float]:
    return tuple(statistics.median(column) for column in zip(*rounds, strict=True))  # type: ignore[return-value]


def _rows(ours, constant) -> list[Row]:
    share, spread = ours[0] / constant[0], ours[3] / ours[2]
    return [
        Row("P11", f"a mixed day of {PEOPLE} people at once: requests", ours[0], constant[0], share, f"≥ {RATE:.0%} of its rate", "/s",
            share >= RATE, f"the servers' CPU of one {ours[1] * 1000:.1f} / {constant[1] * 1000:.1f} ms"),
        Row("P11", "a mixed day: 95th percentile beside the median", ours[3] * 1000, ours[2] * 1000, spread, f"≤ {LATE} × its median",
            "ms", spread <= LATE),
    ]  # fmt: skip
