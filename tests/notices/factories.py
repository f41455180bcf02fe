"""Reminders for tests: a fixed noon, a plan of the meeting notice, one step of the ticker at a given moment."""

import datetime

from notices.actions.slots import plan_reminders
from notices.actions.telling import tell_due_slots
from notices.models import Delivery, ReminderSlot

#: Four o'clock in UTC is noon in Shanghai: no quiet hour near.
NOON = datetime.datetime(2030, 5, 15, 4, 0, tzinfo=datetime.UTC)


def plan(world, *, anchor, subject="m:1", audience=None, rule_key="meeting_notice", now=NOON, **fields):
    values = {
        "not_after": anchor,
        "title": "主题党日：5月20日 09:00",
        "body": "地点：党群服务中心。",
        "link": "/activities/",
        "organization": world.branch_a,
    } | fields
    return plan_reminders(
        by=world.secretary_a,
        rule_key=rule_key,
        subject=subject,
        anchor=anchor,
        audience=audience or {"kind": "branch_members", "organization": world.branch_a.pk},
        now=now,
        **values,
    )


def at(moment) -> dict[str, int]:
    """What the ticker tells at this moment."""
    return tell_due_slots(lambda: moment)


def slots_of(subject, *, state=None) -> list[tuple[datetime.datetime, str]]:
    slots = ReminderSlot.objects.filter(subject=subject)
    if state:
        slots = slots.filter(state=state)
    return list(slots.order_by("due_at", "pk").values_list("due_at", "state"))


def told(channel="inapp") -> list[str]:
    """User names of the recipients, sorted; one entry per delivery."""
    return sorted(Delivery.objects.filter(channel=channel).values_list("recipient__username", flat=True))
