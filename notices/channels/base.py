"""What an outside channel is: one class, registered in `notices.channels`, and errors that say what to do next.

To add a channel, write a class and name it in `CHANNELS`:

* one that posts to a group's robot derives from `notices.channels.robot.RobotChannel` and says which hosts it may call, what
  it posts and what the answers mean. Nothing else has to change: pages, choices, telling and sending ask the registry.
* one that reaches a person derives from `Channel` and says how one message is handed over; which people it reaches, and
  under which address, is one more way in `notices.actions.telling` and `notices.actions.looking`.

A channel never touches the database: it works in a thread of its own, outside any transaction, while the round goes on with
other channels. An instance carries one message at a time and may keep its connection for the next one. How a message is
claimed, looked at again, put off and marked is the same for all (`notices.actions.sending`).
"""

import datetime
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

#: How long a robot or server is left alone that asks for less.
A_MINUTE = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Line:
    """One reminder inside a message that collects several."""

    title: str
    body: str
    link: str


@dataclass(frozen=True)
class Message:
    """What is sent: `key` is the same at every attempt, so that a receiver can tell a duplicate.

    `address` is the mail address or the robot's webhook, `secret` the robot's. `lines` are what a digest collects; a
    single reminder has none.
    """

    key: str
    address: str
    title: str
    body: str = ""
    link: str = ""
    secret: str = ""
    lines: tuple[Line, ...] = ()

    def to(self, address: str, secret: str = "") -> "Message":
        return replace(self, address=address, secret=secret)


class SendError(Exception):
    """The message did not go out, or nobody knows. The text is Chinese, without addresses, and shown to administrators."""


class Refused(SendError):
    """For good: this address will never take it."""


class Delayed(SendError):
    """For now: try this delivery again later."""


class TooMany(Delayed):
    """The receiver wants less: nothing more to this address for `pause`."""

    def __init__(self, words: str, pause: datetime.timedelta = A_MINUTE):
        super().__init__(words)
        self.pause = pause


class ChannelDown(Delayed):
    """The channel itself is out of order: trying the next recipient now would fail as well."""


class Channel(ABC):
    """One way out of the portal.

    `name` is the channel's key in `Delivery.channel`; `label` what people read; `at_once` how many messages of it may be
    under way in one process, which bounds the copies that a crash may cost.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    at_once: ClassVar[int] = 1
    #: Whether it writes to groups (`RobotAddress`) instead of people.
    to_robots: ClassVar[bool] = False

    @abstractmethod
    def send(self, message: Message) -> str:
        """Hand the message over; returns the provider's id of it, raises a SendError otherwise."""

    def abort(self) -> None:  # noqa: B027 - not every channel can
        """Break off a running `send` from another thread, as far as the channel can."""

    def close(self) -> None:  # noqa: B027 - not every channel has any
        """Let go of connections; never raises."""
