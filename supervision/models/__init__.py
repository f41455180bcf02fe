"""What the committee keeps of its own work: reminders to branches."""

from supervision.models.nudges import BranchReminder, RemindedPeriod

__all__ = ["BranchReminder", "RemindedPeriod"]
