from notices.models.deliveries import Delivery
from notices.models.feeds import CalendarFeed
from notices.models.notices import Notice, NoticeAnswer, NoticeAttachment, NoticeTarget
from notices.models.preferences import DailyMail, MessagePreference
from notices.models.robots import RobotAddress, RobotBucket
from notices.models.rules import ReminderRule, ReminderRuleOverride
from notices.models.slots import ReminderSlot

__all__ = [
    "CalendarFeed",
    "DailyMail",
    "Delivery",
    "MessagePreference",
    "Notice",
    "NoticeAnswer",
    "NoticeAttachment",
    "NoticeTarget",
    "ReminderRule",
    "ReminderRuleOverride",
    "ReminderSlot",
    "RobotAddress",
    "RobotBucket",
]
