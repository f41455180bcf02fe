"""The outside channels by name, and what the models offer to choose from."""

from notices.channels.base import Channel
from notices.channels.email import EmailChannel
from notices.channels.robot import RobotChannel
from notices.channels.robots import DingTalkChannel, FeishuChannel, WeComChannel

CHANNELS: dict[str, type[Channel]] = {
    channel.name: channel for channel in (EmailChannel, WeComChannel, DingTalkChannel, FeishuChannel)
}
ROBOT_CHANNELS: dict[str, type[RobotChannel]] = {
    name: channel for name, channel in CHANNELS.items() if issubclass(channel, RobotChannel)
}


def channel_labels() -> list[tuple[str, str]]:
    """Every way of telling, the inbox first."""
    return [("inapp", "站内"), *((name, channel.label) for name, channel in CHANNELS.items())]


def robot_labels() -> list[tuple[str, str]]:
    return [(name, channel.label) for name, channel in ROBOT_CHANNELS.items()]
