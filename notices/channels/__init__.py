"""The outside channels by name, in the order in which a tick serves them."""

from notices.channels.base import Channel
from notices.channels.email import EmailChannel

CHANNELS: dict[str, type[Channel]] = {channel.name: channel for channel in (EmailChannel,)}
