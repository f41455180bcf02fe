from notices.models.deliveries import Delivery
from notices.models.feeds import CalendarFeed
from notices.models.rules import ReminderRule, ReminderRuleOverride
from notices.models.slots import ReminderSlot

__all__ = ["CalendarFeed", "Delivery", "ReminderRule", "ReminderRuleOverride", "ReminderSlot"]
