"""From due slots to messages: in the portal, inserting the row is delivering it (G1)."""

import datetime
from collections.abc import Callable

from django.db import connection, transaction

from branch_portal.dates import today_shanghai
from notices.audiences import GROUP_AUDIENCES, RECIPIENTS, parameters
from notices.groups import at_once, wishes
from notices.models import ReminderSlot
from notices.registry import inside_only
from notices.rules.timing import after_quiet_hours, next_daily

Clock = Callable[[], datetime.datetime]
#: How many slots a transaction tells: few at first, then as many as make about so many deliveries. Planning the statement
#: costs as much as some hundred rows, and one slot may be a branch's or a whole city's.
_FEW, _MANY, _DELIVERIES_AT_ONCE = 20, 100, 3_000

_CLAIM = """
SELECT slot.id, slot.not_after <= %(now)s AS too_late FROM notices_reminderslot slot
JOIN notices_reminderrule rule ON rule.id = slot.rule_id
WHERE slot.state = 'open' AND slot.due_at <= %(now)s AND (rule.enabled OR slot.not_after <= %(now)s)
ORDER BY slot.due_at, slot.id LIMIT %(most)s
FOR UPDATE OF slot SKIP LOCKED
"""

# What goes at once waits under its own due time, so that after an outage the oldest goes first.
# Mail goes at once when it is news of a meeting. Everything else waits for the mail of the day, unless that comes too late.
_DELIVER = f"""
WITH {RECIPIENTS}
INSERT INTO notices_delivery
    (id, slot_id, recipient_id, branch_id, channel, status, attempts, daily, next_at, last_error, provider_id, sent_at, created_at)
SELECT gen_random_uuid(), meant.slot_id, meant.user_id, meant.branch_id, way.channel, way.status, 0,
       way.channel = 'email' AND rule.key <> ALL(%(at_once)s),
       CASE WHEN way.channel = 'inapp' THEN NULL WHEN rule.urgent THEN slot.due_at
            WHEN rule.key = ANY(%(at_once)s) OR slot.not_after <= %(next_daily)s THEN %(after_quiet)s
            ELSE %(next_daily)s END,
       '', '', CASE way.channel WHEN 'inapp' THEN %(now)s::timestamptz END, %(now)s
FROM meant
JOIN notices_reminderslot slot ON slot.id = meant.slot_id
JOIN notices_reminderrule rule ON rule.id = slot.rule_id
LEFT JOIN notices_messagepreference wish ON wish.user_id = meant.user_id
CROSS JOIN (VALUES ('inapp', 'sent'), ('email', 'pending')) AS way(channel, status)
WHERE way.channel = 'inapp' OR (
    rule.email AND meant.email <> '' AND rule.key <> ALL(%(inside_only)s)
    AND (wish.user_id IS NULL OR (wish.email AND (wish.daily OR rule.key = ANY(%(at_once)s))
         AND coalesce(%(groups)s::jsonb ->> rule.key, %(others)s) <> ALL(wish.muted)))
)
ON CONFLICT DO NOTHING
"""

# What a group is told concerns the group: nothing that is said to one member alone.
_DELIVER_ROBOTS = """
INSERT INTO notices_delivery
    (id, slot_id, robot_id, branch_id, channel, status, attempts, daily, next_at, last_error, provider_id, created_at)
SELECT gen_random_uuid(), slot.id, robot.id, robot.organization_id, robot.kind, 'pending', 0, false,
       CASE WHEN rule.urgent THEN slot.due_at ELSE %(after_quiet)s END, '', '', %(now)s
FROM notices_reminderslot slot
JOIN notices_reminderrule rule ON rule.id = slot.rule_id
JOIN notices_robotaddress robot ON robot.organization_id = (slot.audience->>'organization')::bigint
 AND robot.enabled AND (robot.rule_keys = '{}' OR rule.key = ANY(robot.rule_keys))
WHERE slot.id = ANY(%(slots)s) AND slot.audience->>'kind' = ANY(%(of_groups)s) AND rule.key <> ALL(%(inside_only)s)
ON CONFLICT DO NOTHING
"""


def tell_due_slots(clock: Clock) -> dict[str, int]:
    """Tell every slot that is due, the oldest first, in short transactions; safe beside any number of other tellers.

    Returns counts: slots told, slots expired, deliveries made.
    """
    counts, most = {"told": 0, "expired": 0, "deliveries": 0}, _FEW
    while batch := _tell_some(clock(), most):
        for name in counts:
            counts[name] += batch[name]
        each = batch["deliveries"] / max(batch["told"], 1)
        most = int(min(max(_DELIVERIES_AT_ONCE / max(each, 1), _FEW), _MANY))
    return counts


def _tell_some(now: datetime.datetime, most: int) -> dict[str, int] | None:
    """One transaction: claim some slots, write their deliveries, close them. None when nothing was due."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, {"now": now, "most": most})
            claimed = cursor.fetchall()
        if not claimed:
            return None
        late = [slot_id for slot_id, too_late in claimed if too_late]
        due = [slot_id for slot_id, too_late in claimed if not too_late]
        ReminderSlot.objects.filter(pk__in=late).update(state=ReminderSlot.State.EXPIRED)
        deliveries = _deliver(due, now) if due else 0
        ReminderSlot.objects.filter(pk__in=due).update(state=ReminderSlot.State.TOLD)
    return {"told": len(due), "expired": len(late), "deliveries": deliveries}


def _deliver(slot_ids: list[int], now: datetime.datetime) -> int:
    values = {
        **parameters(slot_ids, today_shanghai(now)),
        "now": now,
        "after_quiet": after_quiet_hours(now, urgent=False),
        "next_daily": next_daily(now),
        "at_once": at_once(),
        "inside_only": inside_only(),
        "of_groups": GROUP_AUDIENCES,
        **wishes(),
    }
    made = 0
    with connection.cursor() as cursor:
        for statement in (_DELIVER, _DELIVER_ROBOTS):
            cursor.execute(statement, values)
            made += cursor.rowcount
    return made
