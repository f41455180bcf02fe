from notices.models.deliveries import Delivery
from notices.models.feeds import CalendarFeed
from notices.models.rules import ReminderRule, ReminderRuleOverride
from notices.models.slots import ReminderSlot

__all__ = ["CalendarFeed", "Delivery", "ReminderRule", "ReminderRuleOverride", "ReminderSlot"]
from notices.models.preferences import DailyMail, MessagePreference
from notices.models.robots import RobotAddress, RobotBucket
from notices.models.notices import Notice, NoticeAnswer, NoticeAttachment, NoticeTarget
from notices.models.rules import ReminderRule
from notices.models.slots import ReminderSlot

__all__ = [
    "CalendarFeed",
    "DailyMail",
    "Delivery",
    "MessagePreference",
    "ReminderRule",
    "ReminderSlot",
    "RobotAddress",
    "RobotBucket",
    "Delivery",
    "Notice",
    "NoticeAnswer",
    "NoticeAttachment",
    "NoticeTarget",
    "ReminderRule",
    "ReminderSlot",
]
