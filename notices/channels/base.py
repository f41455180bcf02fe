"""What an outside channel is: one class with `open`, `send` and `close`, and errors that say what to do next.

A new channel is one class registered in `notices.channels`, one choice of `Delivery.Channel` and one line of the insert in
`notices.actions.telling`. Sending runs outside any transaction and never touches the database.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """What is sent: `key` is the delivery's id, the same at every attempt, so that a receiver can tell a duplicate."""

    key: str
    address: str
    title: str
    body: str
    link: str


class SendError(Exception):
    """The message did not go out, or nobody knows. The text is Chinese, without addresses, and shown to administrators."""


class Refused(SendError):
    """For good: this address will never take it."""


class Delayed(SendError):
    """For now: try this delivery again later."""


class ChannelDown(Delayed):
    """The channel itself is out of order: trying the next recipient now would fail as well."""


class Channel:
    """One way out of the portal. An instance serves one batch."""

    name: str

    def send(self, message: Message) -> str:
        """Hand the message over; returns the provider's id of it, raises a SendError otherwise."""
        raise NotImplementedError

    def abort(self) -> None:
        """Break off a running `send` from another thread, as far as the channel can."""

    def close(self) -> None:
        """Let go of connections; never raises."""
