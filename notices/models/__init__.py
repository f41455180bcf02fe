from notices.models.deliveries import Delivery
from notices.models.feeds import CalendarFeed
from notices.models.notices import Notice, NoticeAnswer, NoticeAttachment, NoticeTarget
from notices.models.rules import ReminderRule
from notices.models.slots import ReminderSlot

__all__ = [
    "CalendarFeed",
    "Delivery",
    "Notice",
    "NoticeAnswer",
    "NoticeAttachment",
    "NoticeTarget",
    "ReminderRule",
    "ReminderSlot",
]
