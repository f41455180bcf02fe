"""One message under way: in a thread of its own, without the database, with a total deadline.

Per-read timeouts do not stop a server that answers one byte at a time, so the round watches the clock: a flight that is
overdue is broken off, and when even that does not bring it down it is left behind with its channel.
"""

import queue
import threading
import time

from notices.actions.claiming import Parcel
from notices.channels.base import Channel, Delayed, Message

#: How long a flight that was broken off may take to come down.
GRACE = 1.0


class Overtime(Delayed):
    """The deadline passed; the message may have gone out."""


class Flight:
    """A parcel on its way; `outcome()` once it has landed or was given up."""

    def __init__(self, channel: Channel, parcel: Parcel, seconds: float):
        self.channel, self.parcel = channel, parcel
        self.due = time.monotonic() + seconds
        self.aborted = self.given_up = False
        self._seconds = seconds
        self._answer = ""
        self._error: BaseException | None = None

    def take_off(self, message: Message, landed: "queue.SimpleQueue[Flight]") -> None:
        thread = threading.Thread(
            target=self._work, args=(message, landed), name=f"send-{message.key}", daemon=True
        )
        thread.start()

    def break_off(self) -> bool:
        """Called when overdue: first tell the channel to stop; the second time give up, with True."""
        if self.aborted:
            self.given_up = True
            return True
        self.channel.abort()
        self.aborted, self.due = True, self.due + GRACE
        return False

    def outcome(self) -> tuple[str, BaseException | None]:
        """The provider's id, or what went wrong."""
        if self.given_up:
            return "", Overtime(f"{self._seconds:.0f} 秒内没有送完，结果不明")
        return self._answer, self._error

    def _work(self, message: Message, landed: "queue.SimpleQueue[Flight]") -> None:
        try:
            self._answer = self.channel.send(message)
        except BaseException as error:
            self._error = error
        landed.put(self)
