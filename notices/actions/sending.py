"""Outside channels: claim with a lease, look again, send outside any transaction, mark with a fencing token (G2).

`attempts` is the token: whoever claims a row raises it, and a worker that lost its lease marks nothing, because the row no
longer carries its number. A row whose worker died goes back to waiting when the lease runs out.

A round keeps one lane for each channel and goes on with whichever has something to do: the database is touched by this thread
alone, messages fly in threads of their own, and a lane that waits for its server holds up no other (G7). Each message is
marked before the next one of its place in the lane starts, so a crash costs at most the messages under way.
"""

import contextlib
import datetime
import logging
import queue
import time
from collections import deque
from collections.abc import Callable

from notices.actions.claiming import BATCH, Parcel, claim
from notices.actions.flights import Flight
from notices.actions.looking import look_again
from notices.actions.marking import give_back, mark_refused, mark_sent, mark_waiting
from notices.channels import CHANNELS
from notices.channels.base import Channel, ChannelDown, Delayed, Message, Refused, SendError
from notices.faults import crash_point

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime.datetime]
DEADLINE = 10.0
#: A send starts only when it would end this long before the lease does, so no successor overlaps it.
_BEFORE_LEASE_END = datetime.timedelta(seconds=DEADLINE + 10)
_WHEN_DOWN = datetime.timedelta(minutes=1)
#: A last look is no older than this when the message goes; an empty lane asks again no sooner.
_FRESH_SECONDS = 1.0
#: So many messages in a row without an end mean that the server is out of order, not one address.
_OVERTIMES_WHEN_DOWN = 2


def send_waiting(clock: Clock, until: datetime.datetime, *, deadline: float = DEADLINE) -> dict[str, int]:
    """Send what waits in every channel, starting no send after `until`. Counts by channel and state: "email_sent"."""
    landed: queue.SimpleQueue[Flight] = queue.SimpleQueue()
    lanes = [_Lane(name, channel, clock, until, deadline, landed) for name, channel in CHANNELS.items()]
    try:
        while True:
            for lane in lanes:
                lane.fill()
            flying = [flight for lane in lanes for flight in lane.flights]
            if not flying:
                break
            flight = _next_landed(landed, flying)
            for lane in lanes:
                if flight in lane.flights:
                    lane.land(flight)
    finally:
        for lane in lanes:
            lane.leave()
    return {f"{lane.name}_{state}": number for lane in lanes for state, number in lane.counts.items()}


def _next_landed(landed: "queue.SimpleQueue[Flight]", flying: list[Flight]) -> Flight | None:
    """The next flight that has ended, by itself or because it was given up; None when it is time to look around."""
    first_due = min(flight.due for flight in flying)
    try:
        return landed.get(timeout=max(min(first_due - time.monotonic(), _FRESH_SECONDS), 0))
    except queue.Empty:
        now = time.monotonic()
        return next((flight for flight in flying if flight.due <= now and flight.break_off()), None)


class _Lane:
    """One channel in this round: what it has claimed, what is under way, and whether it goes on."""

    def __init__(
        self,
        name: str,
        channel: type[Channel],
        clock: Clock,
        until: datetime.datetime,
        deadline: float,
        landed: "queue.SimpleQueue[Flight]",
    ):
        self.name, self.channel = name, channel
        self.counts: dict[str, int] = {}
        self.flights: list[Flight] = []
        self._clock, self._until, self._deadline, self._landed = clock, until, deadline, landed
        self._ready: deque[tuple[Parcel, Message]] = deque()
        self._looked_at = 0.0
        self._ask_again_at = 0.0
        self._idle: list[Channel] = []
        self._closed = self._proven = False
        self._overtimes = 0

    def fill(self) -> None:
        """Start what may start now."""
        while len(self.flights) < self._room and not self._closed:
            found = self._next()
            if found is None:
                return
            parcel, message = found
            flight = Flight(self._idle.pop() if self._idle else self.channel(), parcel, self._deadline)
            self.flights.append(flight)
            flight.take_off(message, self._landed)

    @property
    def _room(self) -> int:
        """A server shows with one message that it is there, before it gets several: a dead one costs one attempt."""
        return self.channel.at_once if self._proven or self.channel.to_robots else 1

    def land(self, flight: Flight) -> None:
        """Write down what became of it."""
        self.flights.remove(flight)
        self._ask_again_at = 0.0
        parcel, now = flight.parcel, self._clock()
        answer, error = flight.outcome()
        if error is None:
            crash_point("after_send")
            self._count("sent", mark_sent(parcel, answer, now), len(parcel.rows))
        elif isinstance(error, Refused):
            self._count("dead", mark_refused(parcel, error), len(parcel.rows))
        else:
            for state, number in mark_waiting(parcel, self._known(error), now).items():
                self._count(state, number)
        crash_point("after_mark")
        self._keep_or_drop(flight, error)

    def leave(self) -> None:
        """Give back what was not tried; connections go with their channels."""
        self._stop(self._clock())
        for channel in self._idle:
            channel.close()
        self._idle.clear()

    def _next(self) -> tuple[Parcel, Message] | None:
        now = self._clock()
        if now > self._until:
            self._stop(now)
            return None
        if self._ready and time.monotonic() - self._looked_at > _FRESH_SECONDS:
            self._look([parcel for parcel, _ in self._ready], now)
        while not self._ready:
            if time.monotonic() < self._ask_again_at:
                return None
            crash_point("before_claim")
            claimed = self._claim(now)
            if not claimed:
                self._ask_again_at = time.monotonic() + _FRESH_SECONDS
                return None
            crash_point("after_claim")
            self._look(claimed, now)
        if now > self._ready[0][0].lease_until - _BEFORE_LEASE_END:
            self._stop(now)
            return None
        return self._ready.popleft()

    def _claim(self, now: datetime.datetime) -> list[Parcel]:
        if not self.channel.to_robots:
            return claim(self.name, now, BATCH)
        busy = frozenset(flight.parcel.robot_id for flight in self.flights if flight.parcel.robot_id)
        return claim(self.name, now, self.channel.at_once - len(self.flights), busy)

    def _look(self, parcels: list[Parcel], now: datetime.datetime) -> None:
        self._ready = deque(look_again(parcels, now, self.counts))
        self._looked_at = time.monotonic()

    def _keep_or_drop(self, flight: Flight, error: BaseException | None) -> None:
        """A channel that did not come down in time is left behind; one that is out of order ends the lane's round."""
        if not flight.given_up:
            self._idle.append(flight.channel)
        if self.channel.to_robots:
            return  # each robot is a server of its own and was put off alone
        self._proven = error is None
        self._overtimes = self._overtimes + 1 if flight.aborted else 0
        if isinstance(error, ChannelDown) or self._overtimes >= _OVERTIMES_WHEN_DOWN:
            self._stop(self._clock() + _WHEN_DOWN)

    def _stop(self, next_at: datetime.datetime) -> None:
        self._closed = True
        parcels, self._ready = [parcel for parcel, _ in self._ready], deque()
        if parcels:
            with contextlib.suppress(Exception):  # without the database the leases run out by themselves
                give_back(parcels, next_at)

    def _known(self, error: BaseException) -> SendError:
        if isinstance(error, SendError):
            return error
        logger.error("channel %s failed", self.name, exc_info=error)
        return Delayed("发送程序出错，结果不明")

    def _count(self, state: str, number: int, of: int | None = None) -> None:
        for name, count in ((state, number), ("lost", (of or number) - number)):
            if count:
                self.counts[name] = self.counts.get(name, 0) + count
