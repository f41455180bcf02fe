"""A total deadline for a send: per-read timeouts do not stop a server that answers one byte at a time."""

import threading
from collections.abc import Callable

from notices.channels.base import Channel, Delayed, Message

_GRACE = 1.0


class Overtime(Delayed):
    """The deadline passed; the message may have gone out."""


def send_within(channel: Channel, message: Message, seconds: float) -> str:
    """`channel.send(message)` in a thread; Overtime after `seconds`. The channel must be thrown away then."""
    outcome: list[Callable[[], str]] = []

    def work() -> None:
        try:
            answer = channel.send(message)
        except BaseException as error:
            outcome.append(_raiser(error))
        else:
            outcome.append(lambda: answer)

    thread = threading.Thread(target=work, name=f"send-{message.key}", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        channel.abort()
        thread.join(_GRACE)
        if not outcome:
            raise Overtime(f"{seconds:.0f} 秒内没有送完，结果不明")
    return outcome[0]()


def _raiser(error: BaseException) -> Callable[[], str]:
    def again() -> str:
        raise error

    return again
