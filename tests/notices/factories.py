"""Reminders for tests: a fixed noon, a plan of the meeting notice, one step of the ticker at a given moment."""

import datetime

from notices.actions.robots import add_robot
from notices.actions.sending import send_waiting
from notices.actions.slots import plan_reminders
from notices.actions.telling import tell_due_slots
from notices.models import Delivery, ReminderSlot, RobotAddress

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


def robot(world, sink, name="g1", *, kind="wecom", organization=None, **fields) -> RobotAddress:
    """A robot of branch A whose group is the sink; the test names the sink in PORTAL_OUT_TEST_HOSTS."""
    return add_robot(
        by=world.secretary_a,
        organization=organization or world.branch_a,
        kind=kind,
        name=name,
        url=sink.robot(name, kind),
        **fields,
    )


def send(moment=NOON, **kwargs) -> dict[str, int]:
    """What became of everything that waits outside, by channel and state."""
    return send_waiting(lambda: moment, moment + datetime.timedelta(minutes=1), **kwargs)


def mail_to(backend_settings, sink) -> None:
    """Let the portal's mail go to this sink."""
    backend_settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    backend_settings.EMAIL_HOST, port = sink.url.removeprefix("smtp://").split(":")
    backend_settings.EMAIL_PORT = int(port)
